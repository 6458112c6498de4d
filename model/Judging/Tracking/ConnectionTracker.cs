using Conformance.Model.Connection;
using Conformance.Model.Judging.Rules;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging.Tracking;

/// <summary>
/// Follows one connection through the states of the connection model: every state in which it may be, for every pair of
/// dialects that explains what was seen so far. It is rejected when no state of any pair allows what comes next.
/// </summary>
internal sealed class ConnectionTracker
{
    private static readonly Passage FrontBegunAnew = new(PassageKind.MayTake) { Step = ConnectionStep.Crash };
    private static readonly Passage BackBegunAnew = new(PassageKind.MayTake) { Step = ConnectionStep.BackDies, Then = ConnectionStep.BackRestarts };

    private const ulong Prime = 1099511628211;

    private readonly List<Hypothesis> hypotheses;
    private readonly SortedSet<string> moves = new(StringComparer.Ordinal);
    private readonly SortedSet<string> steps = new(StringComparer.Ordinal);
    private Picture shown = new(1, 1);
    private readonly Succession frontDrivers = new();
    private readonly Succession backDrivers = new();
    private bool wasOnline = true;
    private bool hasError;

    public ConnectionTracker(string front, string back, TraceEvent beginning, JudgeMemory memory)
    {
        Front = front;
        Back = back;
        Beginning = beginning;
        hypotheses = [.. memory.Pairs.Select((_, pair) => new Hypothesis(memory, pair))];
    }

    /// <summary>The front's directory.</summary>
    public string Front { get; }

    /// <summary>The back's directory.</summary>
    public string Back { get; }

    /// <summary>The step that made both.</summary>
    public TraceEvent Beginning { get; }

    /// <summary>What was not possible; null while everything was.</summary>
    public Rejection? Rejection { get; private set; }

    /// <summary>How many states there were at most.</summary>
    public int MostStates { get; private set; }

    /// <summary>How many different moves and steps of drivers it has taken.</summary>
    public int Taken => moves.Count + steps.Count;

    /// <summary>A number for where the connection may be and what it may do from here on. Once something was not possible, nothing that follows matters.</summary>
    public ulong Fingerprint
    {
        get
        {
            if (Rejection is not null)
            {
                return 1;
            }

            ulong number = shown.Front | ((ulong)shown.Back << 8) | (wasOnline ? 1ul << 16 : 0) | (hasError ? 1ul << 17 : 0)
                | ((ulong)frontDrivers.Fingerprint << 18) | ((ulong)backDrivers.Fingerprint << 20);
            foreach (var hypothesis in hypotheses)
            {
                number = (number * Prime) ^ hypothesis.Fingerprint;
            }

            return number;
        }
    }

    /// <summary>The last step breaks a rule, which says more than that the model does not allow it; nothing that follows tells anything.</summary>
    public void Overrule(Rejection rejection) => Rejection = rejection with { Allowed = Rejection?.Allowed ?? [] };

    /// <summary>The nodes of devices have changed.</summary>
    public void OnApplied(TraceEvent step, DeviceNodes nodes)
    {
        // A front's directory that was made again for another back is this connection's no more.
        bool isAnother = nodes.Find(Front, "backend") is { } other && other != Back;
        byte front = isAnother ? (byte)0 : StateOf(nodes.Find(Front, "state"));
        byte back = StateOf(nodes.Find(Back, "state"));
        if (front != shown.Front)
        {
            Move(step, Front, shown with { Front = front });
        }

        if (back != shown.Back)
        {
            Move(step, Back, shown with { Back = back });
        }

        // Whether the device is wanted is in the store for all to see; what the tool stack writes there needs no reason.
        bool isOnline = nodes.Find(Back, "online") == "1";
        if (Rejection is null && back != 0 && isOnline != wasOnline)
        {
            wasOnline = isOnline;
            TakeAlways(new Passage(isOnline ? PassageKind.Online : PassageKind.Offline));
        }
    }

    /// <summary>One of the two drivers has taken a step of its path.</summary>
    public void OnDriverStep(TraceEvent step, bool isFront)
    {
        steps.Add(step.Step.Split('.')[0]);
        bool isAgain = (isFront ? frontDrivers : backDrivers).Take(step);
        if (isAgain && Rejection is null)
        {
            // A driver that begins again has lost what it knew: another kernel, or another process.
            TakeAlways(isFront ? FrontBegunAnew : BackBegunAnew);
        }
    }

    /// <summary>The back has given up its last watch on the front's state: its driver is being unloaded, and closes whatever the front does.</summary>
    public void OnBackLeaves()
    {
        backDrivers.MayEnd();
        BackMayClose();
    }

    /// <summary>A domain has reset its connection to the store: another kernel, or another process, begins there (XS-147).</summary>
    public void OnReset(string domain)
    {
        if (domain == DevicePath.OwnerOf(Front))
        {
            frontDrivers.MayEnd();
            TakeUnlessRejected(FrontBegunAnew);
        }

        if (domain == DevicePath.OwnerOf(Back))
        {
            backDrivers.MayEnd();
            TakeUnlessRejected(BackBegunAnew);
        }
    }

