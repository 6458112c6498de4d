using Conformance.Model.Clauses;
using Conformance.Suite.Running;

namespace Conformance.Tests.Unit.Suite;

public sealed class SelectionTests
{
    [Theory]
    [InlineData("XS-04*", null, null, null, 3)]
    [InlineData("xs-019", null, null, null, 2)]
    [InlineData(null, "*/ring", null, null, 1)]
    [InlineData(null, null, "XS", null, 4)]
    [InlineData("XS-*", "*/socket", "XS", null, 3)]
    [InlineData(null, null, null, Severity.High, 1)]
    public void Apply_CombinesAllParts(string? clauses, string? cases, string? family, Severity? severity, int count) =>
        Assert.Equal(count, Make(clauses, cases, family, severity).Apply(SampleCases.Catalogue, ClauseCatalogue.Default).Count);

    [Fact]
    public void Patterns_OfOneKind_AreAlternatives() => Assert.Equal(
        ["XS-049/read-gives-ok/socket", "XS-123/fills-the-store/socket"],
        new Selection { Clauses = ["XS-049", "XS-12?"] }.Apply(SampleCases.Catalogue, ClauseCatalogue.Default).Select(found => found.Id));

    [Fact]
    public void PartsAboutClauses_MustHoldForOneAndTheSameClause()
    {
        // XS-046 is medium and so is XS-019; no clause of the case is both XS-046 and high.
        var selection = new Selection { Clauses = ["XS-046"], Severity = Severity.High };
        Assert.Throws<NothingSelectedException>(() => selection.Apply(SampleCases.Catalogue, ClauseCatalogue.Default));
    }

    [Fact]
    public void NothingSelected_SaysWhatWasAskedAndWhatExists()
    {
        var asked = Assert.Throws<NothingSelectedException>(() => Make("XS-07*", null, null, null).Apply(SampleCases.Catalogue, ClauseCatalogue.Default));
        Assert.Equal(
            "no case matches clauses XS-07*: 10 clauses are asked for and none has a case; there are 4 cases on 4 clauses from XS-019 to XS-123; see `xenconf list`",
            asked.Message);
    }

    private static Selection Make(string? clauses, string? cases, string? family, Severity? severity) => new()
    {
        Clauses = clauses is null ? [] : [clauses],
        Cases = cases is null ? [] : [cases],
        Family = family,
        Severity = severity,
    };
}
