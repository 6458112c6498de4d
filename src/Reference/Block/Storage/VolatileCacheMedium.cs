using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// A disk with a write cache that a loss of power empties: until a flush, what was written may be lost, sector by sector
/// and in any order, but a sector is never torn (BI-023). It keeps every version of a sector that could survive.
/// </summary>
public sealed class VolatileCacheMedium : IMedium
{
    private readonly MemoryMedium _durable;
    private readonly MemoryMedium _present;
    private readonly SortedDictionary<long, List<byte[]>> _unflushed = [];

    /// <summary>Makes a disk of zeroes.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="size">At least one device sector.</param>
    /// <param name="sectorSize">The device sector, which is never torn.</param>
    public VolatileCacheMedium(string name, SectorCount512 size, DeviceSectorSize sectorSize = default)
    {
        _durable = new MemoryMedium(name, size, sectorSize);
        _present = new MemoryMedium(name, size, sectorSize);
    }

    /// <inheritdoc/>
    public string Name => _present.Name;

    /// <inheritdoc/>
    public SectorCount512 Size => _present.Size;

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize => _present.SectorSize;

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize => SectorSize;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public bool CanDiscard => true;

    /// <inheritdoc/>
    public bool PrefersLongTransfers => false;

    /// <summary>How many device sectors have a content that a loss of power may lose.</summary>
    public int Unflushed => _unflushed.Count;

    /// <summary>
    /// Loses power: of each sector that was written since the last flush one version survives, the durable one or any of
    /// the later ones, as chosen. Afterwards the disk works again and everything on it is durable.
    /// </summary>
    /// <param name="choices">Takes the decision for each sector, 0 being the durable version.</param>
    public void LosePower(IChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var old = new byte[SectorSize.Bytes];
        foreach (var (position, versions) in _unflushed)
        {
            int chosen = choices.Choose("surviving version", versions.Count + 1);
            _durable.Read(position, old);
            var survivor = chosen == 0 ? old : versions[chosen - 1];
            _durable.Write(position, survivor);
            _present.Write(position, survivor);
        }

        _unflushed.Clear();
    }

    /// <inheritdoc/>
    public void Refresh()
    {
    }

    /// <inheritdoc/>
    public StorageStatus Read(long position, Span<byte> destination) => _present.Read(position, destination);

    /// <inheritdoc/>
    public StorageStatus Write(long position, ReadOnlySpan<byte> source)
    {
        var status = _present.Write(position, source);
        if (status == StorageStatus.Ok)
        {
            Note(position, source.Length);
        }

        return status;
    }

    /// <inheritdoc/>
    public StorageStatus Flush()
    {
        foreach (var (position, versions) in _unflushed)
        {
            _durable.Write(position, versions[^1]);
        }

        _unflushed.Clear();
        return StorageStatus.Ok;
    }

    /// <inheritdoc/>
    public StorageStatus Discard(long position, long length)
    {
        var status = _present.Discard(position, length);
        if (status == StorageStatus.Ok)
        {
            Note(position, length);
        }

        return status;
    }

    /// <summary>Nothing to give back.</summary>
    public void Dispose()
    {
    }

    /// <summary>Keeps the new content of every device sector that a range touches.</summary>
    private void Note(long position, long length)
    {
        long first = position - (position % SectorSize.Bytes);
        for (long sector = first; sector < position + length; sector += SectorSize.Bytes)
        {
            var version = new byte[SectorSize.Bytes];
            _present.Read(sector, version);
            if (!_unflushed.TryGetValue(sector, out var versions))
            {
                _unflushed.Add(sector, versions = []);
            }

            versions.Add(version);
        }
    }
}
