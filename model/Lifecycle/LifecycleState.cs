using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>A guest with two devices, what is asked of it, and how far it is with that.</summary>
internal struct LifecycleState
{
    /// <summary>What stands in <c>control/shutdown</c>.</summary>
    public Command Node;

    /// <summary>What the guest is doing.</summary>
    public Command Current;

    /// <summary>How far it is.</summary>
    public GuestPlace Place;

    /// <summary>How its suspend ended.</summary>
    public Outcome Outcome;

    /// <summary>Its devices.</summary>
    public Two<Device> Devices;

    /// <summary>What it has.</summary>
    public GuestFacts Guest;

    /// <summary>The domain, for the hypervisor.</summary>
    public DomainPlace Domain;

    /// <summary>The reason it gave for its end.</summary>
    public Command Reason;

    /// <summary>What the tool stack knows.</summary>
    public ToolFacts Tool;

    /// <summary>How often something was asked.</summary>
    public byte Asked;

    /// <summary>Fills the last word.</summary>
    public byte Rest;
}

/// <summary>One device of a guest.</summary>
/// <param name="Place">Whether it runs.</param>
/// <param name="Request">Its one request.</param>
/// <param name="IsOld">Whether its ring, grants and port are of a world that is no more.</param>
internal readonly record struct Device(DevicePlace Place, Request Request, bool IsOld);

/// <summary>What a tool stack may ask for.</summary>
internal enum Command : byte
{
    None,
    PowerOff,
    Reboot,
    Halt,
    Suspend,

    /// <summary>A word that the guest does not understand.</summary>
    Unknown,
}

/// <summary>How far a guest is with what it was asked.</summary>
internal enum GuestPlace : byte
{
    Idle,

    /// <summary>Mutants only: it has read the command and has not yet acknowledged it.</summary>
    Acknowledging,

    /// <summary>The operating system is quiet; devices are frozen one by one.</summary>
    Freezing,
    StoreSuspended,
    Masked,

    /// <summary>The hypercall comes next.</summary>
    GrantsSaved,
    InHypercall,

    /// <summary>The hypercall returned in a new world.</summary>
    Moved,
    EventsRebuilt,

    /// <summary>Interrupts come next.</summary>
    GrantsRebuilt,

    /// <summary>The store comes next.</summary>
    Unmasked,

    /// <summary>Devices are resumed, or go on, one by one.</summary>
    Waking,

    /// <summary>Devices are stopped one by one.</summary>
    Ending,
}

/// <summary>How a suspend ended.</summary>
internal enum Outcome : byte
{
    None,
    Refused,
    Cancelled,
    Moved,
}

/// <summary>Whether a device runs.</summary>
internal enum DevicePlace : byte
{
    Runs,
    Frozen,

    /// <summary>It was resumed and is not connected yet.</summary>
    Recovers,

    /// <summary>It is frozen, and was not connected.</summary>
    FrozenInRecovery,
    Stopped,
}

/// <summary>The one request of a device.</summary>
internal enum Request : byte
{
    None,
    OnRing,

    /// <summary>It waits until the device is connected.</summary>
    Held,
    Done,
}

/// <summary>What a guest has.</summary>
[Flags]
internal enum GuestFacts : byte
{
    None = 0,

    /// <summary>It watches <c>control/shutdown</c>.</summary>
    Watches = 1 << 0,

    /// <summary>An event of that watch is queued.</summary>
    Event = 1 << 1,

    /// <summary>Its client of the store works.</summary>
    Store = 1 << 2,

    /// <summary>Interrupts are masked.</summary>
    Masked = 1 << 3,

    /// <summary>Its event channels are those of this world.</summary>
    Events = 1 << 4,

    /// <summary>Its grant table is that of this world.</summary>
    Grants = 1 << 5,
}

/// <summary>A domain, for the hypervisor.</summary>
internal enum DomainPlace : byte
{
    Runs,
    Suspended,
    Down,
}

/// <summary>What the tool stack and the store know of the domain's end.</summary>
[Flags]
internal enum ToolFacts : byte
{
    None = 0,

    /// <summary>An event is queued that says that a domain stopped.</summary>
    Event = 1 << 0,

    /// <summary>The store takes the domain for stopped: it does not say so twice (CT-016).</summary>
    Told = 1 << 1,

    /// <summary>The tool stack knows that the domain is down.</summary>
    Knows = 1 << 2,
}
