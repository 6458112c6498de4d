namespace Conformance.Reference.World;

/// <summary>
/// What a store and a hypervisor may do at any time and need not, so that nobody may rest on either. Each time one could happen,
/// the driver of the world is asked (<see cref="Fibers.FiberDriver.Choose"/>); the plain way is that it does not.
/// </summary>
[Flags]
public enum Whims
{
    /// <summary>Nothing of it happens.</summary>
    None = 0,

    /// <summary>A watch event is delivered twice (XS-082).</summary>
    DoubledEvents = 1,

    /// <summary>A commit fails with EAGAIN although nobody changed what the transaction saw (XS-117).</summary>
    FailedCommits = 2,

    /// <summary>A handler that has run is called again although nobody notified (EV-013).</summary>
    SpuriousUpcalls = 4,
}
