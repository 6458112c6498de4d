using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo.Report;

/// <summary>The lists that people read say what is there.</summary>
public sealed class ReportTests
{
    [Fact]
    public void Report_ListsEveryMutantAndNoOther()
    {
        var listed = RowsOf("zoo.md").Where(cells => cells.Count == 5).ToDictionary(cells => cells[0], cells => cells[1], StringComparer.Ordinal);

        var expected = Mutant.All.ToDictionary(mutant => mutant.Name, mutant => mutant.Title, StringComparer.Ordinal);

        Assert.True(
            listed.Count == expected.Count && expected.All(row => listed.GetValueOrDefault(row.Key) == row.Value),
            $"expected the {expected.Count} mutants in reports/zoo.md, found {listed.Count} rows, or others; make it again: {ZooReport.Command}");
    }

    [Fact]
    public void Report_ListsEveryClauseWithACase_AndHowManyMutantsItKills()
    {
        var listed = RowsOf("zoo.md").Where(cells => cells.Count == 3 && ClauseId.TryParse(cells[0], out _)).ToList();

        Assert.True(
            listed.Select(cells => cells[0]).SequenceEqual(ZooReport.CheckedClauses.Select(clause => clause.ToString()))
                && listed.All(cells => int.TryParse(cells[2], out _)),
            $"expected the {ZooReport.CheckedClauses.Count} clauses that cases check in reports/zoo.md, found {listed.Count}; make it again: {ZooReport.Command}");
    }

    [Fact]
    public void Report_NamesWhatKilledEachMutant_ACaseUnlessTheMutantNamesATestOrAScenario()
    {
        var killers = RowsOf("zoo.md").Where(cells => cells.Count == 5).ToDictionary(cells => cells[0], cells => cells[4], StringComparer.Ordinal);

        Assert.All(Mutant.All, mutant =>
        {
            string? other = mutant.Test is { } test ? $"unit test {test}" : mutant.Scenario is { } scenario ? $"scenario {scenario}" : null;
            Assert.Equal(other, SuiteKills.CaseOf(mutant.Name) is null ? killers[mutant.Name] : null);
        });
    }

    [Fact]
    public void Mutants_HaveUniqueNames_AndAskForClausesThatHaveCases()
    {
        var all = Mutant.All;

        Assert.Equal(all.Count, all.Select(mutant => mutant.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(all, mutant => new[] { mutant.Cases.Count > 0, mutant.Test is not null, mutant.Scenario is not null }.Count(isNamed => isNamed) > 1);
        Assert.Empty(all.Select(mutant => mutant.Group).Except(MutantTests.Groups));
        Assert.Empty(all.SelectMany(mutant => mutant.Kills).Except(CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses)));
    }

    private static IEnumerable<List<string>> RowsOf(string name) =>
        Resources.Read($"lists/{name}").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith(" |", StringComparison.Ordinal))
            .Select(line => line[2..^2].Split(" | ").ToList())
            .Where(cells => cells[0] is not ("Mutant" or "Clause" or "Family"));
}
