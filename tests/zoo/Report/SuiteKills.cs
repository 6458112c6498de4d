using Conformance.Suite.Cases;
using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Report;

/// <summary>What killed a mutant, as <c>reports/zoo.md</c> says, and on which clause and by which case where the suite did.</summary>
internal static class SuiteKills
{
    private static readonly Lazy<Dictionary<string, (string Clause, string Killer)>> Kills = new(() => Resources.Read("lists/zoo.md").Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith(" |", StringComparison.Ordinal))
        .Select(line => line[2..^2].Split(" | "))
        .Where(cells => cells.Length == 5 && cells[3] != "not killed")
        .ToDictionary(cells => cells[0], cells => (cells[3], cells[4]), StringComparer.Ordinal));

    private static readonly Lazy<Dictionary<string, CaseDefinition>> Cases = new(() => CaseCatalogue.Default.All.ToDictionary(definition => definition.Id, StringComparer.Ordinal));

    /// <summary>The clause; null when the suite does not kill it.</summary>
    internal static string? Of(string mutant) => CaseOf(mutant) is null ? null : Kills.Value[mutant].Clause;

    /// <summary>The id of the case; null when the suite does not kill it.</summary>
    internal static string? CaseOf(string mutant) => KillerOf(mutant) is { } id && Cases.Value.ContainsKey(id) ? id : null;

    /// <summary>That case, or the unit test or the scenario; null when nothing kills it.</summary>
    internal static string? KillerOf(string mutant) => Kills.Value.GetValueOrDefault(mutant).Killer;

    /// <summary>Whom that case asks, such as <c>block back</c>; null when the suite does not kill it.</summary>
    internal static string? RoleOf(string mutant) => CaseOf(mutant) is { } id ? Cases.Value[id].Role.Name : null;
}
