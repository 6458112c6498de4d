using Conformance.Exploration.Engine;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Refinement;

/// <summary>
/// An experiment whose runs are held against the connection model as well: the trace of each run that comes to its end is judged,
/// and one that the model does not explain is a failure. A trace is no part of a state: of two ways to one state, the first is judged.
/// </summary>
public sealed class JudgedExperiment : IExperiment
{
    /// <summary>What the reference's ends may be; its older profiles say Closed without Closing (D-18).</summary>
    private static readonly JudgeOptions s_reference = new()
    {
        Fronts = [Dialects.Reference, Dialects.Reference with { Name = "reference, without Closing", SaysClosing = false }],
        Backs = [Dialects.Reference],
    };

    private readonly IExperiment _experiment;
    private readonly RefinementTally _tally;
    private readonly Blame? _excused;
    private readonly JudgeOptions _options;

    /// <summary>Makes it.</summary>
    /// <param name="experiment">Whose runs are judged.</param>
    /// <param name="tally">What is told of every run that was judged.</param>
    /// <param name="excused">Who does in it what the model does not allow; null for nobody.</param>
    /// <param name="options">What the ends may be; null for the reference's own.</param>
    public JudgedExperiment(IExperiment experiment, RefinementTally tally, Blame? excused = null, JudgeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(tally);
        _experiment = experiment;
        _tally = tally;
        _excused = excused;
        _options = options ?? s_reference;
    }

    /// <inheritdoc/>
    public string Name => _experiment.Name;

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
    {
        var record = new Recorder(trace);
        return new JudgedRun(this, _experiment.Begin(driver, record), record);
    }

    /// <summary>The run itself, where one is that is judged.</summary>
    internal static IExperimentRun Inside(IExperimentRun run) => run is JudgedRun judged ? judged.Inner : run;

    private Breach? Judge(List<TraceEvent> events)
    {
        var report = TraceJudge.Judge(events, _options);
        _tally.Note(Name, report);
        return report.Rejections.FirstOrDefault(rejection => rejection.Blame != _excused) is { } first
            ? new Breach(first.Clause, $"expected a run that the model explains: {first.Expected}; got {first.Came} in {first.Event.Step} {first.Event.Object} of {first.Event.Actor}") { Blame = first.Blame }
            : null;
    }

    private sealed class JudgedRun(JudgedExperiment judged, IExperimentRun run, Recorder record) : IExperimentRun
    {
        public IReadOnlyList<object> Roots => run.Roots;

        public IReadOnlyList<KeyValuePair<string, string>> Shared => run.Shared;

        internal IExperimentRun Inner => run;

        public bool IsOver => run.IsOver;

        public Breach? FindBreach() => run.FindBreach();

        public Breach? FindBreachAtEnd() => run.FindBreachAtEnd() ?? judged.Judge(record.Events);
    }

    /// <summary>Keeps every step, for who judges and for who else listens.</summary>
    [NotState]
    private sealed class Recorder(ITraceSink? other) : ITraceSink
    {
        internal List<TraceEvent> Events { get; } = [];

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            Events.Add(new TraceEvent(Events.Count, actor, generation, step, subject, arguments.ToArray(), result));
            other?.Record(actor, generation, step, subject, result, arguments);
        }
    }
}
