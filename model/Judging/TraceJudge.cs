using Conformance.Model.Judging.Rules;
using Conformance.Model.Judging.Tracking;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging;

/// <summary>
/// Judges a trace of block devices: by the rules that hold of every step (S1 to S6), and by following each connection
/// through the states of the connection model. It looks at what a trace shows: steps that it does not carry, such as what a
/// driver thinks or what a store's log leaves out, may have been taken or not.
/// </summary>
public sealed class TraceJudge
{
    private readonly JudgeMemory memory;
    private readonly SafetyRules rules;
    private readonly List<ConnectionTracker> trackers = [];
    private readonly Dictionary<string, ConnectionTracker> current = [];
    private readonly SortedDictionary<string, long> ignored = new(StringComparer.Ordinal);
    private readonly List<Rejection> breaches = [];
    private readonly List<Breach> broken = [];
    private readonly WatchLedger watches = new();
    private long events;
    private long judged;

    /// <summary>Makes a judge for one trace.</summary>
    /// <param name="options">What it is held against; null for every dialect.</param>
    public TraceJudge(JudgeOptions? options = null)
        : this(new JudgeMemory(options))
    {
    }

    /// <summary>Makes a judge for one trace, which uses what others have worked out.</summary>
    public TraceJudge(JudgeMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        this.memory = memory;
        rules = new SafetyRules(broken.Add, OnApplied);
    }

    /// <summary>Judges a whole trace.</summary>
    public static JudgeReport Judge(IEnumerable<TraceEvent> trace, JudgeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var judge = new TraceJudge(options);
        foreach (var step in trace)
        {
            judge.Take(step);
        }

        return judge.Finish();
    }

    /// <summary>
    /// A number for where every connection may be: where it is the same, tracking allows the same from here on. What the rules remember
    /// is not in it: it follows what stands in the store, what is mapped and what is under way.
    /// </summary>
    public ulong Fingerprint => trackers.Aggregate(0ul, static (number, tracker) => (number * 31) ^ tracker.Fingerprint);

    /// <summary>How many different moves and steps of the model all connections have taken so far.</summary>
    public int Taken => trackers.Sum(static tracker => tracker.Taken);

    /// <summary>What was not allowed so far, whoever did it; in no order.</summary>
    public IEnumerable<Rejection> Rejections => trackers.Select(tracker => tracker.Rejection).OfType<Rejection>().Concat(breaches);

    /// <summary>Takes the next step.</summary>
    public void Take(TraceEvent step)
    {
        ArgumentNullException.ThrowIfNull(step);
        events++;
        if (Relevance.ReasonToIgnore(step, rules.Nodes) is { } reason)
        {
            ignored[reason] = ignored.GetValueOrDefault(reason) + 1;
        }
        else
        {
            judged++;
        }

        broken.Clear();
        rules.Take(step);
        watches.Take(step);
        Follow(step);
        if (broken.Count > 0)
        {
            Blame(step, broken[0]);
        }
    }

    /// <summary>Says what became of everything.</summary>
    public JudgeReport Finish() => new(events, judged, ignored, [.. trackers.Select(tracker => tracker.Finish())], breaches);

    private void Follow(TraceEvent step)
    {
        switch (step.Step)
        {
            case StepCode.DomainDeath or StepCode.DomainShutdown:
                foreach (var tracker in current.Values.Distinct())
                {
                    tracker.OnDomainEnd($"dom{step.Object}", step.Step == StepCode.DomainDeath);
                }

                break;
            case StepCode.Reset:
                foreach (var tracker in current.Values.Distinct())
                {
                    tracker.OnReset(DevicePath.DomainOf(step.Find("to") ?? step.Actor));
                }

                break;
            case StepCode.Unwatch:
                foreach (var tracker in current.Values.Distinct().Where(tracker => HasBackLeft(tracker, step)))
                {
                    tracker.OnBackLeaves();
                }

                break;
            case StepCode.Write or StepCode.TransactionWrite when step.Object.Contains("/error/", StringComparison.Ordinal):
                foreach (var tracker in current.Values.Distinct())
                {
                    bool isBack = Relevance.IsErrorOf(step.Object, tracker.Back);
                    if (isBack || Relevance.IsErrorOf(step.Object, tracker.Front))
                    {
                        tracker.OnError(isBack);
                    }
                }

                break;
            default:
                if (Relevance.DriverOf(step.Actor) is { } directory && current.TryGetValue(directory, out var found))
                {
                    found.OnDriverStep(step, DevicePath.IsFront(directory));
                }

                break;
        }
    }

    /// <summary>Whether a watch that was removed was the back's last on its front's state.</summary>
    private bool HasBackLeft(ConnectionTracker tracker, TraceEvent step)
    {
        string back = DevicePath.OwnerOf(tracker.Back);
        return step.Object == $"{tracker.Front}/state" && DevicePath.DomainOf(step.Actor) == back
            && !watches.On(path => path == step.Object).Any(watch => DevicePath.DomainOf(watch.Client) == back);
    }

    private void OnApplied(TraceEvent step, IReadOnlySet<string> made)
    {
        foreach (string back in made.Where(directory => !DevicePath.IsFront(directory)))
        {
            // A pair begins when each of two new directories names the other.
            if (rules.Nodes.Find(back, "frontend") is { } front && rules.Nodes.Find(front, "backend") == back
                && rules.Nodes.Find(back, "state") == "1" && rules.Nodes.Find(front, "state") == "1")
            {
                var begun = new ConnectionTracker(front, back, step, memory);
                trackers.Add(begun);
                current[front] = begun;
                current[back] = begun;
            }
        }

        foreach (var tracker in current.Values.Distinct())
        {
            tracker.OnApplied(step, rules.Nodes);
        }
    }

    private void Blame(TraceEvent step, Breach breach)
    {
        var rejection = new Rejection(step, breach.Clause, breach.Blame, breach.Expected, breach.Came, []);
        var concerned = Relevance.DirectoriesOf(step, breach).Select(current.GetValueOrDefault).OfType<ConnectionTracker>().FirstOrDefault();
        if (concerned is null)
        {
            breaches.Add(rejection);
        }
        else if (concerned.Rejection is null || concerned.Rejection.Event == step)
        {
            concerned.Overrule(rejection);
        }
    }
}
