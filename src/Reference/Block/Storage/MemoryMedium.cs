using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Storage;

/// <summary>A disk in memory, in pieces, so that it can be large and cost what was written. Discarded ranges read as zeroes.</summary>
public sealed class MemoryMedium : IMedium
{
    private const int PieceSize = 1 << 20;
    private readonly Dictionary<long, byte[]> _pieces = [];
    private long _bytes;

    /// <summary>Makes a disk of zeroes.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="size">At least one device sector; a rest of a device sector is cut off.</param>
    /// <param name="sectorSize">The device sector; default is 512 bytes.</param>
    /// <param name="isReadOnly">Whether it refuses writes.</param>
    public MemoryMedium(string name, SectorCount512 size, DeviceSectorSize sectorSize = default, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        SectorSize = sectorSize;
        IsReadOnly = isReadOnly;
        Resize(size);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SectorCount512 Size => SectorCount512.FromBytes(_bytes);

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize { get; }

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize => SectorSize;

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public bool CanDiscard => true;

    /// <inheritdoc/>
    public bool PrefersLongTransfers => false;

    /// <summary>Makes it larger, with zeroes, or smaller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one device sector, or more than a file can have.</exception>
    public void Resize(SectorCount512 size)
    {
        ulong whole = size.Value - (size.Value % SectorSize.Units);
        if (whole == 0 || !new SectorCount512(whole).TryToBytes(out long bytes))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"expected at least one sector of {SectorSize} bytes");
        }

        if (bytes < _bytes)
        {
            Clear(bytes, _bytes - bytes);
        }

        _bytes = bytes;
    }

    /// <inheritdoc/>
    public void Refresh()
    {
    }

    /// <inheritdoc/>
    public StorageStatus Read(long position, Span<byte> destination)
    {
        if (!IsInside(position, destination.Length))
        {
            return StorageStatus.Error;
        }

        while (!destination.IsEmpty)
        {
            (long piece, int offset) = Locate(position);
            int count = Math.Min(destination.Length, PieceSize - offset);
            if (_pieces.TryGetValue(piece, out var bytes))
            {
                bytes.AsSpan(offset, count).CopyTo(destination);
            }
            else
            {
                destination[..count].Clear();
            }

            destination = destination[count..];
            position += count;
        }

        return StorageStatus.Ok;
    }

    /// <inheritdoc/>
    public StorageStatus Write(long position, ReadOnlySpan<byte> source)
    {
        if (IsReadOnly || !IsInside(position, source.Length))
        {
            return StorageStatus.Error;
        }

        while (!source.IsEmpty)
        {
            (long piece, int offset) = Locate(position);
            int count = Math.Min(source.Length, PieceSize - offset);
            if (!_pieces.TryGetValue(piece, out var bytes))
            {
                _pieces.Add(piece, bytes = new byte[PieceSize]);
            }

            source[..count].CopyTo(bytes.AsSpan(offset));
            source = source[count..];
            position += count;
        }

        return StorageStatus.Ok;
    }

    /// <inheritdoc/>
    public StorageStatus Flush() => StorageStatus.Ok;

    /// <inheritdoc/>
    public StorageStatus Discard(long position, long length)
    {
        if (IsReadOnly || !IsInside(position, length))
        {
            return StorageStatus.Error;
        }

        Clear(position, length);
        return StorageStatus.Ok;
    }

    /// <summary>Nothing to give back.</summary>
    public void Dispose()
    {
    }

    private void Clear(long position, long length)
    {
        while (length > 0)
        {
            (long piece, int offset) = Locate(position);
            int count = (int)Math.Min(length, PieceSize - offset);
            if (count == PieceSize)
            {
                _pieces.Remove(piece);
            }
            else if (_pieces.TryGetValue(piece, out var bytes))
            {
                bytes.AsSpan(offset, count).Clear();
            }

            length -= count;
            position += count;
        }
    }

    private static (long Piece, int Offset) Locate(long position) => (position / PieceSize, (int)(position % PieceSize));

    private bool IsInside(long position, long length) => position >= 0 && length >= 0 && length <= _bytes && position <= _bytes - length;
}
