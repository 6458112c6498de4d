using System.Text.Json;
using System.Xml.Linq;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Reports;
using Conformance.Suite.Reports.Html;
using Conformance.Suite.Running;

namespace Conformance.Tests.Unit.Suite;

public sealed class ReportTests
{
    private const string Hostile = "<script>alert('&')</script>";

    [Fact]
    public async Task Json_RoundTrips()
    {
        var report = await FailingReportAsync();
        string json = JsonReport.Write(report);
        Assert.Equal(json, JsonReport.Write(JsonReport.Read("report.json", json)));
    }

    [Fact]
    public async Task Json_HasTheFieldsThatOthersRely()
    {
        using var document = JsonDocument.Parse(JsonReport.Write(await FailingReportAsync()));
        var root = document.RootElement;
        Assert.Equal("fake", root.GetProperty("target").GetString());
        Assert.Equal("doesNotConform", root.GetProperty("conclusion").GetString());
        Assert.Equal("xenconf certify fake --seed 7", root.GetProperty("command").GetString());
        Assert.Equal(7, root.GetProperty("seed").GetInt32());
        Assert.Equal(
            (2, 1, 0, 1, 4, 4),
            (Number("pass"), Number("fail"), Number("inconclusive"), Number("notApplicable"), Number("cases"), Number("clauses")));
        var failed = root.GetProperty("cases").EnumerateArray().Single(found => found.GetProperty("verdict").GetString() == "fail");
        Assert.Equal("XS-049/read-gives-ok/socket", failed.GetProperty("id").GetString());
        Assert.Equal("XS-049", failed.GetProperty("clauses")[0].GetString());
        Assert.Equal("XS-049", failed.GetProperty("clause").GetString());
        Assert.Equal("store", failed.GetProperty("blame").GetString());
        Assert.Equal($"expected \"OK|\" for READ; came \"{Hostile}\"", failed.GetProperty("message").GetString());
        Assert.Equal("READ", failed.GetProperty("exchange")[0].GetProperty("type").GetString());
        Assert.Equal(111, root.GetProperty("clauses").GetArrayLength());

        int Number(string name) => root.GetProperty("summary").GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("[]", "r.json: expected a report.json of `xenconf certify`, found something else")]
    [InlineData("{}", "r.json: expected a report.json of `xenconf certify`, found something else")]
    [InlineData("null", "r.json: expected a report.json of `xenconf certify`, found null")]
    [InlineData("text", "r.json: expected a report.json of `xenconf certify`, found something else")]
    public void Json_ThatIsNoReport_IsRefusedInOneLine(string json, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => JsonReport.Read("r.json", json));
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public async Task Json_OfAnotherSchema_IsRefused()
    {
        string json = JsonReport.Write(await FailingReportAsync() with { Schema = 99 });
        var thrown = Assert.Throws<FormatException>(() => JsonReport.Read("r.json", json));
        Assert.Equal("r.json: expected a report of schema 1, found 99; make it again with this version", thrown.Message);
    }

    [Fact]
    public async Task JUnit_CountsFailuresAndSkips_AsCIReadsThem()
    {
        var suite = XDocument.Parse(JUnitReport.Write(await FailingReportAsync())).Root!.Element("testsuite")!;
        Assert.Equal(("4", "1", "0", "1"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("errors"), (string?)suite.Attribute("skipped")));
        var failure = Assert.Single(suite.Descendants("failure"));
        Assert.Contains(Hostile, (string?)failure.Attribute("message"), StringComparison.Ordinal);
        Assert.Contains("dom0/1 → READ", failure.Value, StringComparison.Ordinal);
        Assert.Single(suite.Descendants("skipped"));
    }

    [Fact]
    public async Task JUnit_CarriesWhateverADaemonSends()
    {
        var report = await FailingReportAsync();
        var odd = report with { Cases = [.. report.Cases.Select(found => found with { Message = found.Message + "\u0001\uFFFF" })] };
        Assert.NotNull(XDocument.Parse(JUnitReport.Write(odd)).Root);
    }

