using System.Globalization;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// A medium with a cache that a loss of power may empty in any part, of which each sector is written once. It knows in which order the
/// writes stand in the ring, and fails the run as soon as a loss of power could leave what a barrier rules out (BI-022). What was
/// written is nothing to it, so nobody reads it.
/// </summary>
internal sealed class PromiseMedium(string name, int sectors) : IMedium
{
    private readonly int[] _places = new int[sectors];
    private readonly bool[] _areBarriers = new bool[sectors];
    private readonly bool[] _areCompleted = new bool[sectors];
    private readonly bool[] _areCached = new bool[sectors];
    private readonly bool[] _areDurable = new bool[sectors];
    private int _asked;

    public string Name => name;

    public SectorCount512 Size => new((ulong)sectors);

    public DeviceSectorSize SectorSize => default;

    public DeviceSectorSize PhysicalSectorSize => default;

    public bool IsReadOnly => false;

    public bool CanDiscard => false;

    public bool PrefersLongTransfers => false;

    /// <summary>The write of a sector takes its place in the ring, behind all that were noted before.</summary>
    internal void NoteAsked(int sector, bool isBarrier) => (_places[sector], _areBarriers[sector]) = (++_asked, isBarrier);

    /// <summary>The user was told that the write of a sector is done.</summary>
    internal void NoteCompleted(int sector) => _areCompleted[sector] = true;

    /// <summary>The sectors of which a user was told so: what a flush that is asked for now promises (BI-023).</summary>
    internal int[] FindCompleted() => [.. Enumerable.Range(0, sectors).Where(sector => _areCompleted[sector])];

    /// <summary>Whether a sector outlasts a loss of power.</summary>
    internal bool IsDurable(int sector) => _areDurable[sector];

    public void Refresh()
    {
    }

    public StorageStatus Read(long position, Span<byte> destination) => StorageStatus.NotSupported;

    public StorageStatus Write(long position, ReadOnlySpan<byte> source)
    {
        int sector = (int)(position / Sector512.Size);
        PairWorld.Expect(position % Sector512.Size == 0 && source.Length == Sector512.Size, "BI-017", "a write of one sector", string.Create(CultureInfo.InvariantCulture, $"{source.Length} bytes at {position}"));
        for (int other = 0; other < sectors; other++)
        {
            bool mustBeDurable = _places[other] != 0 && _places[other] < _places[sector] && IsBarrierBetween(_places[other], _places[sector]);
            PairWorld.Expect(
                !mustBeDurable || _areDurable[other],
                "BI-022",
                $"sector {other}, write {_places[other]} of the ring, to be durable before write {_places[sector]} is done, a barrier being between",
                "one that a loss of power may lose");
        }

        _areCached[sector] = true;
        return StorageStatus.Ok;
    }

    public StorageStatus Flush()
    {
        _areCached.CopyTo(_areDurable, 0);
        return StorageStatus.Ok;
    }

    public StorageStatus Discard(long position, long length) => StorageStatus.NotSupported;

    public void Dispose()
    {
    }

    /// <summary>Whether the earlier of two writes, the later, or one between them is a barrier.</summary>
    private bool IsBarrierBetween(int first, int last)
    {
        for (int sector = 0; sector < sectors; sector++)
        {
            if (_areBarriers[sector] && first <= _places[sector] && _places[sector] <= last)
            {
                return true;
            }
        }

        return false;
    }
}
