using Conformance.Model.Checking;
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
    private readonly List<Hypothesis> hypotheses;
    private readonly SortedSet<string> moves = new(StringComparer.Ordinal);
    private readonly SortedSet<string> steps = new(StringComparer.Ordinal);
    private Picture shown = new(1, 1);
    private readonly Succession frontDrivers = new();
    private readonly Succession backDrivers = new();
    private bool wasOnline = true;
    private bool hasError;

    public ConnectionTracker(string front, string back, TraceEvent beginning, JudgeOptions options)
    {
        Front = front;
        Back = back;
        Beginning = beginning;
        hypotheses = [.. options.Fronts.SelectMany(ahead => options.Backs.Select(behind => new Hypothesis(ahead, behind, options.BackSaysInitialised)))];
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
            foreach (var hypothesis in hypotheses)
            {
                hypothesis.Close();
                hypothesis.Change(isOnline
                    ? static (ref ConnectionState state) => state.Store |= StoreFacts.Online
                    : static (ref ConnectionState state) => state.Store &= ~StoreFacts.Online);
            }
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
            MayTake(isFront ? [ConnectionStep.Crash] : [ConnectionStep.BackDies, ConnectionStep.BackRestarts]);
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
            MayTakeUnlessRejected(ConnectionStep.Crash);
        }

        if (domain == DevicePath.OwnerOf(Back))
        {
            backDrivers.MayEnd();
            MayTakeUnlessRejected(ConnectionStep.BackDies, ConnectionStep.BackRestarts);
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
            MayTake(isDead ? [ConnectionStep.FrontDies] : [ConnectionStep.FrontDies, ConnectionStep.Crash]);
        }

        if (domain == DevicePath.OwnerOf(Back))
        {
            MayTake(ConnectionStep.BackDies, ConnectionStep.BackRestarts);
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
        foreach (var hypothesis in hypotheses)
        {
            hypothesis.Close();
        }

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

    private void BackMayClose()
    {
        if (Rejection is not null)
        {
            return;
        }

        foreach (var hypothesis in hypotheses)
        {
            hypothesis.Close();
            hypothesis.MayChange(static (ref ConnectionState state) =>
                state.BackPc = state.BackPc is BackPc.Unseen or BackPc.Gone ? state.BackPc : BackPc.BeginClose);
        }
    }

    private void MayTakeUnlessRejected(params ReadOnlySpan<ConnectionStep> codes)
    {
        if (Rejection is null)
        {
            MayTake(codes);
        }
    }

    private void MayTake(params ReadOnlySpan<ConnectionStep> codes)
    {
        foreach (var hypothesis in hypotheses)
        {
            hypothesis.Close();
            hypothesis.MayTake(codes);
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
            foreach (var hypothesis in hypotheses)
            {
                hypothesis.Close();
                hypothesis.Change(DevicePath.IsFront(directory) ? StateChanges.RemoveFrontDirectory : StateChanges.RemoveBackDirectory);
            }

            return;
        }

        bool isFront = DevicePath.IsFront(directory);
        // A front may begin anew whenever it is Closed, however late its back is (I-25).
        bool beginsAnew = isOwn && (isFront
            ? next.Front == 1 && (before.Front == 6 || frontDrivers.MayBeAnother)
            : next.Back == 1 && backDrivers.MayBeAnother);
        Take(step, directory, before, next, StepMatch.For(directory, writer, DevicePath.OwnerOf(directory), next), beginsAnew);
        if (Rejection is null)
        {
            moves.Add($"{(isOwn ? (DevicePath.IsFront(directory) ? "front" : "back") : "tool stack")}: {JudgeWords.Of(before)} to {JudgeWords.Of(next)}");
        }
    }

    private void Take(TraceEvent step, string directory, Picture before, Picture next, StepMatch match, bool beginsAnew)
    {
        var allowed = new HashSet<(ConnectionParticipant Who, Picture Shown)>();
        var left = new List<(Hypothesis Hypothesis, HashSet<ConnectionState> After)>();
        int count = 0;
        foreach (var hypothesis in hypotheses)
        {
            hypothesis.Close();
            if (match.IsOwn && match.Owner == ConnectionParticipant.Front && next.Front is 5 or 6)
            {
                // A front may be unloaded, or asked from within to begin anew, wherever it is.
                hypothesis.MayChange(static (ref ConnectionState state) =>
                    state.FrontPc = state.FrontPc is FrontPc.Unseen or FrontPc.Gone ? state.FrontPc : FrontPc.BeginClose);
                hypothesis.Close();
            }

            count += hypothesis.States.Count;
            var after = hypothesis.After(next, match.IsPossible);
            if (beginsAnew)
            {
                after.UnionWith(hypothesis.BegunAnew(DevicePath.IsFront(directory)));
            }

            if (after.Count > 0)
            {
                left.Add((hypothesis, after));
            }
        }

        MostStates = Math.Max(MostStates, count);
        if (left.Count == 0)
        {
            foreach (var hypothesis in hypotheses)
            {
                hypothesis.AddAllowed(allowed);
            }

            Rejection = RejectionWords.Of(step, directory, before, next, match, allowed);
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
        if (shown == new Picture(4, 4) && Any(EndStates.IsConnected))
        {
            return "Connected";
        }

        if (shown == new Picture(0, 0))
        {
            return Any(EndStates.IsGone) ? "Gone" : "both directories gone, resources still held";
        }

        if (hasError && Any(EndStates.IsFailedAttach))
        {
            return "FailedAttach";
        }

        bool isClosed = shown is { Front: 6 or 1, Back: 6 } or { Front: 1, Back: 2 };
        return isClosed && Any(EndStates.IsClosedKeep) ? "ClosedKeep" : $"in the middle: {JudgeWords.Of(shown)}";
    }

    private bool Any(StatePredicate<ConnectionState> holds) =>
        hypotheses.Exists(hypothesis => hypothesis.States.Any(state => holds(in state)));
}