    [Fact]
    public async Task Html_IsOnePageThatNeedsNothingElse_WithARowAClause()
    {
        string html = HtmlReport.Write(await FailingReportAsync());
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<link", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", html, StringComparison.Ordinal);
        Assert.Equal(111, html.Split("<tr id=\"XS-").Length - 1);
        Assert.Contains("<abbr title=\"xen.git docs/misc: xenstore.txt, xenstore-ring.txt, xenstore-paths.pandoc\">xs.txt</abbr>", html, StringComparison.Ordinal);
        Assert.Contains("xenconf certify fake --case &#x27;XS-049/read-gives-ok/socket&#x27; --seed 7", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_EncodesWhatADaemonSends()
    {
        string html = HtmlReport.Write(await FailingReportAsync());
        Assert.DoesNotContain(Hostile, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSequenceChart_IsWellFormed_WithAnArrowAMessage()
    {
        var failed = (await FailingReportAsync()).Cases.Single(found => found.Verdict == "fail");
        var svg = XDocument.Parse(SequenceChart.Render(failed)).Root!;
        var arrows = svg.Elements().Where(element => element.Name.LocalName == "g").ToList();
        Assert.Equal(["sent", "received"], arrows.Select(arrow => (string?)arrow.Attribute("class")));
        Assert.Contains("READ", arrows[0].Value, StringComparison.Ordinal);
        Assert.Contains("XS-049/read-gives-ok/socket", (string?)svg.Attribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALongExchange_IsCutInTheMiddle_AndSaysSo()
    {
        var cases = new CaseCatalogue([SampleCases.Of(async c =>
        {
            var session = await c.ConnectAsync();
            for (int i = 0; i < 300; i++)
            {
                await session.RoundTripAsync();
            }

            throw c.Failure("a", "b");
        })]);
        var found = Assert.Single(RunReportBuilder.Build(await SampleCases.CertifyAsync(new FakeStoreTarget(), cases), "").Cases);

        Assert.Equal((600, 400, 200), (found.Messages, found.Exchange.Count, found.ExchangeOmitted));
        Assert.Contains("… 200 lines left out", ExchangeText.Render(found), StringComparison.Ordinal);
        Assert.Contains("… 520 lines left out …", SequenceChart.Render(found), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PassingCases_CarryNoExchange_ButItsSize()
    {
        var passed = (await FailingReportAsync()).Cases.First(found => found.Verdict == "pass" && found.Id.StartsWith("XS-046", StringComparison.Ordinal));
        Assert.Equal((2, 0), (passed.Messages, passed.Exchange.Count));
    }

    [Fact]
    public async Task TheMatrix_PutsClausesSideBySide()
    {
        var failing = await FailingReportAsync();
        var part = RunReportBuilder.Build(await SampleCases.CertifyAsync(new FakeStoreTarget { Name = "other" }, selection: new Selection { Clauses = ["XS-049"] }), "");
        var matrix = new Matrix([failing, part]);

        var row = matrix.Rows.Single(found => found.Clause.Id == "XS-049");
        Assert.Equal(["fail", "pass"], row.Cells.Select(Matrix.Word));
        Assert.Equal(["pass", "not asked"], matrix.Rows.Single(found => found.Clause.Id == "XS-046").Cells.Select(Matrix.Word));
        Assert.Contains("<tr id=\"XS-049\" data-kind=\"fail pass\"", HtmlMatrix.Write(matrix), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XSA-325 fix d2fa370d3e", "<abbr title=\"Xen security advisory N, with the hash of the fix\">XSA</abbr>-325 fix d2fa370d3e")]
    [InlineData("xst/core.c <x>", "<abbr title=\"xen.git tools/xenstored/… (C xenstored)\">xst</abbr>/core.c &lt;x&gt;")]
    [InlineData("no such thing", "no such thing")]
    public void Sources_AreExplained(string source, string html) => Assert.Equal(html, SourceGlossary.Default.ToHtml(source));

    private static async Task<RunReport> FailingReportAsync()
    {
        var target = new FakeStoreTarget
        {
            Answer = (request, _) => FakeStoreTarget.Reply(request, request.Type == XsMessageType.Read ? Hostile : "OK\0"),
        };
        var cases = SampleCases.Catalogue.All.Where(found => found.Id != "XS-049/read-gives-ok/socket").ToList();
        cases.Add(SampleCases.Named("read-gives-ok") with
        {
            Body = async context =>
            {
                var c = (Conformance.Suite.Store.StoreContext)context;
                var session = await c.ConnectAsync();
                await c.ExpectTextAsync("OK\0", Conformance.Suite.Store.Sessions.StoreRequests.ReadAsync(session, "/a"), "READ");
            },
        });
        return RunReportBuilder.Build(await SampleCases.CertifyAsync(target, new CaseCatalogue(cases)), "xenconf certify fake --seed 7");
    }
}
