using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Expected;
using Conformance.Suite.Results;
using Conformance.Suite.Running;
using Conformance.Suite.Store;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Tests.Unit.Suite;

/// <summary>Small cases that the tests of runner, reports and command line run.</summary>
public static class SampleCases
{
    public static CaseCatalogue Catalogue { get; } = CaseCatalogue.Discover(SuiteRoles.All, ClauseCatalogue.Default, typeof(SampleCases));

    /// <summary>WRITE is answered OK.</summary>
    [Case("XS-046", "XS-019", Over = Carriers.Both, Guards = "Z-001")]
    public static async Task WriteIsAnswered(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "1"), "WRITE");
    }

    [Case("XS-049")]
    public static async Task ReadGivesOK(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectTextAsync("OK\0", session.ReadAsync(area), "READ");
    }

    [Case("XS-123", Needs = Needs.OwnDaemon)]
    public static async Task FillsTheStore(StoreContext c) => await c.ConnectAsync();

    public static CaseDefinition Named(string part) =>
        Catalogue.All.Single(definition => definition.Id.Contains(part, StringComparison.Ordinal) && definition.Id.EndsWith("/socket", StringComparison.Ordinal));

    /// <summary>A case with the body of a test.</summary>
    public static CaseDefinition Of(Func<StoreContext, Task> body, string clause = "XS-001") => new(
        $"{clause}/of-a-test/socket", [ClauseId.Parse(clause)], "Of a test", "", SuiteRoles.All[0],
        new CaseWay("socket", Carriers.Socket), Needs.Nothing, null, context => body((StoreContext)context));

    public static RunSettings Settings { get; } = new() { Seed = 7, Jobs = 2, Patience = TimeSpan.FromSeconds(30), TimeLimit = TimeSpan.FromSeconds(60) };

    public static async Task<CaseResult> RunAsync(ITarget target, Func<StoreContext, Task> body, RunSettings? settings = null)
    {
        var outcome = await new SuiteRunner(target, settings ?? Settings).RunAsync([Of(body)], null, CancellationToken.None);
        return Assert.Single(outcome.Results);
    }

    public static Task<RunResult> CertifyAsync(
        ITarget target, CaseCatalogue? cases = null, ExpectedFailures? expected = null, Selection? selection = null, CancellationToken stop = default) =>
        new Certification(ClauseCatalogue.Default, cases ?? Catalogue, new Uncovered([(ClauseId.Parse("XS-132"), "needs hardware", "here:1")]))
            .RunAsync(target, selection ?? Selection.Everything, Settings, expected ?? ExpectedFailures.None, null, stop);
}
