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

        var expected = Mutant.ToKill.ToDictionary(mutant => mutant.Name, mutant => mutant.Title, StringComparer.Ordinal);

        Assert.True(
            listed.Count == expected.Count && expected.All(row => listed.GetValueOrDefault(row.Key) == row.Value),
            $"expected the {expected.Count} mutants in reports/zoo.md, found {listed.Count} rows, or others; make it again: {ZooReport.Command}");
    }

    [Fact]
    public void Report_ListsEveryClauseWithAStoreCase_AndHowManyMutantsItKills()
    {
        var listed = RowsOf("zoo.md").Where(cells => cells.Count == 3 && cells[0].StartsWith("XS-", StringComparison.Ordinal)).ToList();

        Assert.True(
            listed.Select(cells => cells[0]).SequenceEqual(ZooReport.StoreClauses.Select(clause => clause.ToString()))
                && listed.All(cells => int.TryParse(cells[2], out _)),
            $"expected the {ZooReport.StoreClauses.Count} clauses that store cases check in reports/zoo.md, found {listed.Count}; make it again: {ZooReport.Command}");
    }

    [Fact]
    public void Survivors_AreThoseOfTheList_WithTheirReasons()
    {
        var listed = RowsOf("survivors.md").Where(cells => cells.Count == 3).ToDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

        Assert.Equal(
            Mutant.Survivors.Select(mutant => (mutant.Name, mutant.Title, mutant.Survives!)),
            listed.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value.Item1, row.Value.Item2)));
    }

    [Fact]
    public void Mutants_HaveUniqueNames_AndAskForClausesThatHaveCases()
    {
        var all = Mutant.ToKill.Concat(Mutant.Survivors).ToList();

        Assert.Equal(all.Count, all.Select(mutant => mutant.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(all.SelectMany(mutant => mutant.Kills).Except(CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses)));
    }

    private static IEnumerable<List<string>> RowsOf(string name) =>
        Resources.Read($"lists/{name}").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.EndsWith(" |", StringComparison.Ordinal))
            .Select(line => line[2..^2].Split(" | ").ToList())
            .Where(cells => cells[0] is not ("Mutant" or "Clause" or "Family"));
}
