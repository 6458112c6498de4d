using System.Globalization;
using Conformance.Model.Checking;
using Conformance.Model.Trace;

namespace Conformance.Model.Connection;

/// <summary>Steps and states of a connection in words, with the codes of the trace.</summary>
internal static class ConnectionWords
{
    private const int PlaceMask = (1 << StepSink.PlaceBits) - 1;

    public static StepText Describe(in ConnectionState before, StepId step, in ConnectionState after)
    {
        string participant = (ConnectionParticipant)step.Participant switch
        {
            ConnectionParticipant.ToolStack => "tool stack",
            ConnectionParticipant.Front => "front",
            ConnectionParticipant.Back => "back",
            _ => "world",
        };
        var kind = (ConnectionStep)step.Code;
        var (code, text) = kind switch
        {
            ConnectionStep.Front => FrontWords((FrontPc)(step.Argument & PlaceMask)),
            ConnectionStep.Back => BackWords((BackPc)(step.Argument & PlaceMask)),
            ConnectionStep.FrontLooks => (StepCode.Read, $"sees the back {StateName((byte)step.Argument)}"),
            ConnectionStep.BackLooks => (StepCode.Read, $"sees the front {StateName((byte)step.Argument)}"),
            ConnectionStep.FrontLooksAtOwn or ConnectionStep.BackLooksAtOwn => (StepCode.Read, $"sees its own state {StateName((byte)step.Argument)}"),
            ConnectionStep.OddState => (StepCode.Write, $"shows {StateName((byte)step.Argument)}"),
            _ => OtherWords(kind, step.Argument),
        };
        string outcome = kind is not (ConnectionStep.Front or ConnectionStep.Back) ? string.Empty : (StepOutcome)(step.Argument >> StepSink.PlaceBits) switch
        {
            StepOutcome.Failed => ": fails",
            StepOutcome.Incomplete => ", but for one node",
            StepOutcome.AboveLimit => ", with a limit above the back's",
            _ => string.Empty,
        };
        return new StepText(participant, code, text + outcome + Changes(in before, in after), Towards(in before, step, in after));
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Describe(in ConnectionState state) =>
    [
        new("front", state.Store.Is(StoreFacts.FrontDirectory) ? StateName(state.FrontNode) : "-"),
        new("back", state.Store.Is(StoreFacts.BackDirectory) ? StateName(state.BackNode) : "-"),
        new("online", state.Store.Is(StoreFacts.Online) ? "1" : "0"),
        new("store", Words(state.Store & ~(StoreFacts.FrontDirectory | StoreFacts.BackDirectory | StoreFacts.Online))),
        new("published", state.Published == 0 ? "-" : state.Published.ToString(CultureInfo.InvariantCulture)),
        new("front next", state.FrontPc.ToString()),
        new("front is", $"{StateName(state.FrontOwn)}, generation {state.FrontGeneration}, {Words(state.Front)}"),
        new("granted", Words(state.Resources)),
        new("back next", state.BackPc.ToString()),
        new("back is", $"{StateName(state.BackOwn)}, generation {state.BackGeneration}, {Words(state.Back)}"),
        new("held", Words(state.Held)),
        new("request", Words(state.Request)),
        new("tool stack", state.Tool.ToString()),
    ];

    /// <summary>The name of a state node's value.</summary>
    public static string StateName(byte value) => value switch
    {
        0 => "absent",
        1 => "Initialising",
        2 => "InitWait",
        3 => "Initialised",
        4 => "Connected",
        5 => "Closing",
        6 => "Closed",
        7 => "Reconfiguring",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Words<TFlags>(TFlags flags)
        where TFlags : struct, Enum
    {
        string words = flags.ToString();
        return words == "None" ? "-" : words;
    }

    private static string? Towards(in ConnectionState before, StepId step, in ConnectionState after)
    {
        if (before.FrontNode != after.FrontNode && step.Participant == (byte)ConnectionParticipant.Front)
        {
            return "back";
        }

        return before.BackNode != after.BackNode && step.Participant is (byte)ConnectionParticipant.Back or (byte)ConnectionParticipant.ToolStack && before.BackNode != after.BackNode ? "front" : null;
    }

    private static string Changes(in ConnectionState before, in ConnectionState after)
    {
        string text = before.FrontNode == after.FrontNode ? string.Empty : $"; front: {StateName(after.FrontNode)}";
        return text + (before.BackNode == after.BackNode ? string.Empty : $"; back: {StateName(after.BackNode)}");
    }

    internal static (string Code, string Text) FrontWords(FrontPc place) => place switch
    {
        FrontPc.Unseen => (FrontStep.See, "takes its directory"),
        FrontPc.Resolve => (FrontStep.Resolve, "finds its back"),
        FrontPc.Watch => (FrontStep.WatchPeer, "watches the back's state"),
        FrontPc.ReadLimits => (FrontStep.ReadLimits, "reads the back's limits"),
        FrontPc.GrantPage0 => ($"{FrontStep.GrantRingPage}.0", "grants ring page 0"),
        FrontPc.GrantPage1 => ($"{FrontStep.GrantRingPage}.1", "grants ring page 1"),
        FrontPc.AllocatePort => (FrontStep.AllocatePort, "allocates its port"),
        FrontPc.Publish => (FrontStep.Publish, "publishes ring and port"),
        FrontPc.Commit => (FrontStep.Commit, "commits"),
        FrontPc.ReadMedium => (FrontStep.ReadMedium, "reads the medium"),
        FrontPc.Connect => (FrontStep.Connect, "is connected"),
        FrontPc.Announce => (FrontStep.Announce, "announces the disk"),
        FrontPc.StartIo => (FrontStep.StartIo, "starts I/O"),
        FrontPc.BeginClose => (FrontStep.BeginClose, "begins to close"),
        FrontPc.StopQueues => (FrontStep.StopQueues, "stops its queues and withdraws the disk"),
        FrontPc.SayClosed => (FrontStep.Close, "is closed"),
        FrontPc.Release => (FrontStep.Release, "closes its port and ends its grants"),
        FrontPc.Renew => (FrontStep.Renew, "begins anew"),
        FrontPc.Recover => (FrontStep.Recover, "gives the lost connection up"),
        _ => (string.Empty, "does nothing"),
    };

    internal static (string Code, string Text) BackWords(BackPc place) => place switch
    {
        BackPc.Unseen => (BackStep.SeeDirectory, "sees its directory"),
        BackPc.Resolve => (BackStep.FindFront, "finds its front"),
        BackPc.WriteLimits => (BackStep.PublishLimits, "writes its limits"),
        BackPc.WatchMedium => (BackStep.WatchMedium, "watches the medium"),
        BackPc.OpenMedium => (BackStep.OpenMedium, "opens the medium"),
        BackPc.SayReady => (BackStep.InitWait, "waits for the front"),
        BackPc.WatchFront => (BackStep.WatchFront, "watches the front's state"),
        BackPc.ReadFront => (BackStep.ReadFront, "reads what the front published"),
        BackPc.MapPage0 => ($"{BackStep.MapRing}.0", "maps ring page 0"),
        BackPc.MapPage1 => ($"{BackStep.MapRing}.1", "maps ring page 1"),
        BackPc.BindPort => (BackStep.BindPort, "binds the port"),
        BackPc.StartWorker => (BackStep.StartWorker, "starts its worker"),
        BackPc.WriteMedium => (BackStep.PublishMedium, "writes medium and late features"),
        BackPc.SayConnected => (BackStep.Connected, "is connected"),
        BackPc.AnswerClosing or BackPc.BeginClose => (BackStep.Closing, "begins to close"),
        BackPc.ClosePort => (BackStep.ClosePort, "closes its port"),
        BackPc.Drain => (BackStep.Drain, "has nothing under way"),
        BackPc.Unmap => (BackStep.Unmap, "unmaps"),
        BackPc.SayClosed => (BackStep.Closed, "is closed"),
        BackPc.DecideOnline => (BackStep.DecideOnline, "looks whether the device stays"),
        BackPc.SayReadyAgain => (BackStep.InitWaitAgain, "waits for the front again"),
        _ => (string.Empty, "does nothing"),
    };

    private static (string Code, string Text) OtherWords(ConnectionStep step, ushort argument) => step switch
    {
        ConnectionStep.Add => (string.Empty, "adds the device"),
        ConnectionStep.Hotplug => (string.Empty, "brings the medium"),
        ConnectionStep.AskRemoval => (string.Empty, "asks for the removal"),
        ConnectionStep.Remove => (StepCode.Remove, "removes both directories"),
        ConnectionStep.ForceFront => (StepCode.Remove, "loses patience and removes the front's directory"),
        ConnectionStep.ForceBack => (StepCode.Remove, "removes the back's directory"),
        ConnectionStep.Reap => (StepCode.Remove, "learns of the death and removes the front's directory"),
        ConnectionStep.Vanish => (StepCode.Remove, argument == 0 ? "removes the front's directory alone" : "removes the back's directory alone"),
        ConnectionStep.FrontDies => (StepCode.DomainDeath, "the front's domain dies"),
        ConnectionStep.BackDies => (StepCode.DomainDeath, "the back dies"),
        ConnectionStep.BackRestarts => (string.Empty, "a new back begins"),
        ConnectionStep.Crash => (string.Empty, "another kernel takes the front's domain over"),
        ConnectionStep.Suspend => (StepCode.DomainShutdown, "the front's domain is suspended"),
        ConnectionStep.Cancel => (string.Empty, "the suspend is cancelled"),
        ConnectionStep.Resume => (string.Empty, "the domain is resumed in a new world"),
        ConnectionStep.BootTimeout => (string.Empty, "the boot is held up no longer"),
        ConnectionStep.FrontSpurious => (StepCode.Enqueue, "an event without a change is queued for the front"),
        ConnectionStep.BackSpurious => (StepCode.Enqueue, "an event without a change is queued for the back"),
        ConnectionStep.Open => (string.Empty, "a user opens the disk"),
        ConnectionStep.LastClose => (string.Empty, "the last user closes the disk"),
        ConnectionStep.Reconnect => (string.Empty, "is to close and begin anew"),
        ConnectionStep.BackLooksAtMedium => (StepCode.Read, argument == 0 ? "sees no medium" : "sees the medium"),
        ConnectionStep.Push => (IoStep.PushRequests, "puts a request on the ring"),
        ConnectionStep.Consume => (IoStep.Consume, "takes the request"),
        ConnectionStep.Answer => (IoStep.PushResponses, "answers the request"),
        ConnectionStep.Done => (IoStep.Done, "takes the response"),
        _ => (string.Empty, step.ToString()),
    };
}
