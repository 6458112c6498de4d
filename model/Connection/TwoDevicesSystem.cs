using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>
/// Two devices of which one end shares a watch thread: events of both wait in one queue, and the thread hands them out one by
/// one (XB-061, BB-024, I-30). Where handlers have a thread of their own it only notes them; where a handler runs in the
/// watch thread (<see cref="Dialect.HandlersBlock"/>), nothing is handed out until it has come to its end. One device may hang
/// where it waits for I/O that was under way.
/// </summary>
/// <remarks>
/// The queue is a set, as in the connection of one device; that no event is passed over for ever is the fairness of its
/// thread. A run begins with two devices that are connected, within larger bounds also with one and a second that does not exist yet.
/// </remarks>
internal sealed class TwoDevicesSystem : TransitionSystem<TwoConnections>
{
    /// <summary>The code of the step in which the thread hands an event out.</summary>
    public const byte Deliver = 200;

    /// <summary>The code of the step in which an end begins to wait for ever.</summary>
    public const byte Hang = 201;

    private const int PerDevice = 4;
    private const byte Thread = 2 * PerDevice;

    [ThreadStatic]
    private static TransitionBuffer<ConnectionState>? steps;

    private readonly ConnectionSystem inner;
    private readonly SharedEnd end;
    private readonly bool attaches;
    private readonly bool mayHang;

    /// <summary>Makes the system.</summary>
    /// <param name="name">A short name that a command line can carry.</param>
    /// <param name="bounds">What the environment may do to each device.</param>
    /// <param name="end">The end that shares a watch thread.</param>
    /// <param name="attaches">Whether a run may also begin with one device that is connected and a second that is to be made.</param>
    /// <param name="mayHang">Whether that end of one device may hang.</param>
    /// <param name="dialect">How all ends speak; null for as the reference does.</param>
    public TwoDevicesSystem(string name, ConnectionBounds bounds, SharedEnd end, bool attaches, bool mayHang, Dialect? dialect = null)
    {
        inner = new ConnectionSystem(name, bounds, dialect, dialect);
        this.end = end;
        this.attaches = attaches;
        this.mayHang = mayHang;
        Properties = TwoDevicesProperties.Of(inner.Properties, end, mayHang);
    }

    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants { get; } =
        ["tool stack", "front 1", "back 1", "world", "tool stack for 2", "front 2", "back 2", "world of 2", "watch thread"];

    /// <inheritdoc/>
    public override PropertySet<TwoConnections> Properties { get; }

    /// <summary>Whether a step is one of a device.</summary>
    public static bool IsOf(StepId step, int device) => step.Code < Deliver && step.Participant / PerDevice == device;

    /// <summary>A step of a device as its connection has it.</summary>
    public static StepId InnerOf(StepId step) => step with { Participant = (byte)(step.Participant % PerDevice) };

    /// <summary>The argument of a step that hands an event to a device.</summary>
    public static ushort ArgumentOf(int device, byte what) => (ushort)((device << 8) | what);

    /// <inheritdoc/>
    public override void AddInitial(ICollection<TwoConnections> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var connected = FindConnected();
        var state = default(TwoConnections);
        state.Devices[0] = connected;
        if (attaches)
        {
            into.Add(state);
        }

        state.Devices[1] = connected;
        into.Add(state);
    }

