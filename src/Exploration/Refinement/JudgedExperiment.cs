using Conformance.Exploration.Engine;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Refinement;

/// <summary>
/// An experiment whose runs are held against the connection model as well, step by step: the first step that the model does not explain is
/// a failure, in a run that comes to its end and in one that is left at a state that was known. In which states of the
/// model a connection may be is part of the run's state, so of two ways to one state no more is left out than the model takes for equal;
/// what the judge's rules remember is no part of it, as it follows what the world holds.
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
    private readonly JudgeMemory _memory;

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
        _memory = new JudgeMemory(options ?? s_reference);
    }

    /// <inheritdoc/>
    public string Name => _experiment.Name;

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
    {
        var bench = new Bench(new TraceJudge(_memory), trace);
        return new JudgedRun(this, _experiment.Begin(driver, bench), bench);
    }

    /// <summary>The run itself, where one is that is judged.</summary>
    internal static IExperimentRun Inside(IExperimentRun run) => run is JudgedRun judged ? judged.Inner : run;

    private Breach? FindBreach(TraceJudge judge)
    {
        Rejection? first = null;
        foreach (var rejection in judge.Rejections)
        {
            first = rejection.Blame != _excused && (first is null || rejection.Event.Time < first.Event.Time) ? rejection : first;
        }

        return first is null ? null
            : new Breach(first.Clause, $"expected a run that the model explains: {first.Expected}; got {first.Came} in {first.Event.Step} {first.Event.Object} of {first.Event.Actor}") { Blame = first.Blame };
    }

    private sealed class JudgedRun(JudgedExperiment judged, IExperimentRun run, Bench bench) : IExperimentRun
    {
        private int _noted;

        public IReadOnlyList<object> Roots { get; } = [.. run.Roots, bench.Whereabouts];

        public IReadOnlyList<KeyValuePair<string, string>> Shared => run.Shared;

        internal IExperimentRun Inner => run;

        public bool IsOver => run.IsOver;

        public Breach? FindBreach()
        {
            // Most steps show nothing: what the judge says is as it was.
            if (!bench.TakeNews())
            {
                return run.FindBreach();
            }

            if (bench.Judge.Taken != _noted)
            {
                _noted = bench.Judge.Taken;
                judged._tally.NoteTaken(bench.Judge.Finish());
            }

            // The model sees an end that leaves its path before the rules see what came of it.
            return judged.FindBreach(bench.Judge) ?? run.FindBreach();
        }

        public Breach? FindBreachAtEnd()
        {
            judged._tally.Note(judged.Name, bench.Judge.Finish());
            return run.FindBreachAtEnd();
        }
    }

    /// <summary>Hands every step to the judge, and to who else listens.</summary>
    [NotState]
    private sealed class Bench(TraceJudge judge, ITraceSink? other) : ITraceSink
    {
        private long _events;
        private bool _hasNews;

        internal TraceJudge Judge => judge;

        internal Whereabouts Whereabouts { get; } = new();

        /// <summary>Whether the judge has heard of a step since this was asked last.</summary>
        internal bool TakeNews()
        {
            bool had = _hasNews;
            _hasNews = false;
            return had;
        }

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            _hasNews = true;
            judge.Take(new TraceEvent(_events++, actor, generation, step, subject, arguments.ToArray(), result));
            Whereabouts.Fingerprint = judge.Fingerprint;
            other?.Record(actor, generation, step, subject, result, arguments);
        }
    }

    /// <summary>Where the connections of a run stand in the model.</summary>
    private sealed class Whereabouts
    {
        internal ulong Fingerprint { get; set; }
    }
}
