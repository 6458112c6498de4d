using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Report;

/// <summary>On which clause the suite killed a mutant, as <c>reports/zoo.md</c> says.</summary>
internal static class SuiteKills
{
    private static readonly Lazy<Dictionary<string, string>> Clauses = new(() => Resources.Read("lists/zoo.md").Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith(" |", StringComparison.Ordinal))
        .Select(line => line[2..^2].Split(" | "))
        .Where(cells => cells.Length == 5 && cells[3] != "not killed")
        .ToDictionary(cells => cells[0], cells => cells[3], StringComparer.Ordinal));

    /// <summary>The clause; null when the suite does not kill it.</summary>
    internal static string? Of(string mutant) => Clauses.Value.GetValueOrDefault(mutant);
}
