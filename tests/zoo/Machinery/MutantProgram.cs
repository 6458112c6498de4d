using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// A copy of the whole program in a folder of its own, in which the reference can be exchanged: what is judged is what a
/// user would run, and a mutant that overflows the stack or never ends takes nothing but its own process along.
/// </summary>
public sealed class MutantProgram : IDisposable
{
    /// <summary>How long a mutant's case waits for what must come, in seconds: what a mutant loses never comes.</summary>
    private const string MutantPatience = "2";

    private static readonly string DotNet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");

    private static readonly TimeSpan MutantLimit = TimeSpan.FromMinutes(4);

    /// <summary>A run over everything takes minutes where others work too.</summary>
    private static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(15);

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-zoo-").FullName;

    /// <summary>Where the program writes the schedules of failures.</summary>
    public string SchedulesFolder => Path.Combine(OutputFolder, "explore");

    private string OutputFolder => Path.Combine(folder, "out");

    /// <summary>Copies the program that lies beside this assembly.</summary>
    public MutantProgram()
    {
        foreach (string file in FilesOf("xenconf"))
        {
            string source = Path.Combine(AppContext.BaseDirectory, file);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(folder, file));
            }
        }
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
        var (exitCode, written, errors) = Run(reference, MutantLimit, ["explore", .. arguments, "--json", "--out", SchedulesFolder]);
        return StrategyRun.Read(exitCode, written, errors);
    }

    /// <summary>Runs <c>xenconf replay</c> with a reference.</summary>
    public (int ExitCode, string Output) Replay(MutantImage reference, params IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(reference, MutantLimit, ["replay", .. arguments]);
        return (exitCode, errors + written);
    }

    private MutantRun Certify(MutantImage reference, TimeSpan limit, IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(reference, limit, ["certify", "reference", "--strict", "--seed", "1", "--jobs", "2", "--out", OutputFolder, .. arguments]);
        return MutantRun.Read(exitCode, Path.Combine(OutputFolder, "report.json"), errors + written);
    }

    private (int ExitCode, string Written, string Errors) Run(MutantImage reference, TimeSpan limit, IEnumerable<string> arguments)
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

        using var process = Start(reference.Change is not null, arguments);
        var written = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        return (process.ExitCode, written.Result, errors.Result);
    }

    /// <summary>Removes the copy.</summary>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Process Start(bool isUpdated, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(DotNet, [Path.Combine(folder, "xenconf.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A process that lives for a second never gets back what the instrumented tier costs it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (isUpdated)
        {
            start.Environment["DOTNET_MODIFIABLE_ASSEMBLIES"] = "debug";
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[StartupHook.FolderVariable] = folder;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"expected to start {start.FileName}, got no process");
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