    /// <inheritdoc/>
    public override void AddSteps(in TwoConnections state, TransitionBuffer<TwoConnections> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        for (int device = 0; device < 2; device++)
        {
            AddStepsOf(device, in state, into);
            AddDeliveries(device, in state, into);
            if (mayHang && state.Hung == 0 && end.WaitsForIo(in state.Devices[device]))
            {
                var next = state;
                next.Hung = (byte)(device + 1);
                into.Add(new StepId((byte)((device * PerDevice) + (int)end.Participant), Hang, (ushort)device), in next);
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in TwoConnections state) =>
        (state.IsHung(0) || inner.IsEnd(in state.Devices[0]) || state.Devices[0].Tool == ToolPc.Before)
        && (state.IsHung(1) || inner.IsEnd(in state.Devices[1]) || state.Devices[1].Tool == ToolPc.Before);

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => step.Code == Hang || (step.Code < Deliver && inner.IsOptional(InnerOf(step)));

    /// <inheritdoc/>
    public override StepText Describe(in TwoConnections before, StepId step, in TwoConnections after)
    {
        string participant = Participants[step.Participant];
        switch (step.Code)
        {
            case Deliver:
                int device = step.Argument >> 8;
                return new StepText(participant, string.Empty, $"hands out an event of {end.NameOf((byte)step.Argument)}", Participants[(device * PerDevice) + (int)end.Participant]);
            case Hang:
                return new StepText(participant, string.Empty, "waits for I/O that never ends");
            default:
                int of = step.Participant / PerDevice;
                var text = inner.Describe(in before.Devices[of], InnerOf(step), in after.Devices[of]);
                return text with { Participant = participant, Towards = text.Towards is { } other ? Participants[(of * PerDevice) + IndexOf(other)] : null };
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in TwoConnections state)
    {
        var words = new List<KeyValuePair<string, string>>();
        for (int device = 0; device < 2; device++)
        {
            words.AddRange(inner.Describe(in state.Devices[device]).Select(pair => KeyValuePair.Create($"{pair.Key} {device + 1}", pair.Value)));
            words.Add(KeyValuePair.Create($"queued {device + 1}", string.Join(" and ", Bits(state.Queued[device]).Select(end.NameOf))));
        }

        return words;
    }

    private int IndexOf(string participant) => inner.Participants.ToList().IndexOf(participant);

    private void AddStepsOf(int device, in TwoConnections state, TransitionBuffer<TwoConnections> into)
    {
        steps ??= new TransitionBuffer<ConnectionState>();
        steps.Clear();
        inner.AddSteps(in state.Devices[device], steps);
        foreach (ref readonly var transition in steps.Transitions)
        {
            bool isShared = transition.Step.Participant == (byte)end.Participant;
            if (isShared && state.IsHung(device))
            {
                continue;
            }

            var next = state;
            next.Devices[device] = transition.Next;
            if (!isShared)
            {
                // What others do to the nodes that an end watches reaches it by the queue.
                byte before = end.EventsOf(in state.Devices[device]);
                next.Queued[device] |= (byte)(end.EventsOf(in next.Devices[device]) & ~before);
                end.SetEvents(ref next.Devices[device], before);
            }

            into.Add(transition.Step with { Participant = (byte)((device * PerDevice) + transition.Step.Participant) }, in next);
        }
    }

    private void AddDeliveries(int device, in TwoConnections state, TransitionBuffer<TwoConnections> into)
    {
        if (end.DialectOf(inner).HandlersBlock && !(IsAtRest(in state.Devices[0]) && IsAtRest(in state.Devices[1])))
        {
            return;
        }

        foreach (byte what in Bits(state.Queued[device]))
        {
            var next = state;
            next.Queued[device] &= (byte)~what;
            if (!end.IsGone(in state.Devices[device]))
            {
                end.SetEvents(ref next.Devices[device], (byte)(end.EventsOf(in state.Devices[device]) | what));
            }

            into.Add(new StepId(Thread, Deliver, ArgumentOf(device, what)), in next);
        }
    }

    /// <summary>Whether an end is in no handler and has none to begin.</summary>
    private bool IsAtRest(in ConnectionState state) => end.IsIdle(in state) && end.EventsOf(in state) == 0;

    private static IEnumerable<byte> Bits(byte events)
    {
        for (int rest = events; rest != 0; rest &= rest - 1)
        {
            yield return (byte)(rest & -rest);
        }
    }

    /// <summary>The connection of a device that nobody has wished away, with nothing left to look at.</summary>
    private ConnectionState FindConnected()
    {
        var known = new HashSet<ConnectionState>();
        var waiting = new Queue<ConnectionState>([default(ConnectionState)]);
        var buffer = new TransitionBuffer<ConnectionState>();
        while (waiting.TryDequeue(out var state))
        {
            bool isQuiet = SharedEnd.Fronts.EventsOf(in state) == 0 && SharedEnd.Backs.EventsOf(in state) == 0;
            if (EndStates.IsConnected(in state) && isQuiet && state.Spent == Spent.None)
            {
                return state;
            }

            buffer.Clear();
            inner.AddSteps(in state, buffer);
            foreach (ref readonly var step in buffer.Transitions)
            {
                if (!inner.IsOptional(step.Step) && known.Add(step.Next))
                {
                    waiting.Enqueue(step.Next);
                }
            }
        }

        throw new InvalidOperationException($"expected a device that can be connected, got none in {Name}");
    }
}
