using System.Globalization;
using System.Text;

namespace Conformance.Benchmarks.Block;

/// <summary>The ring path beside a plain copy and beside plain file operations, in one run.</summary>
internal static class BlockComparison
{
    // Larger than the caches, so that a copy is one at the speed of memory.
    private const int MemoryBytes = 256 << 20;
    private const int FileBytes = 64 << 20;
    private static readonly int[] Sizes = [512, 4096, 65536, 1 << 20];

    /// <summary>Measures and writes the table.</summary>
    /// <param name="rounds">How often each cell is measured; the table has the median of the rounds' ratios.</param>
    /// <param name="report">Where to write it besides standard output.</param>
    public static int Run(int rounds, FileInfo? report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The ring path beside a copy of the same bytes

            Made by `dotnet run -c Release --project benchmarks -- block --rounds {rounds}{(report is null ? "" : $" --report {report}")}`
            on {Environment.ProcessorCount} processors, everything in one run, round by round. A request goes from a user of the disk
            through blkfront, grants, the shared ring, an event channel and blkback to the medium and back, all on one thread.
            A cell is the median over {rounds} rounds of the time for a request divided by the time of the same number of bytes
            moved by `Span.CopyTo` (memory) or by one `pread` or `pwrite` (file) in the same round; in brackets the bytes
            allocated for a request. Nearer to 1 is better.


            """);
        foreach (bool isFile in (bool[])[false, true])
        {
            Append(text, isFile, rounds);
        }

        AppendSteps(text);
        Console.Write(text);
        if (report is not null)
        {
            File.WriteAllText(report.FullName, text.ToString());
        }

        return 0;
    }

    private static void Append(StringBuilder text, bool isFile, int rounds)
    {
        string path = Path.Combine(Path.GetTempPath(), $"xenconf-{Guid.NewGuid():N}.img");
        try
        {
            if (isFile)
            {
                File.WriteAllBytes(path, new byte[FileBytes]);
            }

            var run = new RingPathRun(path, isFile, isFile ? FileBytes : MemoryBytes);
            text.Append(CultureInfo.InvariantCulture, $"## {(isFile ? "A file, beside plain file operations" : "Memory, beside a copy")}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| request | {string.Join(" | ", RingPathSetup.All.Select(setup => setup.Name))} |\n");
            text.Append(CultureInfo.InvariantCulture, $"|---{string.Concat(RingPathSetup.All.Select(_ => "|---"))}|\n");
            foreach (bool isWrite in (bool[])[false, true])
            {
                foreach (int size in Sizes)
                {
                    var cells = RingPathSetup.All.Select(setup => Cell(run, setup, isWrite, size, isFile, rounds));
                    text.Append(CultureInfo.InvariantCulture, $"| {(isWrite ? "write" : "read")} {Name(size)} | {string.Join(" | ", cells)} |\n");
                }
            }

            text.Append('\n');
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Cell(RingPathRun run, RingPathSetup setup, bool isWrite, int size, bool isFile, int rounds)
    {
        int requests = Math.Clamp((64 << 20) / size, 200, 20_000);
        var ratios = new double[rounds];
        double allocated = double.MaxValue;
        for (int i = 0; i < rounds; i++)
        {
            var path = run.Measure(setup, isWrite, size, requests);
            var plain = isFile ? run.MeasureFile(isWrite, size, requests) : run.MeasureCopy(isWrite, size, setup.RequestsInFlight, requests);
            ratios[i] = path.Nanoseconds / plain.Nanoseconds;
            allocated = Math.Min(allocated, path.AllocatedBytes);
        }

        Array.Sort(ratios);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isWrite ? "write" : "read")} {Name(size)}, {setup.Name}: {ratios[rounds / 2]:0.00}"));
        return string.Create(CultureInfo.InvariantCulture, $"**{ratios[rounds / 2]:0.00}** ({allocated:0})");
    }

    private static void AppendSteps(StringBuilder text)
    {
        const int Steps = 4_000_000;
        var inline = StepCost.MeasureEmpty(isStepped: false, 1, Steps);
        var one = StepCost.MeasureEmpty(isStepped: true, 1, Steps);
        var three = StepCost.MeasureEmpty(isStepped: true, 3, Steps);
        var (steps, runs) = StepCost.MeasureLife(400);
        text.Append(CultureInfo.InvariantCulture, $"""
            ## A step

            | what | times one step that is performed where it is awaited | bytes allocated for a step |
            |---|---|---|
            | performed where it is awaited | 1 | {inline.AllocatedBytes:0.0} |
            | ordered by a scheduler, one fiber | {one.Nanoseconds / inline.Nanoseconds:0.0} | {one.AllocatedBytes:0.0} |
            | ordered by a scheduler, three fibers | {three.Nanoseconds / inline.Nanoseconds:0.0} | {three.AllocatedBytes:0.0} |

            In this run, on this machine: {one.Nanoseconds:0} ns for an ordered step of one fiber, {three.Nanoseconds:0} ns of three; the life of a
            legacy disk (machine built, attached, one write, one read, removed) ordered by chance: {steps / 1e6:0.0} million steps
            and {runs:0} lives a second.

            """);
    }

    private static string Name(int size) => size < 1024 ? $"{size} B" : size < 1 << 20 ? $"{size >> 10} KiB" : $"{size >> 20} MiB";
}
