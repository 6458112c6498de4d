using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>One failed case of a mutant's run.</summary>
public sealed record FailedCase(string Id, string Clause, string Blame, string Message);

/// <summary>What <c>xenconf certify</c> said of a mutated reference.</summary>
public sealed record MutantRun(int ExitCode, IReadOnlyList<FailedCase> Failures)
{
    /// <summary>
    /// Loads the floors above the reference once more, on top of the given reference, and runs the whole program there:
    /// what is judged is what a user would run.
    /// </summary>
    /// <param name="reference">The compiled reference.</param>
    /// <param name="clauses">Clause globs to select; all when empty.</param>
    public static MutantRun Certify(byte[] reference, IEnumerable<string> clauses)
    {
        var world = new MutantWorld(reference);
        string output = Directory.CreateTempSubdirectory("conformance-zoo-").FullName;
        try
        {
            var program = world.LoadFromAssemblyPath(PathOf("xenconf"));
            var entry = program.GetType("Conformance.Cli.Program", throwOnError: true)!
                .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)
                ?? throw new MissingMethodException("Conformance.Cli.Program.Run");
            string[] arguments = ["certify", "reference", "--out", output, .. clauses.SelectMany(clause => new[] { "--clauses", clause })];
            int exitCode = (int)entry.Invoke(null, [arguments, TextWriter.Null, TextWriter.Null])!;
            return new MutantRun(exitCode, ReadFailures(Path.Combine(output, "report.json")));
        }
        finally
        {
            world.Unload();
            Directory.Delete(output, recursive: true);
        }
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    private static List<FailedCase> ReadFailures(string report)
    {
        if (!File.Exists(report))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllText(report));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(found => found.GetProperty("verdict").GetString() == "fail")
            .Select(found => new FailedCase(
                found.GetProperty("id").GetString()!,
                found.GetProperty("clause").GetString()!,
                found.GetProperty("blame").GetString()!,
                found.GetProperty("message").GetString()!))];
    }

    /// <summary>Has its own copy of every floor from the reference up, and shares the rest with the test.</summary>
    private sealed class MutantWorld(byte[] reference) : AssemblyLoadContext("mutant", isCollectible: true)
    {
        private static readonly string[] FloorsAbove = ["Conformance.Suite", "Conformance.Adapters", "xenconf"];

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == "Conformance.Reference" ? LoadFromStream(new MemoryStream(reference))
            : FloorsAbove.Contains(assemblyName.Name) ? LoadFromAssemblyPath(PathOf(assemblyName.Name!))
            : null;
    }
}
