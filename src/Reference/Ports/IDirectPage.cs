using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.Ports;

/// <summary>
/// A page whose bytes lie in this process, so that one step can move data between it and something else without a copy
/// between: a disk that reads into the memory of its caller.
/// </summary>
public interface IDirectPage : ISharedPage
{
    /// <summary>What a step on the bytes touches.</summary>
    Resource Resource { get; }

    /// <summary>The bytes themselves; only inside a step that declared <see cref="Resource"/> with that access.</summary>
    /// <param name="offset">First byte of the page.</param>
    /// <param name="length">Bytes, inside the page.</param>
    /// <param name="mode">What the step does to them.</param>
    Span<byte> Access(int offset, int length, AccessMode mode);
}
