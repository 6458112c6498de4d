using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>
/// The connection of one block device as a concurrent state machine: tool stack, store, front, back and hypervisor, step by
/// step. A step on the store and the events it queues are one step; an event is taken and what it concerns is read in one
/// step, as a handler acts on what it reads and not on the event.
/// </summary>
public sealed class ConnectionSystem : TransitionSystem<ConnectionState>
{
    private readonly ToolStackSteps _toolStack;
    private readonly FrontSteps _front;
    private readonly BackSteps _back;
    private readonly WorldSteps _world;

    /// <summary>Makes the system.</summary>
    /// <param name="name">A short name that a command line can carry.</param>
    /// <param name="bounds">What the environment may do.</param>
    /// <param name="front">How the front speaks; null for as the reference does.</param>
    /// <param name="back">How the back speaks; null for as the reference does.</param>
    public ConnectionSystem(string name, ConnectionBounds bounds, Dialect? front = null, Dialect? back = null)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        Name = name;
        Bounds = bounds;
        Front = front ?? Dialects.Reference;
        Back = back ?? Dialects.Reference;
        _toolStack = new ToolStackSteps(bounds);
        _front = new FrontSteps(bounds, Front, Back);
        _back = new BackSteps(bounds, Back);
        _world = new WorldSteps(bounds, Front);
        Properties = ConnectionProperties.Of(bounds);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>What the environment may do.</summary>
    public ConnectionBounds Bounds { get; }

    /// <summary>How the front speaks.</summary>
    public Dialect Front { get; }

    /// <summary>How the back speaks.</summary>
    public Dialect Back { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants { get; } = ["tool stack", "front", "back", "world"];

    /// <inheritdoc/>
    public override PropertySet<ConnectionState> Properties { get; }

    /// <inheritdoc/>
    public override void AddInitial(ICollection<ConnectionState> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Add(default);
    }

    /// <inheritdoc/>
    public override void AddSteps(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        _toolStack.Add(in state, into);
        _front.Add(in state, into);
        _back.Add(in state, into);
        _world.Add(in state, into);
    }

    /// <summary>Adds the steps of one end alone.</summary>
    internal void AddStepsOf(ConnectionParticipant end, in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        if (end == ConnectionParticipant.Front)
        {
            _front.Add(in state, into);
        }
        else
        {
            _back.Add(in state, into);
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in ConnectionState state) => EndStates.IsEnd(in state);

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => NeedNotHappen(step);

    /// <inheritdoc/>
    public override StepText Describe(in ConnectionState before, StepId step, in ConnectionState after) => ConnectionWords.Describe(in before, step, in after);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ConnectionState state) => ConnectionWords.Describe(in state);

    /// <summary>Faults, deaths, and what users and administrators may wish.</summary>
    internal static bool NeedNotHappen(StepId step) => (ConnectionStep)step.Code switch
    {
        ConnectionStep.AskRemoval or ConnectionStep.ForceFront or ConnectionStep.Vanish or ConnectionStep.FrontDies or ConnectionStep.BackDies
            or ConnectionStep.Crash or ConnectionStep.Suspend or ConnectionStep.FrontSpurious or ConnectionStep.BackSpurious or ConnectionStep.Open
            or ConnectionStep.LastClose or ConnectionStep.Push or ConnectionStep.Reconnect or ConnectionStep.OddState => true,
        ConnectionStep.Front or ConnectionStep.Back => step.Argument >> StepSink.PlaceBits != (int)StepOutcome.Done,
        _ => false,
    };
}
