using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
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
    [InlineData(null, null, null, Severity.Medium, 4)]
    public void Apply_CombinesAllParts(string? clauses, string? cases, string? family, Severity? severity, int count) =>
        Assert.Equal(count, Make(clauses, cases, family, severity).Apply(SampleCases.Catalogue, ClauseCatalogue.Default).Count);

    [Fact]
    public void Patterns_OfOneKind_AreAlternatives() => Assert.Equal(
        ["XS-049/read-gives-ok/socket", "XS-123/fills-the-store/socket"],
        new Selection { Clauses = ["XS-049", "XS-12?"] }.Apply(SampleCases.Catalogue, ClauseCatalogue.Default).Select(found => found.Id));

    [Fact]
    public void PartsAboutClauses_MustHoldForOneAndTheSameClause()
    {
        // The case checks XS-001, which is critical, and XS-019, which is medium: no clause is both XS-019 and critical.
        var cases = new CaseCatalogue([SampleCases.Of(_ => Task.CompletedTask) with { Clauses = [ClauseId.Parse("XS-001"), ClauseId.Parse("XS-019")] }]);
        var selection = new Selection { Clauses = ["XS-019"], Severity = Severity.Critical };
        Assert.Throws<NothingSelectedException>(() => selection.Apply(cases, ClauseCatalogue.Default));
    }

    [Fact]
    public void NothingSelected_SaysWhatWasAskedAndWhatExists()
    {
        var asked = Assert.Throws<NothingSelectedException>(() => Make("XS-07*", null, null, null).Apply(SampleCases.Catalogue, ClauseCatalogue.Default));
        Assert.Equal(
            "no case matches clauses XS-07*: 10 clauses are asked for and none has a case; there are 4 cases on 4 clauses from XS-019 to XS-123; see `xenconf list`",
            asked.Message);
    }

    [Fact]
    public void CasesOfARoleThatTheTargetDoesNotPlay_AreLeftOut_UnlessNamedInFull()
    {
        var daemon = new FakeStoreTarget();
        var all = Selection.Everything.Apply(CaseCatalogue.Default, ClauseCatalogue.Default, daemon);
        Assert.All(all, definition => Assert.True(definition.Role.IsPlayedBy(daemon)));

        var ofClient = CaseCatalogue.Default.All.First(definition => !definition.Role.IsPlayedBy(daemon));
        var named = new Selection { Cases = [ofClient.Id] }.Apply(CaseCatalogue.Default, ClauseCatalogue.Default, daemon);
        Assert.Equal(ofClient, Assert.Single(named));

        var nothing = Assert.Throws<NothingSelectedException>(
            () => Make(null, "*/client-*", null, null).Apply(CaseCatalogue.Default, ClauseCatalogue.Default, daemon));
        Assert.Contains("XenStore client, which it does not play", nothing.Message, StringComparison.Ordinal);
    }

    private static Selection Make(string? clauses, string? cases, string? family, Severity? severity) => new()
    {
        Clauses = clauses is null ? [] : [clauses],
        Cases = cases is null ? [] : [cases],
        Family = family,
        Severity = severity,
    };
}
