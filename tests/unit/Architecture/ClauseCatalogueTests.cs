using Conformance.Model.Clauses;

namespace Conformance.Tests.Unit.Architecture;

public sealed class ClauseCatalogueTests
{
    [Fact]
    public void TheCatalogue_Has507Clauses_EachOnce()
    {
        Assert.Equal(507, ClauseCatalogue.Default.All.Count);
        Assert.Equal(507, ClauseCatalogue.Default.All.Select(clause => clause.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("XS", 111)]
    [InlineData("GT", 48)]
    [InlineData("EV", 28)]
    [InlineData("RG", 37)]
    [InlineData("BI", 34)]
    [InlineData("NG", 50)]
    [InlineData("XB", 63)]
    [InlineData("BF", 41)]
    [InlineData("BB", 48)]
    [InlineData("CT", 16)]
    [InlineData("RS", 16)]
    [InlineData("HV", 15)]
    public void AFamily_HasAsManyClausesAsItsTable(string family, int count) =>
        Assert.Equal(count, ClauseCatalogue.Default.All.Count(clause => clause.Id.Family == family));

    [Fact]
    public void EveryClause_SaysWhatMustHold_WhereThatComesFrom_AndHowToCheckIt() =>
        Assert.All(ClauseCatalogue.Default.All, clause =>
        {
            Assert.NotEmpty(clause.Statement);
            Assert.NotEmpty(clause.Section);
            Assert.NotEmpty(clause.Source);
            Assert.NotEqual(ClauseKinds.None, clause.Kinds);
            Assert.NotEqual(CheckKinds.None, clause.Checks);
        });

    [Theory]
    [InlineData("| XS-001 | a | S | b | WA |", "XS.md:1: expected 6 columns, found 5")]
    [InlineData("| XS1 | a | S | b | WA | H |", "XS.md:1: expected a clause id like XS-016, found 'XS1'")]
    [InlineData("| XS-001 | a | X | b | WA | H |", "XS.md:1: expected a kind S, F, 2010, H or D, found 'X'")]
    [InlineData("| XS-001 | a | S | b | ZZ | H |", "XS.md:1: expected a check SI, LV, WA, FZ or DT, found 'ZZ'")]
    [InlineData("| XS-001 | a | S | b | WA | X |", "XS.md:1: expected a severity C, H, M or L, found 'X'")]
    public void AMalformedRow_SaysWhereAndWhat(string row, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ClauseTable.Parse("XS.md", row)).Message);
}
