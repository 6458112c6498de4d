using Conformance.Cli.Output;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Commands;

/// <summary>Writes the orders that fail to a folder, which is made when the first does.</summary>
internal sealed class FailureFiles(string folder)
{
    /// <summary>Writes a failing order, and Coyote's record of it where there is one.</summary>
    /// <returns>The row, with the failure and the files in it.</returns>
    internal ExploredScenario Note(ExploredScenario row, ScheduleFile schedule, string? trace)
    {
        var files = new List<string>();
        CommandOptions.WriteInto(folder, () =>
        {
            Directory.CreateDirectory(folder);
            Add($"{row.Scenario}.schedule.json", schedule.Write() + "\n");
            if (trace is not null)
            {
                Add($"{row.Scenario}.coyote.json", trace + "\n");
            }

            return true;
        });
        return row with { Kind = schedule.Kind?.ToString(), Rule = schedule.Rule, Blame = schedule.Blame is { } blame ? JudgeView.NameOf(blame) : null, Message = schedule.Message, Files = files };

        void Add(string name, string content)
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, content);
            files.Add(path);
        }
    }
}
