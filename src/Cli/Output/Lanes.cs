using System.Globalization;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Output;

/// <summary>
/// A run as a chart in text: a lane for each participant, a line for each phase of the protocol and each way that was not the
/// plain one, and a line for each row of steps in which the protocol did not go on. Time goes down.
/// </summary>
internal static class Lanes
{
    private const int LeastWidth = 14;

    internal static IReadOnlyList<string> Draw(Replay replay, int width)
    {
        string[] lanes = [.. replay.Steps.Where(step => step.Fiber.Length > 0).Select(LaneOf).Distinct()];
        int column = Math.Max(LeastWidth, (width - 8) / Math.Max(1, lanes.Length));
        var lines = new List<string>
        {
            "step    " + string.Concat(lanes.Select(lane => Fit(lane, column))),
            new('-', 8 + (column * lanes.Length)),
        };
        string? silent = null;
        int count = 0;
        foreach (var step in replay.Steps.Where(step => step.Fiber.Length > 0))
        {
            string[] said = [.. Phases(step)];
            if (said.Length == 0 && silent == LaneOf(step))
            {
                count++;
                continue;
            }

            Flush();
            if (said.Length == 0)
            {
                (silent, count) = (LaneOf(step), 1);
            }

            foreach (string what in said)
            {
                lines.Add(Line(step.Number, LaneOf(step), what));
            }
        }

        Flush();
        return lines;

        void Flush()
        {
            if (silent is not null)
            {
                lines.Add(Line(null, silent, string.Create(CultureInfo.InvariantCulture, $"({count} step{(count == 1 ? "" : "s")})")));
            }

            silent = null;
        }

        string Line(int? number, string lane, string what) =>
            (Fit(number?.ToString(CultureInfo.InvariantCulture) ?? "", 8) + string.Concat(lanes.Select(one => Fit(one == lane ? what : "|", column)))).TrimEnd();
    }

    private static string LaneOf(ReplayedStep step) => step.Fiber.Split('/')[0];

    // The phases of a connection and of a domain's life; what a store or a hypervisor does for them would hide them.
    private static IEnumerable<string> Phases(ReplayedStep step) =>
        step.Outcomes.Where(outcome => outcome.Way != 0).Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome.What}: way {outcome.Way}"))
            .Concat(step.Events
                .Where(happened => (happened.Step.Length > 1 && happened.Step[0] is 'F' or 'B' && char.IsAsciiDigit(happened.Step[1])) || happened.Step is "DIE" or "DSH")
                .Select(happened => happened.Result == "OK" ? happened.Step : $"{happened.Step} {happened.Result}"));

    private static string Fit(string text, int width) => text.Length < width ? text.PadRight(width) : text[..(width - 2)] + "~ ";
}
