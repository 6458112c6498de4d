using System.Collections.Concurrent;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Exploration.Refinement;

/// <summary>What all judged runs together took of the connection model; from any thread.</summary>
public sealed class RefinementTally
{
    private readonly ConcurrentDictionary<string, byte> _moves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _steps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Experiment, Blame Blame), int> _rejected = [];

    /// <summary>How many runs of each experiment were judged: a run without a device has nothing to judge.</summary>
    public IReadOnlyDictionary<string, int> Runs => _runs;

    /// <summary>From which pair of states to which the two nodes went, such as <c>front Initialising, back InitWait to …</c>; whoever did it.</summary>
    public IReadOnlySet<string> Moves => _moves.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The steps that the drivers took, by their codes in the trace, without numbers of pages and queues.</summary>
    public IReadOnlySet<string> Steps => _steps.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>How many runs of each experiment the model does not explain, by whoever is to blame.</summary>
    public IReadOnlyDictionary<(string Experiment, Blame Blame), int> Rejected => _rejected;

    internal void Note(string experiment, JudgeReport report)
    {
        _runs.AddOrUpdate(experiment, report.IsJudged ? 1 : 0, (_, before) => before + (report.IsJudged ? 1 : 0));
        foreach (var blame in report.Rejections.Select(rejection => rejection.Blame).Distinct())
        {
            _rejected.AddOrUpdate((experiment, blame), 1, static (_, before) => before + 1);
        }

        NoteTaken(report);
    }

    /// <summary>Notes what a run has taken so far, whether it comes to its end or not.</summary>
    internal void NoteTaken(JudgeReport report)
    {
        foreach (var connection in report.Connections)
        {
            foreach (string move in connection.Moves)
            {
                // Who did it is left out: in the control domain nobody can tell a tool stack from a back.
                string cells = move[(move.IndexOf(':', StringComparison.Ordinal) + 2)..];
                _moves.TryAdd(cells.Replace("absent", ProductCell.NameOf(XenbusState.Unknown), StringComparison.Ordinal), 0);
            }

            foreach (string step in connection.Steps)
            {
                _steps.TryAdd(step.Split('.')[0], 0);
            }
        }
    }
}
