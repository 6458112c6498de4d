using System.Text.Json;
using Conformance.Cli;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Running;
using Conformance.Suite.Targets;
using Conformance.Tests.Unit.Suite;

namespace Conformance.Tests.Unit.Cli;

/// <summary>The program as its callers see it: exit code, standard output, standard error.</summary>
public sealed class XenconfTests : IDisposable
{
    private static readonly FakeStoreTarget SaysNo = new()
    {
        Name = "wrong",
        Answer = (request, _) => FakeStoreTarget.Reply(request, request.Type == XsMessageType.Read ? "no" : "OK\0"),
    };

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Certify_OfATargetThatConforms_Exits0_AndNamesTheReports()
    {
        var run = await RunAsync("certify", "reference", "--out", folder, "--seed", "5");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("reference: a scripted store\nfake 1.0\nasked: all cases; seed 5\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nreference conforms (4 cases on 4 clauses)\n", run.Output, StringComparison.Ordinal);
        foreach (string file in new[] { "report.json", "junit.xml", "report.html" })
        {
            Assert.Contains($"wrote {Path.Combine(folder, file)}\n", run.Output, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, file)));
        }
    }

    [Fact]
    public async Task Certify_OfATargetThatDoesNotConform_Exits3_AndTellsClauseBlameAndWhat()
    {
        var run = await RunAsync("certify", "wrong", "--out", folder);

        Assert.Equal(3, run.Code);
        Assert.Contains("XS-049 blame store: XS-049/read-gives-ok/socket\n    expected \"OK|\" for READ; came \"no\"\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("wrong does not conform: it breaks XS-049 (4 cases on 4 clauses)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certify_WhereOnlyKnownDivergencesRemain_Exits0_UnlessStrict()
    {
        string known = Path.Combine(folder, "known.md");
        await File.WriteAllTextAsync(known, "| Case | Clause | Match | Does instead | In doubt | Reason |\n|--|--|--|--|--|--|\n| XS-049/* | XS-049 | no | says no | daemon | so |\n");

        var run = await RunAsync("certify", "wrong", "--out", folder, "--expected", known);
        Assert.Equal(0, run.Code);
        Assert.EndsWith("wrong conforms, with 1 known divergence (4 cases on 4 clauses)\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("certify", "wrong", "--out", folder, "--expected", known, "--strict")).Code);
    }

    [Theory]
    [InlineData("certify reference --clauses XS-07*", "xenconf: nothing was tested: no case matches clauses XS-07*: 10 clauses are asked for and none has a case; there are 4 cases on 4 clauses from XS-019 to XS-123; see `xenconf list`")]
    [InlineData("certify reference --case nothing", "xenconf: nothing was tested: no case matches cases nothing: there are 4 cases on 4 clauses from XS-019 to XS-123, such as XS-046/write-is-answered/ring; see `xenconf list`")]
    public async Task Certify_OfNothing_Exits4_AndSaysWhatExists(string line, string error)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((4, error + "\n"), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("certify reference --clauses XS-0[12]*", "xenconf: expected letters, digits, '-', '/', * and ? for --clauses, found 'XS-0[12]*'; give the option once for each pattern; see `xenconf certify --help`")]
    [InlineData("certify reference --case */ring,*/socket", "xenconf: expected letters, digits, '-', '/', * and ? for --case, found '*/ring,*/socket'; give the option once for each pattern; see `xenconf certify --help`")]
    [InlineData("list --clauses ", "xenconf: expected letters, digits, '-', '/', * and ? for --clauses, found ''; give the option once for each pattern; see `xenconf list --help`")]
    public async Task APatternThatCanMatchNoId_IsBadUsage(string line, string error)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((5, "", error + "\n"), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public async Task Certify_WhoseReportsCannotBeWritten_SaysSoBeforeItAsksAnything()
    {
        string file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "");
        var deaf = new FakeStoreTarget { Name = "reference", Answer = (_, _) => throw new InvalidOperationException("was asked") };

        var run = await RunAsync(Services(deaf), CancellationToken.None, "certify", "reference", "--out", file);

        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.StartsWith($"xenconf: expected a folder to write to, found '{file}': ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("; choose another with --out\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certify_OfASocketThatIsNotThere_Exits6_AndSaysThatThereIsNoFile()
    {
        string path = Path.Combine(folder, "nobody");
        var run = await RunAsync(CliServices.Plain, CancellationToken.None, "certify", "socket:" + path);
        Assert.Equal(
            (6, $"xenconf: target socket:{path} is not available: expected the socket of a running store at {path}, found no such file; start one there or name another path\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public void EveryIdOfTheCatalogue_IsAPattern() =>
        Assert.All(CaseCatalogue.Default.All, definition => Assert.True(Selection.IsPattern(definition.Id), definition.Id));

    [Fact]
    public async Task Certify_InWhichNothingIsExecuted_Exits4()
    {
        var run = await RunAsync("certify", "reference", "--case", "*/ring", "--out", folder);
        Assert.Equal(4, run.Code);
        Assert.EndsWith("nothing was tested: reference has not what any of the 1 case needs\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certify_ThatIsInterrupted_WritesWhatItHas_AndExits4()
    {
        using var stop = new CancellationTokenSource();
        var target = new FakeStoreTarget { Name = "slow", Answer = (_, _) => { stop.Cancel(); return null; } };
        var run = await RunAsync(Services(target), stop.Token, "certify", "slow", "--out", folder);

        Assert.Equal(4, run.Code);
        Assert.Contains("inconclusive: the run was stopped", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "report.json")));
    }

    [Fact]
    public async Task Certify_OfATargetThatIsNotThere_Exits6_AndSaysWhatIsMissing()
    {
        var target = new FakeStoreTarget { Name = "absent", Probing = () => new Availability(false, "install the package absent") };
        var run = await RunAsync(Services(target), CancellationToken.None, "certify", "absent");
        Assert.Equal((6, "xenconf: target absent is not available: install the package absent\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task AFailureOfTheProgram_Exits7_InOneLine_WithDetailsInAFile()
    {
        var target = new FakeStoreTarget { Name = "broken", Probing = () => throw new InvalidOperationException("oh\nno") };
        var run = await RunAsync(Services(target), CancellationToken.None, "certify", "broken");

        Assert.Equal(7, run.Code);
        Assert.StartsWith("xenconf: internal error: InvalidOperationException: oh no; details in ", run.Error, StringComparison.Ordinal);
        string details = run.Error.Trim().Split(" details in ")[1];
        Assert.Contains("at Conformance.", await File.ReadAllTextAsync(details), StringComparison.Ordinal);
        File.Delete(details);
    }

    [Theory]
    [InlineData("", "expected a command (certify, list, targets, demo, model, explore, replay, store, judge, report, completion), found none; see `xenconf --help`")]
    [InlineData("certfy", "expected a command (certify, list, targets, demo, model, explore, replay, store, judge, report, completion), found 'certfy'; did you mean certify? see `xenconf --help`")]
    [InlineData("--frob", "expected an option of xenconf, found '--frob'; see `xenconf --help`")]
    [InlineData("certify --sed 3", "expected an option of certify, found '--sed'; did you mean --seed? see `xenconf certify --help`")]
    [InlineData("certify --seed x", "expected a whole number from 0 to 2147483647 for --seed, found 'x'; see `xenconf certify --help`")]
    [InlineData("certify --seed", "expected N behind --seed, found nothing; see `xenconf certify --help`")]
    [InlineData("certify --jobs 0", "expected a whole number from 1 to 1024 for --jobs, found '0'; see `xenconf certify --help`")]
    [InlineData("certify --patience 0", "expected a number of seconds above 0 and up to 3600 for --patience, found '0'; see `xenconf certify --help`")]
    [InlineData("certify --severity hihg", "expected a severity (critical, high, medium, low) for --severity, found 'hihg'; did you mean high? see `xenconf certify --help`")]
    [InlineData("certify --family XX", "expected a family (BB, BF, BI, CT, EV, GT, HV, NG, RG, RS, XB, XS) for --family, found 'XX'; see `xenconf certify --help`")]
    [InlineData("certify refrence", "expected a target (reference, wrong, socket:PATH), found 'refrence'; did you mean reference?")]
    [InlineData("certify socket", "expected a target of the form socket:PATH, found 'socket'")]
    [InlineData("certify reference:x", "expected a target of the form reference, found 'reference:x'")]
    [InlineData("certify reference more", "expected nothing more, found 'more'; see `xenconf certify --help`")]
    [InlineData("certify wrong --expected /no/file", "expected a file that can be read, found '/no/file': there is no such file")]
    [InlineData("certify wrong --out /dev/null/x", "expected a folder to write to, found '/dev/null/x': ")]
    [InlineData("list --clauses QQ-*", "no clause matches clauses QQ-*; there are 507, from BB-001 to XS-147")]
    [InlineData("store", "expected a command (serve), found none; see `xenconf store --help`")]
    [InlineData("store serve", "expected --socket PATH, found none; see `xenconf store serve --help`")]
    [InlineData("report", "expected a file, found none; see `xenconf report --help`")]
    [InlineData("report /no/file", "expected a file that can be read, found '/no/file': there is no such file")]
    [InlineData("report /dev/null", "/dev/null: expected a report.json of `xenconf certify`, found something else: ")]
    [InlineData("completion bsh", "expected a shell (bash, zsh, fish), found 'bsh'; did you mean bash?")]
    [InlineData("completion", "expected a shell, found none; see `xenconf completion --help`")]
    public async Task BadInput_Exits5_WithOneLineThatHelps(string line, string error)
    {
        var run = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.StartsWith($"xenconf: {error}", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_IsTheReport_AndNothingElse()
    {
        var run = await RunAsync("certify", "wrong", "--out", folder, "--json");
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("doesNotConform", document.RootElement.GetProperty("conclusion").GetString());
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, "report.json")), run.Output);
    }

    [Fact]
    public async Task TheCommandInAReport_MakesItAgain()
    {
        var run = await RunAsync("certify", "wrong", "--out", folder, "--clauses", "XS-04*", "--case", "*/socket", "--severity", "medium", "--json", "--seed", "9");
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(
            "xenconf certify wrong --clauses 'XS-04*' --case '*/socket' --severity medium --seed 9",
            document.RootElement.GetProperty("command").GetString());
    }

    [Fact]
    public async Task List_PrintsClausesWithTheirCases_InTextAndJson()
    {
        var text = await RunAsync("list", "--clauses", "XS-049");
        Assert.Equal(0, text.Code);
        Assert.Contains("XS-049 medium\n    READ returns exactly the stored bytes with no added terminator.\n    source: xs.txt\n    XS-049/read-gives-ok/socket\n", text.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 clause, 1 with cases; 1 case\n", text.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await RunAsync("list", "--family", "XS", "--json")).Output);
        Assert.Equal(111, json.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Targets_TellWhetherEachCanBeAsked()
    {
        Assert.Contains("wrong  available\n    a scripted store\n    fake 1.0\n", (await RunAsync("targets")).Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await RunAsync("targets", "--json")).Output);
        Assert.Equal(["reference", "wrong", "socket:PATH"], json.RootElement.EnumerateArray().Select(row => row.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task Report_PrintsASavedRunAgain_AndSeveralSideBySide()
    {
        var first = await RunAsync("certify", "wrong", "--out", Path.Combine(folder, "a"), "--seed", "1");
        await RunAsync("certify", "reference", "--out", Path.Combine(folder, "b"), "--seed", "1");
        string[] files = [Path.Combine(folder, "a", "report.json"), Path.Combine(folder, "b", "report.json")];

        var again = await RunAsync("report", files[0]);
        Assert.Equal(0, again.Code);
        Assert.Equal(WithoutFiles(first.Output), again.Output);

        var both = await RunAsync("report", files[0], files[1], "--out", Path.Combine(folder, "both"));
        Assert.Contains("| XS-049 | fail    | pass      |", both.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "both", "matrix.html")));
    }

    [Fact]
    public async Task OutputInAPipe_FitsIn80Columns_WithoutColourOrTrailingSpace()
    {
        foreach (string[] line in new string[][] { ["certify", "wrong", "--out", folder], ["list"], ["targets"], ["--help"], ["certify", "--help"] })
        {
            var run = await RunAsync(line);
            Assert.DoesNotContain('\u001b', run.Output);
            foreach (string text in run.Output.Split('\n'))
            {
                Assert.True(text.Length <= 80 || !text.Trim().Contains(' ', StringComparison.Ordinal), $"{line[0]}: {text.Length} columns: {text}");
                Assert.Equal(text.TrimEnd(), text);
            }
        }
    }

    [Theory]
    [InlineData("--help", "xenconf certify xenstored")]
    [InlineData("certify --help", "xenconf certify oxenstored --jobs 4")]
    [InlineData("list --help", "xenconf list --clauses 'XS-*'")]
    [InlineData("targets --help", "xenconf targets --json")]
    [InlineData("store --help", "xenconf store serve --socket /tmp/xs.sock")]
    [InlineData("store serve --help", "--trace /tmp/xs.jsonl")]
    [InlineData("report --help", "xenconf report out/")]
    [InlineData("completion --help", "source <(xenconf completion bash)")]
    public async Task Help_HasExamples_AndTheExitCodes(string line, string example)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains(example, run.Output, StringComparison.Ordinal);
        Assert.Contains("6  the target is not available", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_PrintsAScript_ThatAsksTheProgramItself(string shell)
    {
        var run = await RunAsync("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggestions_CompleteCommandsOptionsAndTargets()
    {
        Assert.Contains("certify\n", (await RunAsync("[suggest:10]", "xenconf ce")).Output, StringComparison.Ordinal);
        Assert.Contains("--strict\n", (await RunAsync("[suggest:18]", "xenconf certify --")).Output, StringComparison.Ordinal);
        Assert.Contains("wrong\n", (await RunAsync("[suggest:18]", "xenconf certify wr")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsThatOfTheProgram() => Assert.Matches(@"^\d+\.\d+\.\d+", (await RunAsync("--version")).Output);

    private static string WithoutFiles(string output) =>
        string.Concat(output.Split('\n').Where(line => !line.StartsWith("wrote ", StringComparison.Ordinal)).Select(line => line + '\n'))[..^1];

    private static Func<TextWriter, TextWriter, CliServices> Services(params FakeStoreTarget[] targets) => (output, error) => new CliServices
    {
        Output = output,
        Error = error,
        Cases = new Lazy<CaseCatalogue>(SampleCases.Catalogue),
        Targets = new TargetDirectory([.. targets.Select(TargetEntry.Of), new TargetEntry("socket", "PATH", "a socket", _ => new FakeStoreTarget())]),
    };

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) =>
        RunAsync(Services(new FakeStoreTarget { Name = "reference" }, SaysNo), CancellationToken.None, args);

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        Func<TextWriter, TextWriter, CliServices> services, CancellationToken stop, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await new Application(services(output, error)).RunAsync(args, stop);
        return (code, $"{output}", $"{error}");
    }
}
