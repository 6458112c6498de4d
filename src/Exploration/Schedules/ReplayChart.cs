using System.Collections.Frozen;
using System.Globalization;
using Conformance.Model.Pictures;
using Conformance.Model.Trace;

namespace Conformance.Exploration.Schedules;

/// <summary>
/// A run as a sequence chart: a column for each participant, a row for each phase of the protocol and each way that was
/// not the plain one, and a row for each turn in which the protocol did not go on, which ends where what both sides share
/// changes; that stands at the right. Below stands what failed.
/// </summary>
public static class ReplayChart
{
    /// <summary>Writes and removals in the store, commits, grants and ports: what a peer can see of a step.</summary>
    private static readonly FrozenSet<string> Changing = new[] { "W", "TW", "D", "TE", "GE", "GX", "GM", "GU", "EA", "EB", "EC" }.ToFrozenSet();

    /// <summary>Makes the chart.</summary>
    /// <param name="title">One line above it.</param>
    /// <param name="replay">The run.</param>
    public static SequenceChart Of(string title, Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var rows = new List<ChartRow>();
        var steps = replay.Steps.Where(step => step.Fiber.Length > 0).ToList();
        string before = string.Empty;
        for (int i = 0; i < steps.Count;)
        {
            string who = ParticipantOf(steps[i]);
            int first = rows.Count;
            if (PhasesOf(steps[i]).ToList() is { Count: > 0 } phases)
            {
                rows.AddRange(phases.Select(phase => new ChartRow(who, phase.Code, phase.Text)));
                i++;
            }
            else
            {
                var quiet = steps.Skip(i).TakeWhile(step => ParticipantOf(step) == who && !PhasesOf(step).Any()).ToList();
                int change = quiet.FindIndex(step => SharedAfter(step) != before);
                quiet = quiet[..(change < 0 ? quiet.Count : change + 1)];
                rows.Add(new ChartRow(who, string.Empty, Sum(quiet)));
                i += quiet.Count;
            }

            string now = SharedAfter(steps[i - 1]);
            if (now != before && rows.Count > first)
            {
                rows[^1] = rows[^1] with { Beside = now.Length == 0 ? null : now };
                before = now;
            }
        }

        return new SequenceChart(title, [.. steps.Select(ParticipantOf).Distinct()], rows, null, replay.Failure is { } failure ? [new("fails", failure.Rule), new("since", failure.Message)] : []);
    }

    private static string SharedAfter(ReplayedStep step) => string.Join(' ', step.Shared.Select(static pair => $"{pair.Key} {pair.Value}"));

    /// <summary>How many steps, and what they changed that others see.</summary>
    private static string Sum(List<ReplayedStep> steps)
    {
        var changes = steps.SelectMany(step => step.Events).Where(happened => Changing.Contains(happened.Step)).Select(NameOf).ToList();
        string what = changes.Count == 0 ? "" : $": {string.Join(", ", changes)}";
        return string.Create(CultureInfo.InvariantCulture, $"({steps.Count} step{(steps.Count == 1 ? "" : "s")}{what})");
    }

    private static string NameOf(TraceEvent happened) =>
        $"{happened.Step} {happened.Object[(happened.Object.LastIndexOf('/') + 1)..]}{(happened.Result == "OK" ? "" : " " + happened.Result)}".TrimEnd();

    private static string ParticipantOf(ReplayedStep step) => step.Fiber.Split('/')[0];

    // The phases of a connection and of a domain's life; what a store or a hypervisor does for them would hide them.
    private static IEnumerable<(string Code, string Text)> PhasesOf(ReplayedStep step) =>
        step.Outcomes.Where(outcome => outcome.Way != 0).Select(outcome => (string.Empty, string.Create(CultureInfo.InvariantCulture, $"{outcome.What}: way {outcome.Way}")))
            .Concat(step.Events
                .Where(happened => (happened.Step.Length > 1 && happened.Step[0] is 'F' or 'B' && char.IsAsciiDigit(happened.Step[1])) || happened.Step is "DIE" or "DSH")
                .Select(happened => (happened.Step, happened.Result == "OK" ? string.Empty : happened.Result)));
}
