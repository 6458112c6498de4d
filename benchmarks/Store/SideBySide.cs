using System.Globalization;
using System.Text;

namespace Conformance.Benchmarks.Store;

/// <summary>A running daemon to compare.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Socket">Where it listens.</param>
/// <param name="ProcessId">Whose memory is read.</param>
internal sealed record Contestant(string Name, string Socket, int ProcessId);

/// <summary>
/// Runs every workload on every daemon in turn, round by round, so that what disturbs the machine disturbs all of them;
/// compares within a round and tells the median ratio with its range.
/// </summary>
internal sealed class SideBySide(IReadOnlyList<Contestant> contestants, int rounds, Action<string> progress)
{
    private readonly StringBuilder table = new();

    /// <summary>The table in Markdown: the first daemon against each other one, above 1 when the first is faster.</summary>
    public string Run(IReadOnlyList<Workload> workloads)
    {
        string others = string.Join(" | ", contestants.Skip(1).Select(other => $"times {other.Name}: median (lowest–highest)"));
        table.AppendLine(CultureInfo.InvariantCulture, $"| {contestants[0].Name}, operations per second | {others} |");
        table.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", contestants.Count - 1))}");
        foreach (var workload in workloads)
        {
            progress(workload.Name);
            Row(workload);
        }

        Memory();
        return table.ToString();
    }

    private void Row(Workload workload)
    {
        foreach (var contestant in contestants)
        {
            // Not counted: the daemon's first run of a workload compiles, allocates and fills caches.
            _ = Measurement.OperationsPerSecond(workload, contestant.Socket);
        }

        var speeds = Enumerable.Range(0, rounds)
            .Select(_ => contestants.Select(contestant => Measurement.OperationsPerSecond(workload, contestant.Socket)).ToArray())
            .ToList();
        var cells = Enumerable.Range(1, contestants.Count - 1)
            .Select(other => Describe([.. speeds.Select(round => round[0] / round[other]).Order()]));
        table.AppendLine(CultureInfo.InvariantCulture, $"| {workload.Name} | {string.Join(" | ", cells)} |");
    }

    private void Memory()
    {
        progress("memory");
        var resident = contestants.Select(contestant =>
        {
            using (var client = new LoadClient(contestant.Socket))
            {
                Workload.CreateMany(client, 50_000);
            }

            return ResidentMebibytes(contestant.ProcessId);
        }).ToArray();
        string cells = string.Join(" | ", resident.Skip(1).Select(other => string.Create(CultureInfo.InvariantCulture, $"{resident[0]:0} MiB against {other:0} MiB")));
        table.AppendLine(CultureInfo.InvariantCulture, $"| resident memory with 50,000 nodes, whole process | {cells} |");
    }

    private static string Describe(double[] sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"**{sorted[sorted.Length / 2]:0.00}** ({sorted[0]:0.00}–{sorted[^1]:0.00})");

    private static double ResidentMebibytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
