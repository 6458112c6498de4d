using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// Finds media by path: those that were added by name, and files and block devices of the operating system. A regular
/// file is served one operation at a time, a device with many under way.
/// </summary>
public sealed class StorageLookup : IStorageLookup
{
    private readonly FiberDriver _driver;
    private readonly FiberGroup _group;
    private readonly SectorCount512 _largest;
    private readonly Dictionary<string, Func<bool, IStorage>> _added = [];
    private ulong _keys;

    /// <summary>Makes a lookup without added media.</summary>
    /// <param name="driver">Performs the steps on media.</param>
    /// <param name="group">With whom the activity of devices lives and dies.</param>
    /// <param name="largest">The most sectors of one operation on a device; null for 128 KiB.</param>
    public StorageLookup(FiberDriver driver, FiberGroup group, SectorCount512? largest = null)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(group);
        _driver = driver;
        _group = group;
        _largest = largest ?? new SectorCount512(256);
    }

    /// <summary>Lets a path name a medium that is served one operation at a time.</summary>
    public void Add(string path, IMedium medium) => _added[path] = _ => new SynchronousStorage(_driver, medium, ++_keys);

    /// <summary>Lets a path name a medium that is served as a raw device.</summary>
    public void AddDevice(string path, IMedium medium) => _added[path] = _ => new QueuedStorage(_driver, _group, medium, ++_keys, _largest);

    /// <summary>Lets a path name a storage that is made elsewhere.</summary>
    public void Add(string path, Func<bool, IStorage> open) => _added[path] = open;

    /// <inheritdoc/>
    public async ValueTask<IStorage> OpenAsync(string path, bool isWritable)
    {
        ArgumentNullException.ThrowIfNull(path);
        ulong key = ++_keys;
        var storage = _added.TryGetValue(path, out var open)
            ? open(isWritable)
            : await _driver.PerformAsync<Open, IStorage>(new Open(this, path, isWritable, key));
        if (storage.Size == SectorCount512.Zero)
        {
            await storage.CloseAsync();
            throw new DeviceFailure(Errno.EINVAL, $"expected a medium of at least one sector at {path}, got an empty one");
        }

        if (isWritable && storage.IsReadOnly)
        {
            await storage.CloseAsync();
            throw new DeviceFailure(Errno.EROFS, $"expected a medium that can be written at {path}, got a read-only one; set mode to r");
        }

        return storage;
    }

    private IStorage OpenFile(string path, bool isWritable, ulong key)
    {
        var kind = DeviceCalls.KindOf(path);
        if (kind is FileKind.Missing or FileKind.Other)
        {
            throw new DeviceFailure(
                kind == FileKind.Missing ? Errno.ENOENT : Errno.EINVAL,
                $"expected a regular file or a block device at {path}, got {(kind == FileKind.Missing ? "nothing" : "something else")}");
        }

        try
        {
            return kind == FileKind.Regular ? OpenRegular(path, isWritable, key) : OpenDevice(path, isWritable, key);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            var cause = exception is UnauthorizedAccessException ? Errno.EACCES : Errno.EIO;
            throw new DeviceFailure(cause, $"expected to open {path} for {(isWritable ? "writing" : "reading")}, got: {exception.Message}");
        }
    }

    private SynchronousStorage OpenRegular(string path, bool isWritable, ulong key)
    {
        var handle = OpenHandle(path, isWritable);
        return new SynchronousStorage(_driver, new FileMedium(path, handle, RandomAccess.GetLength, default, default, !isWritable), key);
    }

    private QueuedStorage OpenDevice(string path, bool isWritable, ulong key)
    {
        var handle = OpenHandle(path, isWritable);
        (uint logical, uint physical) = DeviceCalls.SectorSizesOf(handle);
        if (!DeviceSectorSize.TryCreate(logical, out var sector))
        {
            handle.Dispose();
            throw new IOException($"the device has sectors of {logical} bytes");
        }

        var inner = DeviceSectorSize.TryCreate(physical, out var size) && size.Bytes >= sector.Bytes ? size : sector;
        return new QueuedStorage(_driver, _group, new FileMedium(path, handle, DeviceCalls.LengthOf, sector, inner, !isWritable), key, _largest);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenHandle(string path, bool isWritable) =>
        File.OpenHandle(path, FileMode.Open, isWritable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite);

    private readonly struct Open(StorageLookup lookup, string path, bool isWritable, ulong key) : IStep<IStorage>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource.World);

        public IStorage Perform() => lookup.OpenFile(path, isWritable, key);
    }
}
