using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Conformance.Tests.Zoo.Strategies;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// A copy of the whole program in a folder of its own, in which the reference can be exchanged: what is judged is what a
/// user would run, and a mutant that overflows the stack or never ends takes nothing but its own process along.
/// </summary>
public sealed class MutantProgram : IDisposable
{
    private const string Xenconf = "xenconf";
    private const string Probing = "Conformance.Tests.Zoo";

    /// <summary>How long a mutant's case waits for what must come, in seconds: what a mutant loses never comes.</summary>
    private const string MutantPatience = "2";

    private static readonly string DotNet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");

    private static readonly TimeSpan MutantLimit = TimeSpan.FromMinutes(4);

    /// <summary>A run over everything takes minutes where others work too.</summary>
    private static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much of a processor's time a mutant under strategies gets, several times what the healthy reference needs: so a machine with
    /// much to do ends nobody. The clock ends who waits for nothing.
    /// </summary>
    private static readonly TimeSpan ProbeProcessorLimit = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-zoo-").FullName;

    /// <summary>Where the program writes the schedules of failures.</summary>
    public string SchedulesFolder => Path.Combine(OutputFolder, "explore");

    private string OutputFolder => Path.Combine(folder, "out");

    /// <summary>Copies the program that lies beside this assembly.</summary>
    public MutantProgram()
    {
        Copy(Xenconf);
        // The startup hook, and whoever is asked for strategies, is this assembly itself: there must be one of it in a process.
        Copy(Probing);
    }

    /// <summary>Runs <c>xenconf certify reference</c> with a reference, over the cases that the mutant is about.</summary>
    public MutantRun Certify(MutantImage reference, Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return Certify(reference, MutantLimit, [
            "--patience", MutantPatience,
            .. mutant.Kills.SelectMany(clause => new[] { "--clauses", clause.ToString() }),
            .. mutant.Cases.SelectMany(pattern => new[] { "--case", pattern })]);
    }

    /// <summary>Runs <c>xenconf certify reference</c> with a reference and further arguments; the same cases have the same chance each time.</summary>
    public MutantRun Certify(MutantImage reference, IEnumerable<string> arguments) => Certify(reference, WholeLimit, arguments);

    /// <summary>Runs <c>xenconf explore</c> with a reference, on one thread.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="arguments">Which scenarios, and how; the schedule of a failure is in <see cref="SchedulesFolder"/> until the next run.</param>
    public StrategyRun Explore(MutantImage reference, IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(Xenconf, reference, MutantLimit, ["explore", .. arguments, "--json", "--out", SchedulesFolder]);
        return StrategyRun.Read(exitCode, written, errors);
    }

    /// <summary>Runs <c>xenconf replay</c> with a reference.</summary>
    public (int ExitCode, string Output) Replay(MutantImage reference, params IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(Xenconf, reference, MutantLimit, ["replay", .. arguments]);
        return (exitCode, errors + written);
    }

    /// <summary>Runs strategies over scenarios with a reference, all in one process as long as that lives.</summary>
    public IReadOnlyList<StrategyVerdict> Probe(MutantImage reference, IReadOnlyList<Strategy> strategies, IReadOnlyList<string> scenarios)
    {
        var verdicts = new List<StrategyVerdict>();
        while (verdicts.Count < strategies.Count)
        {
            string left = string.Join(',', strategies.Skip(verdicts.Count));
            var (exitCode, written, errors) = Run(Probing, reference, WholeLimit, ["probe", left, string.Join(',', scenarios)], ProbeProcessorLimit);
            verdicts.AddRange(written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<StrategyVerdict>(line)!));
            if (verdicts.Count < strategies.Count)
            {
                verdicts.Add(new StrategyVerdict(
                    strategies[verdicts.Count].Name, 0, 0, "", 0, StrategyVerdict.NoEnd, $"the process ended with {exitCode}: {errors.ReplaceLineEndings(" ").Trim()}"));
            }
        }

        return verdicts;
    }

    /// <summary>The methods of the healthy reference that strategies execute over scenarios, as metadata tokens.</summary>
    public IReadOnlySet<int> Reach(MutantImage healthy, IReadOnlyList<Strategy> strategies, IReadOnlyList<string> scenarios)
    {
        string file = Path.Combine(folder, "reached");
        var (exitCode, _, errors) = Run(Probing, healthy, WholeLimit, ["probe", string.Join(',', strategies), string.Join(',', scenarios), file]);
        return exitCode == 0
            ? File.ReadLines(file).Select(line => Convert.ToInt32(line, 16)).ToHashSet()
            : throw new InvalidOperationException($"expected the healthy reference to run, its process ended with {exitCode}: {errors}");
    }

    private MutantRun Certify(MutantImage reference, TimeSpan limit, IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(Xenconf, reference, limit, ["certify", "reference", "--strict", "--seed", "1", "--jobs", "2", "--out", OutputFolder, .. arguments]);
        return MutantRun.Read(exitCode, Path.Combine(OutputFolder, "report.json"), errors + written);
    }

    private (int ExitCode, string Written, string Errors) Run(string program, MutantImage reference, TimeSpan limit, IEnumerable<string> arguments, TimeSpan? processor = null)
    {
        if (Directory.Exists(OutputFolder))
        {
            Directory.Delete(OutputFolder, recursive: true);
        }

        File.WriteAllBytes(Path.Combine(folder, "Conformance.Reference.dll"), reference.Assembly);
        if (reference.Change is { } change)
        {
            File.WriteAllBytes(Path.Combine(folder, StartupHook.MetadataFile), change.Metadata);
            File.WriteAllBytes(Path.Combine(folder, StartupHook.CodeFile), change.Code);
        }

        using var process = Start(program, reference.Change is not null, arguments);
        var written = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!(processor is { } most ? IsOverWithin(process, limit, most) : process.WaitForExit(limit)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        return (process.ExitCode, written.Result, errors.Result);
    }

    /// <summary>Removes the copy.</summary>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static bool IsOverWithin(Process process, TimeSpan limit, TimeSpan processor)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(Glance))
        {
            if (Stopwatch.GetElapsedTime(begin) > limit || TimeOf(process) > processor)
            {
                return false;
            }
        }

        return true;
    }

    private static TimeSpan TimeOf(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }

    private Process Start(string program, bool isUpdated, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(DotNet, [Path.Combine(folder, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A process that lives for a second never gets back what the instrumented tier costs it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (isUpdated)
        {
            start.Environment["DOTNET_MODIFIABLE_ASSEMBLIES"] = "debug";
            start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(folder, Probing + ".dll");
            start.Environment[StartupHook.FolderVariable] = folder;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"expected to start {start.FileName}, got no process");
    }

    private void Copy(string program)
    {
        foreach (string file in FilesOf(program))
        {
            string source = Path.Combine(AppContext.BaseDirectory, file);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(folder, file), overwrite: true);
            }
        }
    }

    private static IEnumerable<string> FilesOf(string program)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, program + ".deps.json")));
        string[] libraries =
        [
            .. document.RootElement.GetProperty("targets").EnumerateObject()
                .SelectMany(target => target.Value.EnumerateObject())
                .Where(library => library.Value.TryGetProperty("runtime", out _))
                .SelectMany(library => library.Value.GetProperty("runtime").EnumerateObject())
                .Select(file => Path.GetFileName(file.Name)),
        ];
        return [.. libraries, program + ".deps.json", program + ".runtimeconfig.json"];
    }
}
