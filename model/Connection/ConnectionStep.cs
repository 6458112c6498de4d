namespace Conformance.Model.Connection;

/// <summary>What is done in a step of the connection model. The argument of the step's id tells outcomes apart.</summary>
public enum ConnectionStep : byte
{
    /// <summary>The tool stack makes both directories.</summary>
    Add,

    /// <summary>The medium arrives.</summary>
    Hotplug,

    /// <summary>The tool stack asks for the removal.</summary>
    AskRemoval,

    /// <summary>The tool stack removes both directories.</summary>
    Remove,

    /// <summary>The tool stack removes the front's directory by force.</summary>
    ForceFront,

    /// <summary>The tool stack removes the back's directory by force.</summary>
    ForceBack,

    /// <summary>The tool stack learns of a front's death and removes its directory.</summary>
    Reap,

    /// <summary>One directory vanishes; the argument is 0 for the front's, 1 for the back's.</summary>
    Vanish,

    /// <summary>The front's domain dies.</summary>
    FrontDies,

    /// <summary>The back dies.</summary>
    BackDies,

    /// <summary>A new back process begins.</summary>
    BackRestarts,

    /// <summary>Another kernel takes the front's domain over.</summary>
    Crash,

    /// <summary>The front's domain is suspended.</summary>
    Suspend,

    /// <summary>A suspended domain goes on where it was.</summary>
    Cancel,

    /// <summary>A suspended domain begins in a new world.</summary>
    Resume,

    /// <summary>Time runs out for the boot hold.</summary>
    BootTimeout,

    /// <summary>An event without a change is queued for the front.</summary>
    FrontSpurious,

    /// <summary>An event without a change is queued for the back.</summary>
    BackSpurious,

    /// <summary>The front takes the step at its place; the argument is a <see cref="StepOutcome"/>, times 32 plus the place.</summary>
    Front,

    /// <summary>The front looks at the back's state; the argument is what it sees.</summary>
    FrontLooks,

    /// <summary>The front looks at its own directory; the argument is its state node.</summary>
    FrontLooksAtOwn,

    /// <summary>A user opens the disk.</summary>
    Open,

    /// <summary>The last user closes the disk.</summary>
    LastClose,

    /// <summary>The front is asked from within to close and begin anew.</summary>
    Reconnect,

    /// <summary>The front shows a state that is not its to show; the argument is the state.</summary>
    OddState,

    /// <summary>The back takes the step at its place; the argument is as for <see cref="Front"/>.</summary>
    Back,

    /// <summary>The back looks at the front's state; the argument is what it sees.</summary>
    BackLooks,

    /// <summary>The back looks at its own directory; the argument is its state node.</summary>
    BackLooksAtOwn,

    /// <summary>The back looks at the medium.</summary>
    BackLooksAtMedium,

    /// <summary>A request is put on the ring.</summary>
    Push,

    /// <summary>The back takes the request.</summary>
    Consume,

    /// <summary>The back answers the request.</summary>
    Answer,

    /// <summary>The front takes the response.</summary>
    Done,
}

/// <summary>How a step at its place ended.</summary>
public enum StepOutcome : byte
{
    /// <summary>Well.</summary>
    Done,

    /// <summary>It was made to fail.</summary>
    Failed,

    /// <summary>It went well and left something out, or put too much in.</summary>
    Incomplete,

    /// <summary>It published a limit above the peer's.</summary>
    AboveLimit,
}

/// <summary>Who takes steps of the connection model, in the order of the columns of a chart.</summary>
public enum ConnectionParticipant : byte
{
    /// <summary>The tool stack.</summary>
    ToolStack,

    /// <summary>The front.</summary>
    Front,

    /// <summary>The back.</summary>
    Back,

    /// <summary>Hypervisor, migration, time and chance.</summary>
    World,
}