    /// <summary>A domain has died, or stopped running.</summary>
    public void OnDomainEnd(string domain, bool isDead)
    {
        if (domain == DevicePath.OwnerOf(Front))
        {
            frontDrivers.MayEnd();
        }

        if (domain == DevicePath.OwnerOf(Back))
        {
            backDrivers.MayEnd();
        }

        if (Rejection is not null)
        {
            return;
        }

        if (domain == DevicePath.OwnerOf(Front))
        {
            // One that is suspended may go on as before or begin anew.
            TakeAlways(new Passage(PassageKind.MayTake) { Step = ConnectionStep.FrontDies, Then = isDead ? null : ConnectionStep.Crash });
        }

        if (domain == DevicePath.OwnerOf(Back))
        {
            TakeAlways(BackBegunAnew);
        }
    }

    /// <summary>An end has written an error node. A back that did closes then, whatever its front does (XB-040).</summary>
    public void OnError(bool isBack)
    {
        hasError = true;
        if (isBack)
        {
            BackMayClose();
        }
    }

    /// <summary>What became of it.</summary>
    public ConnectionVerdict Finish()
    {
        return new ConnectionVerdict(Front, Back, Beginning.Time, Rejection, Rejection is null ? End() : "rejected", MostStates)
        {
            Fronts = [.. hypotheses.Select(hypothesis => hypothesis.Front.Name).Distinct()],
            Backs = [.. hypotheses.Select(hypothesis => hypothesis.Back.Name).Distinct()],
            Moves = [.. moves],
            Steps = [.. steps],
        };
    }

    private static byte StateOf(string? text) => byte.TryParse(text, out byte state) && state <= 8 ? state : (byte)0;

    private static bool IsRemoval(string directory, Picture next) => (DevicePath.IsFront(directory) ? next.Front : next.Back) == 0;

    private void BackMayClose() => TakeUnlessRejected(new Passage(PassageKind.BackMayClose));

    private void TakeUnlessRejected(Passage passage)
    {
        if (Rejection is null)
        {
            TakeAlways(passage);
        }
    }

    private void TakeAlways(Passage passage)
    {
        foreach (var hypothesis in hypotheses)
        {
            hypothesis.Take(passage);
        }
    }

    private void Move(TraceEvent step, string directory, Picture next)
    {
        var before = shown;
        shown = next;
        if (Rejection is not null)
        {
            return;
        }

        string writer = DevicePath.DomainOf(step.Actor);
        bool isOwn = writer == DevicePath.OwnerOf(directory);
        if (IsRemoval(directory, next))
        {
            TakeAlways(new Passage(DevicePath.IsFront(directory) ? PassageKind.FrontRemoved : PassageKind.BackRemoved));
            return;
        }

        bool isFront = DevicePath.IsFront(directory);
        // A front may begin anew whenever it is Closed, however late its back is (I-25).
        bool beginsAnew = isOwn && (isFront
            ? next.Front == 1 && (before.Front == 6 || frontDrivers.MayBeAnother)
            : next.Back == 1 && backDrivers.MayBeAnother);
        var match = StepMatch.For(directory, writer, DevicePath.OwnerOf(directory), next);
        Take(step, directory, before, new Passage(PassageKind.Written) { Shown = next, By = match, BeginsAnew = beginsAnew });
        if (Rejection is null)
        {
            moves.Add($"{(isOwn ? (DevicePath.IsFront(directory) ? "front" : "back") : "tool stack")}: {JudgeWords.Of(before)} to {JudgeWords.Of(next)}");
        }
    }

    private void Take(TraceEvent step, string directory, Picture before, Passage written)
    {
        var left = new List<(Hypothesis Hypothesis, int After)>();
        int count = 0;
        foreach (var hypothesis in hypotheses)
        {
            var onward = hypothesis.After(written);
            count += onward.Count;
            if (onward.Set is { } after)
            {
                left.Add((hypothesis, after));
            }
        }

        MostStates = Math.Max(MostStates, count);
        if (left.Count == 0)
        {
            var allowed = new HashSet<(ConnectionParticipant Who, Picture Shown)>();
            foreach (var hypothesis in hypotheses)
            {
                hypothesis.AddAllowed(written, allowed);
            }

            Rejection = RejectionWords.Of(step, directory, before, written.Shown, written.By, allowed);
            return;
        }

        hypotheses.Clear();
        foreach (var (hypothesis, after) in left)
        {
            hypothesis.GoTo(after);
            hypotheses.Add(hypothesis);
        }
    }

    private string End()
    {
        if (shown == new Picture(4, 4) && Any(EndFacts.Connected))
        {
            return "Connected";
        }

        if (shown == new Picture(0, 0))
        {
            return Any(EndFacts.Gone) ? "Gone" : "both directories gone, resources still held";
        }

        if (hasError && Any(EndFacts.FailedAttach))
        {
            return "FailedAttach";
        }

        bool isClosed = shown is { Front: 6 or 1, Back: 6 } or { Front: 1, Back: 2 };
        return isClosed && Any(EndFacts.ClosedKeep) ? "ClosedKeep" : $"in the middle: {JudgeWords.Of(shown)}";
    }

    private bool Any(EndFacts end) => hypotheses.Exists(hypothesis => hypothesis.Ends.HasFlag(end));
}
