using Conformance.Cli.Output;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Commands;

/// <summary>Writes the orders that fail to a folder, which is made when the first does.</summary>
internal sealed class FailureFiles
{
    private readonly string folder;

    /// <summary>Sees that the folder can be written: what nobody can keep is not worth the minutes of a run.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    internal FailureFiles(string folder)
    {
        this.folder = folder;
        bool isNew = !Directory.Exists(folder);
        CommandOptions.WriteInto(folder, () =>
        {
            Directory.CreateDirectory(folder);
            using (File.Create(Path.Combine(folder, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose))
            {
                return true;
            }
        });
        if (isNew)
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Why an order could not be written after all; null when all could. The row has it all the same.</summary>
    internal CommandException? Trouble { get; private set; }

    /// <summary>Writes a failing order, and Coyote's record of it where there is one.</summary>
    /// <returns>The row, with the failure and the files in it.</returns>
    internal ExploredScenario Note(ExploredScenario row, ScheduleFile schedule, string? trace)
    {
        var files = new List<string>();
        try
        {
            CommandOptions.WriteInto(folder, WriteAll);
        }
        catch (CommandException trouble)
        {
            Trouble ??= trouble;
        }

        return row with { Kind = schedule.Kind?.ToString(), Rule = schedule.Rule, Blame = schedule.Blame is { } blame ? JudgeView.NameOf(blame) : null, Message = schedule.Message, Files = files };

        bool WriteAll()
        {
            Directory.CreateDirectory(folder);
            Add($"{row.Scenario}.schedule.json", schedule.Write() + "\n");
            if (trace is not null)
            {
                Add($"{row.Scenario}.coyote.json", trace + "\n");
            }

            return true;
        }

        void Add(string name, string content)
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, content);
            files.Add(path);
        }
    }
}
