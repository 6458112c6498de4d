namespace Conformance.Model.Lifecycle;

/// <summary>What a mutant of the lifecycle model does wrong: one way to break each property.</summary>
internal enum LifecycleMutant
{
    None,

    /// <summary>The command is read and acknowledged in two steps (CT-004).</summary>
    AcknowledgesApart,

    /// <summary>A word that is not understood is acknowledged (CT-005).</summary>
    AcknowledgesUnknown,

    /// <summary>The first event ends the guest though nothing is asked (CT-002).</summary>
    ActsOnNothing,

    /// <summary>A second command takes the place of one in progress (CT-007).</summary>
    BeginsSecond,

    /// <summary>What came during a suspend is not looked at afterwards (CT-003).</summary>
    LooksNotAgain,

    /// <summary>The watch is not registered again in a new world (CT-001).</summary>
    LosesWatch,

    /// <summary>The suspend holds up the watch thread until the devices are connected (CT-009).</summary>
    BlocksWatchThread,

    /// <summary>The second device is left out (CT-010).</summary>
    SkipsDevice,

    /// <summary>The store is suspended before the devices (CT-010).</summary>
    StoreFirst,

    /// <summary>Interrupts stay on during the hypercall (CT-010).</summary>
    KeepsInterrupts,

    /// <summary>Devices that were frozen before one refused stay frozen (CT-011).</summary>
    RefusalLeavesFrozen,

    /// <summary>Devices go on in the order in which they were frozen (CT-011).</summary>
    ThawsForwards,

    /// <summary>A cancelled suspend makes everything again (CT-012).</summary>
    RebuildsAfterCancel,

    /// <summary>Devices are resumed with the grant table of the old world (CT-013, GT-060).</summary>
    SkipsGrants,

    /// <summary>Devices go on in a new world as if the suspend had been cancelled (RS-002).</summary>
    ThawsInNewWorld,

    /// <summary>Every end is reported as poweroff (CT-015).</summary>
    AlwaysPowerOff,

    /// <summary>The tool stack does not tell the store that the domain goes on (CT-016).</summary>
    ForgetsResume,

    /// <summary>What was answered before the suspend is issued again (RS-005).</summary>
    ReissuesDone,

    /// <summary>What waited is forgotten when the device is connected (RS-009).</summary>
    DropsHeld,
}
