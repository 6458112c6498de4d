using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;

namespace Conformance.Exploration.Scenarios;

/// <summary>A medium of a few sectors in memory: it is part of every state, so it is no larger than a scenario needs.</summary>
/// <param name="name">Its name.</param>
/// <param name="sectors">How many at first.</param>
/// <param name="later">How many once somebody has looked again.</param>
internal sealed class SmallMedium(string name, int sectors, int later = 0) : IMedium
{
    private byte[] _bytes = new byte[sectors * 512];

    public string Name => name;

    public SectorCount512 Size => SectorCount512.FromBytes(_bytes.Length);

    public DeviceSectorSize SectorSize => default;

    public DeviceSectorSize PhysicalSectorSize => default;

    public bool IsReadOnly => false;

    public bool CanDiscard => false;

    public bool PrefersLongTransfers => false;

    public void Refresh() => Array.Resize(ref _bytes, Math.Max(sectors, later) * 512);

    public StorageStatus Read(long position, Span<byte> destination)
    {
        if (!IsInside(position, destination.Length))
        {
            return StorageStatus.Error;
        }

        _bytes.AsSpan((int)position, destination.Length).CopyTo(destination);
        return StorageStatus.Ok;
    }

    public StorageStatus Write(long position, ReadOnlySpan<byte> source)
    {
        if (!IsInside(position, source.Length))
        {
            return StorageStatus.Error;
        }

        source.CopyTo(_bytes.AsSpan((int)position));
        return StorageStatus.Ok;
    }

    public StorageStatus Flush() => StorageStatus.Ok;

    public StorageStatus Discard(long position, long length) => StorageStatus.Error;

    public void Dispose()
    {
    }

    private bool IsInside(long position, int length) => position >= 0 && position <= _bytes.Length - length;
}
