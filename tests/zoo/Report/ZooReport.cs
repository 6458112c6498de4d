using System.Globalization;
using System.Text;
using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Tests.Zoo.Machinery;
using static Conformance.Tests.Zoo.Report.ReportTable;

namespace Conformance.Tests.Zoo.Report;

/// <summary>What killed which mutant, and which clauses no mutant has tried yet: <c>reports/zoo.md</c>.</summary>
public static class ZooReport
{
    /// <summary>The command that makes it.</summary>
    public const string Command = $"{Zoo.ReportVariable}=$PWD/reports/zoo.md dotnet test tests/zoo -c Release";

    /// <summary>The clauses that a case checks.</summary>
    public static IReadOnlyList<ClauseId> CheckedClauses =>
        [.. CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses).Distinct().Order()];

    /// <summary>Writes it, from the runs of all mutants by name.</summary>
    public static string Write(IReadOnlyDictionary<string, MutantRun> runs)
    {
        var rows = Mutant.All.Select(mutant => (Mutant: mutant, Killers: runs[mutant.Name].KillersOf(mutant))).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The zoo: defects put into the reference, and what found them

            Each mutant is a small diff in `tests/zoo/Mutants` against the reference: a defect that some implementation had
            (`Z-…`, `XSA-…`), or one made up for the clause in its name. The reference with that one defect is certified on the
            clauses that the diff names. What no case can bring about is asked of a test of `tests/unit` or of a scenario of the
            explorer, which the diff names; both are run with the defect too. Made by `{Command}`.

            {rows.Count(row => row.Killers.Count > 0)} of {rows.Count} mutants are killed: {rows.Count(row => row.Killers.Count > 0 && row.Mutant is { Test: null, Scenario: null })} by a case, {rows.Count(row => row.Killers.Count > 0 && row.Mutant.Test is not null)} by a unit test, {rows.Count(row => row.Killers.Count > 0 && row.Mutant.Scenario is not null)} by a scenario.

            ## By family

            | Family | Mutants | Killed |
            |---|---|---|

            """);
        foreach (var family in rows.GroupBy(row => row.Mutant.Family).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Row(text, family.Key, Number(family.Count()), Number(family.Count(row => row.Killers.Count > 0)));
        }

        text.Append("\n## Mutants\n\n| Mutant | Defect | Re-creates | Killed on | By |\n|---|---|---|---|---|\n");
        foreach (var (mutant, killers) in rows)
        {
            var first = killers.Count > 0 ? killers[0] : null;
            Row(text, mutant.Name, mutant.Title, mutant.Defect ?? "", first?.Clause ?? "not killed", first?.Id ?? "");
        }

        AppendClauses(text, rows);
        return text.ToString();
    }

    private static void AppendClauses(StringBuilder text, List<(Mutant Mutant, IReadOnlyList<FailedCase> Killers)> rows)
    {
        text.Append("\n## Clauses\n\nEvery clause that a case checks, with the mutants that broke it.\n\n| Clause | Cases | Mutants |\n|---|---|---|\n");
        var without = new List<ClauseId>();
        foreach (var clause in CheckedClauses)
        {
            int mutants = rows.Count(row => row.Killers.Any(failed => failed.Clause == clause.ToString()));
            Row(text, clause.ToString(), Number(CaseCatalogue.Default.All.Count(definition => definition.Clauses.Contains(clause))), Number(mutants));
            if (mutants == 0)
            {
                without.Add(clause);
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\nClauses with cases that no mutant has tried yet ({without.Count}): {string.Join(", ", without)}.\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
