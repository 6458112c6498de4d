using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Store;

namespace Conformance.Tests.Unit.Suite;

public sealed class CaseCatalogueTests
{
    [Fact]
    public void Discover_GivesOneInstanceAWay_WithClauseNameAndWayInTheId()
    {
        Assert.Equal(
            ["XS-046/write-is-answered/ring", "XS-046/write-is-answered/socket", "XS-049/read-gives-ok/socket", "XS-123/fills-the-store/socket"],
            SampleCases.Catalogue.All.Select(definition => definition.Id));
    }

    [Fact]
    public void Discover_ReadsTitleDocClausesAndGuards()
    {
        var found = SampleCases.Named("write-is-answered");

        Assert.Equal("Write is answered", found.Title);
        Assert.Equal("WRITE is answered OK.", found.Doc);
        Assert.Equal(["XS-046", "XS-019"], found.Clauses.Select(clause => clause.ToString()));
        Assert.Equal("Z-001", found.Guards);
    }

    [Theory]
    [InlineData("ReadOfMissingNodeIsENOENT", "read-of-missing-node-is-enoent", "Read of missing node is ENOENT")]
    [InlineData("Payload4096BytesFit", "payload4096-bytes-fit", "Payload4096 bytes fit")]
    [InlineData("A_WriteIsSeen_Async", "a-write-is-seen", "A write is seen")]
    [InlineData("EAGAINThenRedo", "eagain-then-redo", "EAGAIN then redo")]
    public void Names_BecomeIdsAndTitles(string method, string kebab, string title)
    {
        Assert.Equal(kebab, CaseName.ToKebab(method.Replace("_Async", "Async", StringComparison.Ordinal)));
        Assert.Equal(title, CaseName.ToTitle(method.Replace("_Async", "Async", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(typeof(UnknownClause), "names clause XS-999, which model/Clauses/XS.md lacks")]
    [InlineData(typeof(MalformedClause), "a clause id reads like XS-016, not 'XS16'")]
    [InlineData(typeof(NotStatic), "has the wrong shape")]
    [InlineData(typeof(NotPublic), "has the wrong shape")]
    [InlineData(typeof(NoTask), "has the wrong shape")]
    [InlineData(typeof(UnknownContext), "a context is one of StoreContext")]
    [InlineData(typeof(NoContext), "has the wrong parameters")]
    [InlineData(typeof(NoWay), "names no way to the store")]
    [InlineData(typeof(SameName), "two cases have the id XS-001/same/socket")]
    public void Discover_OfAMalformedCase_SaysWhatIsWrong(Type type, string message)
    {
        var thrown = Assert.Throws<InvalidCaseException>(() => CaseCatalogue.Discover(SuiteRoles.All, ClauseCatalogue.Default, type));
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCasesOfThisBuild_AreWellFormed_AndEachHasAClaim()
    {
        Assert.NotEmpty(CaseCatalogue.Default.All);
        Assert.All(CaseCatalogue.Default.All, definition => Assert.True(definition.Doc.Length > 0, $"{definition.Id} has no summary"));
    }

    private static class UnknownClause
    {
        [Case("XS-999")]
        public static Task A(StoreContext c) => Task.CompletedTask;
    }

    private static class MalformedClause
    {
        [Case("XS16")]
        public static Task A(StoreContext c) => Task.CompletedTask;
    }

    private sealed class NotStatic
    {
        private readonly Task done = Task.CompletedTask;

        [Case("XS-001")]
        public Task A(StoreContext c) => done;
    }

    private static class NotPublic
    {
        [Case("XS-001")]
        internal static Task A(StoreContext c) => Task.CompletedTask;
    }

    private static class NoTask
    {
        [Case("XS-001")]
        public static void A(StoreContext c)
        {
        }
    }

    private static class UnknownContext
    {
        [Case("XS-001")]
        public static Task A(string c) => Task.CompletedTask;
    }

    private static class NoContext
    {
        [Case("XS-001")]
        public static Task A() => Task.CompletedTask;
    }

    private static class NoWay
    {
        [Case("XS-001", Over = 0)]
        public static Task A(StoreContext c) => Task.CompletedTask;
    }

    private static class SameName
    {
        [Case("XS-001")]
        public static Task Same(StoreContext c) => Task.CompletedTask;

        [Case("XS-001")]
        public static Task SameAsync(StoreContext c) => Task.CompletedTask;
    }
}
