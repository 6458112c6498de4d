using Conformance.Exploration.Engine;
using Microsoft.Coyote;
using Microsoft.Coyote.Actors;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.SystematicTesting;

namespace Conformance.Exploration.Coyote;

/// <summary>
/// Runs an experiment under Coyote: each participant is an actor, and Coyote decides whose turn is next and how every choice
/// goes. It covers a part of what <see cref="Explorer"/> covers, and goes deeper than that can. Nothing is rewritten and
/// nothing is sent anywhere.
/// </summary>
public static class CoyoteRun
{
    /// <summary>Runs an experiment again and again, until it fails or has run often enough.</summary>
    /// <param name="experiment">What.</param>
    /// <param name="options">How; null for a hundred random runs.</param>
    /// <param name="cancellation">Ends it after the run that is under way.</param>
    public static CoyoteReport Run(IExperiment experiment, CoyoteOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        options ??= new CoyoteOptions();
        return Run(experiment, options, Configure(options), cancellation);
    }

    /// <summary>Runs an experiment once, as in a record of Coyote's.</summary>
    /// <param name="experiment">What.</param>
    /// <param name="trace">The record (<see cref="CoyoteReport.Trace"/>).</param>
    /// <param name="options">As in the run that left the record.</param>
    public static CoyoteReport Repeat(IExperiment experiment, string trace, CoyoteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentException.ThrowIfNullOrEmpty(trace);
        options = (options ?? new CoyoteOptions()) with { Iterations = 1 };
        return Run(experiment, options, Configure(options).WithReproducibleTrace(trace), default);
    }

    private static CoyoteReport Run(IExperiment experiment, CoyoteOptions options, Configuration configuration, CancellationToken cancellation)
    {
        long begin = options.Time.GetTimestamp();
        var tally = new Tally(experiment, options);
        uint seed = Mix(options.Seed);
        string? found = null;
        do
        {
            // Coyote seeds each run of an engine with the next number, and what its generator draws first from one number and
            // the next is much alike: of ninety orders it then runs thirty, however often. So each random run has an engine and
            // a well mixed seed of its own; the other strategies learn from run to run. The seed that was asked for is mixed
            // before the run's number comes to it: else the runs of one seed were those of the next but for one.
            int left = options.Iterations - tally.Iterations;
            configuration = configuration
                .WithTestingIterations((uint)(options.Strategy == CoyoteStrategy.Random ? 1 : left))
                .WithRandomGeneratorSeed(Mix(seed++));
            found = Run(tally, configuration, cancellation);
        }
        while (found is null && tally.Iterations < options.Iterations && !cancellation.IsCancellationRequested);

        return new CoyoteReport
        {
            Experiment = experiment.Name,
            Options = options,
            Iterations = tally.Iterations,
            CutOff = tally.CutOff,
            Steps = tally.Steps,
            Failure = tally.Failure,
            Trace = found,
            States = tally.States,
            Orders = tally.Orders,
            Elapsed = options.Time.GetElapsedTime(begin),
        };
    }

    /// <summary>Runs an engine to its end.</summary>
    /// <returns>Coyote's record of the run that failed; null when none did.</returns>
    private static string? Run(Tally tally, Configuration configuration, CancellationToken cancellation)
    {
        using var engine = TestingEngine.Create(configuration, (IActorRuntime runtime) => tally.Begin(runtime));
        engine.SetLogger(new TextWriterLogger(TextWriter.Null, VerbosityLevel.None));
        using var registration = cancellation.Register(engine.Stop);
        engine.Run();
        tally.End();
        var report = engine.TestReport;
        if (report.InternalErrors.Count > 0)
        {
            throw new InvalidOperationException($"expected Coyote to run, got an error of its own: {report.InternalErrors.First().ReplaceLineEndings(" ")}");
        }

        if (report.NumOfFoundBugs == 0)
        {
            return null;
        }

        tally.Fail(report);
        return engine.ReproducibleTrace;
    }

    private static uint Mix(uint seed)
    {
        uint mixed = seed * 0x9E37_79B9;
        mixed = (mixed ^ (mixed >> 16)) * 0x85EB_CA6B;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2_AE35;
        return (mixed ^ (mixed >> 16)) & 0x3FFF_FFFF;
    }

    private static Configuration Configure(CoyoteOptions options)
    {
        uint most = (uint)options.MostDecisions;
        uint bound = (uint)options.StrategyBound;
        var configuration = Configuration.Create()
            .WithTelemetryEnabled(false)
            .WithConsoleLoggingEnabled(false)
            .WithVerbosityEnabled(VerbosityLevel.None)
            .WithMaxSchedulingSteps(most / 2, most)
            .WithLivenessTemperatureThreshold((uint)options.Patience)
            .WithExecutionTraceCycleReductionEnabled(false)
            .WithPartialOrderSamplingEnabled(false)
            .WithPotentialDeadlocksReportedAsBugs(false);
        return options.Strategy switch
        {
            CoyoteStrategy.Prioritization => configuration.WithPrioritizationStrategy(true, bound),
            CoyoteStrategy.DelayBounding => configuration.WithDelayBoundingStrategy(true, bound),
            CoyoteStrategy.QLearning => configuration.WithQLearningStrategy(),
            _ => configuration.WithRandomStrategy(),
        };
    }

    /// <summary>What all runs together come to.</summary>
    private sealed class Tally(IExperiment experiment, CoyoteOptions options)
    {
        private readonly HashSet<ulong> _states = [];
        private readonly HashSet<string> _orders = new(StringComparer.Ordinal);
        private Session? _session;
        private Session? _last;

        internal int Iterations { get; private set; }

        internal int CutOff { get; private set; }

        internal long Steps { get; private set; }

        internal Failure? Failure { get; private set; }

        internal IReadOnlySet<ulong> States => _states;

        internal IReadOnlySet<string> Orders => _orders;

        internal void Begin(IActorRuntime runtime)
        {
            End();
            options.Progress?.Invoke(Iterations);
            Iterations++;
            _session = new Session(experiment, options, _states);
            _session.Begin(runtime);
        }

        /// <summary>Counts the run that has ended.</summary>
        internal void End()
        {
            if (_session is { } session)
            {
                _session = null;
                _last = session;
                Steps += session.Steps;
                CutOff += session.IsOver ? 0 : 1;
                if (options.KeepsOrders && session.IsOver)
                {
                    _orders.Add(session.Order());
                }
            }
        }

        /// <summary>Says what the last run failed by.</summary>
        internal void Fail(TestReport report)
        {
            var schedule = _last!.ToSchedule();
            if (_last.Failure is { } failure)
            {
                Failure = failure with { Schedule = schedule };
                return;
            }

            // What Coyote found by itself: an obligation that stays open.
            string open = _last.DescribeOpen();
            Failure = open.Length > 0
                ? new Failure(FailureKind.Obligation, open, $"expected every obligation to be met, got a run in which {open} stays open", schedule)
                : throw new InvalidOperationException($"expected Coyote to find what the run itself knows, got: {report.BugReports.First().ReplaceLineEndings(" ")}");
        }
    }
}
