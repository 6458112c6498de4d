using Conformance.Model.Protocol.Block;
using Microsoft.Win32.SafeHandles;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// A regular file or a block device of the operating system, read and written at positions, with a synchronisation for a
/// flush. What the system refuses becomes a status, and never an exception.
/// </summary>
public sealed class FileMedium : IMedium
{
    private const int NoSuchDeviceOrAddress = 6;
    private const int NoSuchDevice = 19;
    private const int NoMedium = 123;

    private readonly SafeFileHandle _handle;
    private readonly Func<SafeFileHandle, long> _length;

    /// <summary>Takes an open file.</summary>
    /// <param name="name">Its path.</param>
    /// <param name="handle">Open for what is asked of it; it is closed with the medium.</param>
    /// <param name="length">Tells its length in bytes; what is not a whole device sector at its end is left out.</param>
    /// <param name="sectorSize">The device sector; 512 bytes for a file (BB-002).</param>
    /// <param name="physicalSectorSize">The unit inside the device.</param>
    /// <param name="isReadOnly">Whether it was opened for reading alone.</param>
    internal FileMedium(string name, SafeFileHandle handle, Func<SafeFileHandle, long> length, DeviceSectorSize sectorSize, DeviceSectorSize physicalSectorSize, bool isReadOnly)
    {
        Name = name;
        _handle = handle;
        _length = length;
        SectorSize = sectorSize;
        PhysicalSectorSize = physicalSectorSize;
        IsReadOnly = isReadOnly;
        Refresh();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SectorCount512 Size { get; private set; }

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize { get; }

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize { get; }

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public bool CanDiscard => !IsReadOnly;

    /// <inheritdoc/>
    public bool PrefersLongTransfers => true;

    /// <inheritdoc/>
    public void Refresh()
    {
        try
        {
            var size = SectorCount512.FromBytes(_length(_handle));
            Size = new SectorCount512(size.Value - (size.Value % SectorSize.Units));
        }
        catch (IOException)
        {
            Size = SectorCount512.Zero;
        }
    }

    /// <inheritdoc/>
    public StorageStatus Read(long position, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(_handle, destination, position);
                if (count == 0)
                {
                    return StorageStatus.Error;
                }

                destination = destination[count..];
                position += count;
            }

            return StorageStatus.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return StatusOf(exception);
        }
    }

    /// <inheritdoc/>
    public StorageStatus Write(long position, ReadOnlySpan<byte> source)
    {
        try
        {
            RandomAccess.Write(_handle, source, position);
            return StorageStatus.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return StatusOf(exception);
        }
    }

    /// <inheritdoc/>
    public StorageStatus Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
            return StorageStatus.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return StatusOf(exception);
        }
    }

    /// <inheritdoc/>
    public StorageStatus Discard(long position, long length) =>
        length == 0 ? StorageStatus.Ok : DeviceCalls.PunchHole(_handle, position, length);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static StorageStatus StatusOf(Exception exception) =>
        exception.HResult is NoSuchDeviceOrAddress or NoSuchDevice or NoMedium ? StorageStatus.Gone : StorageStatus.Error;
}
