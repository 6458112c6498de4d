using Conformance.Adapters.Embedded;
using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Tests.Unit.Judging;

/// <summary>One run of a case: its trace, and which ends the reference plays in it.</summary>
internal sealed class RecordedRun(TraceTail tail)
{
    /// <summary>What is written into while the run goes on.</summary>
    public TraceTail Tail => tail;

    /// <summary>The ends that were started; the case plays the other itself, if there is one.</summary>
    public HashSet<Blame> Played { get; } = [];

    /// <summary>The ends that leave out or repeat a step by plan, which no end may.</summary>
    public HashSet<Blame> Odd { get; } = [];

    /// <summary>Whether the tool stack makes a device: two new directories that name each other.</summary>
    public bool MakesDevices => tail.Events.Any(step => step.Step == StepCode.TransactionWrite && step.Object.Contains("/backend/vbd/", StringComparison.Ordinal) && step.Object.EndsWith("/frontend", StringComparison.Ordinal));

    /// <summary>Whether a rejection says nothing against the reference: the case plays whom it blames, or has it leave its path.</summary>
    public bool Excuses(Rejection rejection) => rejection.Blame switch
    {
        Blame.Front or Blame.Back => !Played.Contains(rejection.Blame) || Odd.Contains(rejection.Blame),

        // The tool stack of the reference does all in transactions; a single write of a state is the case's own. One that plays
        // an end may as well have directories that nobody made in one piece, such as leftovers (XB-035).
        Blame.ToolStack => (rejection.Event is { Step: StepCode.Write } step && step.Actor.StartsWith("dom0/", StringComparison.Ordinal))
            || (rejection.Clause == "XB-002" && Played.Count == 1),
        _ => false,
    };
}

/// <summary>The reference, which keeps the traces of runs in which one of its ends is started.</summary>
/// <param name="most">After how many runs a case has shown enough.</param>
/// <param name="enough">Is cancelled when the last of them begins.</param>
internal sealed class RecordedReference(int most, CancellationTokenSource enough) : IBlockPairTarget
{
    private readonly ReferenceTarget reference = new();
    private readonly List<RecordedRun> runs = [];

    public string Name => "reference, recorded";

    public string Description => reference.Description;

    /// <summary>The runs, in the order in which they began. To be read when they have ended.</summary>
    public IReadOnlyList<RecordedRun> Runs => runs;

    public Availability Probe() => reference.Probe();

    public ValueTask<IBackUnderTest> StartBackAsync(BackStage stage)
    {
        Note(stage.Domain.Trace, Blame.Back, stage.Plan);
        return reference.StartBackAsync(stage);
    }

    public ValueTask<IFrontUnderTest> StartFrontAsync(FrontStage stage)
    {
        Note(stage.Domain.Trace, Blame.Front, stage.Plan);
        return reference.StartFrontAsync(stage);
    }

    public ValueTask<IControlUnderTest> StartControlAsync(ControlStage stage) => reference.StartControlAsync(stage);

    private void Note(ITraceSink? sink, Blame end, DeviationPlan plan)
    {
        if (runs.Count == 0 || runs[^1].Tail != sink)
        {
            runs.Add(new RecordedRun((TraceTail)sink!));
            if (runs.Count == most)
            {
                enough.Cancel();
            }
        }

        runs[^1].Played.Add(end);
        if (plan.Deviations.Any(deviation => deviation.Kind is DeviationKind.Skip or DeviationKind.Repeat))
        {
            runs[^1].Odd.Add(end);
        }
    }
}
