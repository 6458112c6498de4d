using System.Globalization;
using System.Text;
using Conformance.Model.Checking;
using Conformance.Model.Connection;
using Conformance.Tests.Real.Spin;

namespace Conformance.Benchmarks.Checking;

/// <summary>The checker beside SPIN's verifier on one model, in one run, by turns.</summary>
internal static class ModelComparison
{
    private static readonly ConnectionBounds AttachCore = new() { Failures = 1 };

    /// <summary>Measures and writes the table.</summary>
    /// <param name="rounds">Searches by each; the last line has the medians.</param>
    /// <param name="report">Where to write it besides standard output.</param>
    /// <returns>0, or 6 where SPIN or gcc is not installed.</returns>
    public static int Run(int rounds, FileInfo? report)
    {
        if (SpinModel.Missing.Length > 0)
        {
            Console.Error.WriteLine(SpinModel.Missing);
            return 6;
        }

        using var spin = new SpinModel("DEVICES=2");
        var table = new StringBuilder();
        var measured = new List<(double Spin, double Ours)>();
        SpinResult theirs = spin.Search();
        CheckStatistics ours = Check(1).Statistics;
        for (int i = 0; i < rounds; i++)
        {
            theirs = spin.Search();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            ours = Check(1).Statistics;
            double seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            if (theirs.Stored != ours.Distinct || theirs.Transitions != ours.Generated)
            {
                throw new InvalidOperationException($"expected both to find the same, got {theirs.Stored} and {ours.Distinct} states, {theirs.Transitions} and {ours.Generated} steps");
            }

            measured.Add((theirs.Stored / theirs.Seconds / 1e6, ours.Distinct / seconds / 1e6));
            table.Append(CultureInfo.InvariantCulture, $"| {i + 1} | {measured[i].Spin:0.00} | {measured[i].Ours:0.00} | **{measured[i].Ours / measured[i].Spin:0.00}** |\n");
            Console.Error.WriteLine($"round {i + 1}: {measured[i]}");
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"""
            # The checker beside SPIN

            Made by `dotnet run -c Release --project benchmarks -- model --rounds {rounds}{(report is null ? "" : $" --report {report}")}`,
            everything in one run, by turns, after one search each that is not counted. The model is the attach of two devices, of which
            each may fail at one step, without any reduction: model/Connection (bounds `Failures = 1`, twice, as `PairSystem` makes it) and
            tests/real/Spin/attach-core.pml (`-DDEVICES=2`, verifier compiled with `-O2 -DSAFETY -DNOREDUCE -DNOFAIR`, depth first).
            Both find {ours.Distinct:N0} states and {ours.Generated:N0} steps. A state has {theirs.StateBytes} bytes with SPIN and {Size()} here. The checker
            searches breadth first on one thread, keeps the parent of each state for a shortest counterexample, and examines the
            {new ConnectionSystem("attach-core", AttachCore).Properties.Invariants.Count} invariants of the connection in every state, which SPIN does not. Millions of distinct states a second of processor time:

            | round | SPIN | checker | ratio |
            |---|---|---|---|
            {table}| median | {Median(measured, pair => pair.Spin):0.00} | {Median(measured, pair => pair.Ours):0.00} | **{Median(measured, pair => pair.Ours / pair.Spin):0.00}** |

            Beyond 1 the checker is faster. It holds {ours.Memory / (double)ours.Distinct:0} bytes a state at the end.

            """);
        Console.Write(text);
        if (report is not null)
        {
            File.WriteAllText(report.FullName, text);
        }

        return 0;
    }

    private static CheckReport Check(int threads) =>
        new Checker<Pair<ConnectionState>>(new PairSystem<ConnectionState>(new ConnectionSystem("attach-core", AttachCore)))
            .Check(new() { Threads = threads, ChecksLiveness = false, MemoryLimit = 8L << 30 });

    private static int Size() => System.Runtime.CompilerServices.Unsafe.SizeOf<Pair<ConnectionState>>();

    private static double Median(List<(double Spin, double Ours)> measured, Func<(double Spin, double Ours), double> of) =>
        measured.Select(of).Order().ElementAt(measured.Count / 2);
}
