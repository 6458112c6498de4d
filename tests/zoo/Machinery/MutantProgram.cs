using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Conformance.Exploration.Schedules;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// A copy of the whole program in a folder of its own, in which the reference can be exchanged: what is judged is what a
/// user would run, and a mutant that overflows the stack or never ends takes nothing but its own process along.
/// </summary>
public sealed class MutantProgram : IDisposable
{
    private const string Xenconf = "xenconf";
    private const string Probing = "Conformance.Tests.Zoo";
    private const string ModifiableVariable = "DOTNET_MODIFIABLE_ASSEMBLIES";
    private const string Modifiable = "debug";

    /// <summary>How long a mutant's case waits for what must come, in seconds: what a mutant loses never comes.</summary>
    private const string MutantPatience = "2";

    private static readonly string DotNet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");

    private static readonly TimeSpan MutantLimit = TimeSpan.FromMinutes(4);

    /// <summary>A run over everything takes minutes where others work too.</summary>
    private static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(15);

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-zoo-").FullName;

    private string OutputFolder => Path.Combine(folder, "out");

    /// <summary>Copies the program that lies beside this assembly.</summary>
    public MutantProgram()
    {
        Copy(Xenconf);
        // The startup hook, and whoever is asked for strategies, is this assembly itself: there must be one of it in a process.
        Copy(Probing);
    }

    /// <summary>Asks a reference what the mutant is about: its cases, or the unit test or scenario that it names.</summary>
    public MutantRun Ask(MutantImage reference, Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return mutant switch
        {
            { Test: { } test } => RunTest(reference, mutant, test),
            { Scenario: { } scenario } => RunScenario(reference, mutant, scenario),
            _ => Certify(reference, mutant),
        };
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

    /// <summary>Runs <c>xenconf replay</c> with a reference.</summary>
    public (int ExitCode, string Output) Replay(MutantImage reference, params IEnumerable<string> arguments) => RunAsked(reference, "replay", arguments);

    /// <summary>Runs <c>xenconf explore</c> with a reference.</summary>
    public (int ExitCode, string Output) Explore(MutantImage reference, params IEnumerable<string> arguments) => RunAsked(reference, "explore", arguments);

    /// <summary>Starts what answers for a reference under strategies.</summary>
    /// <param name="assembly">The reference; a request can have it changed.</param>
    public ProbeProcess Probe(byte[] assembly)
    {
        Write(assembly);
        return new ProbeProcess(Start(Probing, ["probe"], static start =>
        {
            start.RedirectStandardInput = true;

            // It lives long enough for what is compiled well from the beginning to be cheaper than what is compiled twice.
            start.Environment["DOTNET_TieredCompilation"] = "0";
            start.Environment[ModifiableVariable] = Modifiable;
        }));
    }

    private (int ExitCode, string Output) RunAsked(MutantImage reference, string command, IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(Xenconf, reference, MutantLimit, [command, .. arguments]);
        return (exitCode, errors + written);
    }

    /// <summary>A test that fails breaks the clauses that it is about; whom to blame nobody but the mutant can say.</summary>
    private MutantRun RunTest(MutantImage reference, Mutant mutant, string test)
    {
        var (exitCode, written, errors) = Run(Probing, reference, MutantLimit, ["test", test]);
        return new MutantRun(
            exitCode,
            exitCode == MutantRun.DoesNotConform ? [.. UnitTest.Find(test).Clauses.Select(clause => new FailedCase($"unit test {test}", clause.ToString(), mutant.Blame, written.Trim()))] : [],
            errors + written);
    }

    private MutantRun RunScenario(MutantImage reference, Mutant mutant, string scenario)
    {
        var (exitCode, output) = Explore(reference, scenario, "--out", OutputFolder);
        string file = Path.Combine(OutputFolder, $"{scenario}.schedule.json");
        if (!File.Exists(file))
        {
            return new MutantRun(exitCode, [], output);
        }

        var failure = ScheduleFile.Parse(File.ReadAllText(file));
        string blame = failure.Blame?.ToString().ToLowerInvariant() ?? mutant.Blame;
        return new MutantRun(exitCode, [new FailedCase($"scenario {scenario}", failure.Rule!, blame, failure.Message!)], output);
    }

    private MutantRun Certify(MutantImage reference, TimeSpan limit, IEnumerable<string> arguments)
    {
        var (exitCode, written, errors) = Run(Xenconf, reference, limit, ["certify", "reference", "--strict", "--seed", "1", "--jobs", "2", "--out", OutputFolder, .. arguments]);
        return MutantRun.Read(exitCode, Path.Combine(OutputFolder, "report.json"), errors + written);
    }

    private (int ExitCode, string Written, string Errors) Run(string program, MutantImage reference, TimeSpan limit, IEnumerable<string> arguments)
    {
        if (Directory.Exists(OutputFolder))
        {
            Directory.Delete(OutputFolder, recursive: true);
        }

        Write(reference.Assembly);
        if (reference.Change is { } change)
        {
            File.WriteAllBytes(Path.Combine(folder, StartupHook.MetadataFile), change.Metadata);
            File.WriteAllBytes(Path.Combine(folder, StartupHook.CodeFile), change.Code);
        }

        using var process = Start(program, arguments, start =>
        {
            if (reference.Change is not null)
            {
                start.Environment[ModifiableVariable] = Modifiable;
                start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(folder, Probing + ".dll");
                start.Environment[StartupHook.FolderVariable] = folder;
            }
        });
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

    private void Write(byte[] assembly)
    {
        string file = Path.Combine(folder, "Conformance.Reference.dll");

        // A process that still has the old file keeps it.
        File.Delete(file);
        File.WriteAllBytes(file, assembly);
    }

    private Process Start(string program, IEnumerable<string> arguments, Action<ProcessStartInfo> prepare)
    {
        var start = new ProcessStartInfo(DotNet, [Path.Combine(folder, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A process that lives for a second never gets back what the instrumented tier costs it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        prepare(start);
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
