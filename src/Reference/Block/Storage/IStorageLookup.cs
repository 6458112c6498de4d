using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Storage;

/// <summary>Finds what a path names and opens it.</summary>
public interface IStorageLookup
{
    /// <summary>
    /// Opens and validates (BB-001). What kind of storage it becomes is decided by what is found at the path, never by a
    /// hint (BB-003).
    /// </summary>
    /// <param name="path">As the tool stack names it.</param>
    /// <param name="isWritable">Whether writes will be asked for.</param>
    /// <exception cref="DeviceFailure">Nothing is there, it is no medium, it is empty, or access is refused.</exception>
    ValueTask<IStorage> OpenAsync(string path, bool isWritable);
}
