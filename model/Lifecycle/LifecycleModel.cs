using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>
/// What a tool stack asks of a guest: poweroff, reboot, halt and suspend, with its acknowledgement; the order in which a
/// suspend stops everything and lets it go on, refused, cancelled or in a new world; and devices that recover (clauses
/// CT-001 to CT-016, RS-001 to RS-010).
/// </summary>
/// <param name="name">A short name that a command line can carry.</param>
/// <param name="commands">How often something is asked at the most.</param>
/// <param name="mutant">What is done wrong.</param>
internal sealed class LifecycleModel(string name, int commands, LifecycleMutant mutant = LifecycleMutant.None) : TransitionSystem<LifecycleState>
{
    private readonly LifecycleGuest _guest = new(mutant);
    private readonly LifecycleDevices _devices = new(mutant);
    private readonly LifecycleToolStack _toolStack = new(commands, mutant);

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants => LifecycleParticipant.Names;

    /// <inheritdoc/>
    public override PropertySet<LifecycleState> Properties { get; } = LifecycleProperties.All();

    /// <inheritdoc/>
    public override void AddInitial(ICollection<LifecycleState> into)
    {
        ArgumentNullException.ThrowIfNull(into);

        // The watch was registered just now, which queues an event of its own (CT-002).
        into.Add(new LifecycleState { Guest = GuestFacts.Watches | GuestFacts.Event | GuestFacts.Store | GuestFacts.Events | GuestFacts.Grants });
    }

    /// <inheritdoc/>
    public override void AddSteps(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        _toolStack.Add(in state, into);
        if (state.Domain == DomainPlace.Runs)
        {
            _guest.Add(in state, into);
            _devices.Add(in state, into);
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in LifecycleState state) =>
        (state.Tool & ToolFacts.Knows) != 0
        || (state.Domain == DomainPlace.Runs && state.Current == Command.None && state.Node is Command.None or Command.Unknown
            && state.Devices[0].Place == DevicePlace.Runs && state.Devices[1].Place == DevicePlace.Runs);

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) =>
        (LifecycleCode)step.Code is LifecycleCode.Ask or LifecycleCode.Submit or LifecycleCode.Refuse or LifecycleCode.DeviceRefuses;

    /// <inheritdoc/>
    public override StepText Describe(in LifecycleState before, StepId step, in LifecycleState after) => LifecycleWords.Describe(in before, step, in after);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in LifecycleState state) => LifecycleWords.Describe(in state);
}

/// <summary>Who takes steps in the lifecycle model.</summary>
internal static class LifecycleParticipant
{
    public const byte ToolStack = 0;
    public const byte Guest = 1;
    public const byte FirstDevice = 2;
    public static readonly string[] Names = ["tool stack", "guest", "first device", "second device"];
}

/// <summary>The steps of the lifecycle model.</summary>
internal enum LifecycleCode : byte
{
    Ask,
    Cancel,
    Move,
    Notice,
    Look,
    Acknowledge,
    Quiesce,
    Refuse,
    Freeze,
    DeviceRefuses,
    SuspendStore,
    Mask,
    SaveGrants,
    Hypercall,
    RebuildEvents,
    RebuildGrants,
    Unmask,
    ReconnectStore,
    CancelStore,
    Thaw,
    Resume,
    Finish,
    StopDevice,
    Report,
    Connect,
    Submit,
    Complete,
}
