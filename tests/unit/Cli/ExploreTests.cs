using System.Text.Json;
using Conformance.Cli;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Model.Judging;
using Conformance.Samples.HastyFront;

namespace Conformance.Tests.Unit.Cli;

/// <summary><c>xenconf explore</c> and <c>xenconf replay</c> as their callers see them.</summary>
public sealed class ExploreTests : IDisposable
{
    internal static readonly Scenario Good = AttachScenarios.Plain with { Bounds = new Bounds { Schedules = 1 } };

    internal static readonly Scenario Bad = Good with
    {
        Name = "bad",
        Title = "an attach that must not connect",

        // So many that the first run comes to its end.
        Bounds = new Bounds { States = 2000 },
        End = new EndPredicate("never", static (_, _) => ValueTask.FromResult<Breach?>(new Breach("XB-010", "expected no disk, got one"))),
    };

    private static readonly Scenario Odd = ScenarioCatalogue.Find("I-05")! with { Name = "odd", Title = "a front that is odd", Odd = null };

    private readonly string folder = Directory.CreateTempSubdirectory("conformance-explore-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Explore_OfAScenarioThatHolds_Exits0_WithATable_AndSaysWhatBoundItReached()
    {
        var run = await RunAsync("explore", Good.Name, "--threads", "1", "--out", folder);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("| scenario |", run.Output, StringComparison.Ordinal);
        Assert.Contains("schedules=1", run.Output, StringComparison.Ordinal);
        Assert.Contains("no: schedules", run.Output, StringComparison.Ordinal);
        Assert.Contains("orders: those from beginning to end whose every state and step was covered", run.Output, StringComparison.Ordinal);
        Assert.Matches("no failure in 1 scenario, 0 covered in every order; [0-9]+ s\n$", run.Output);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task Explore_OfAScenarioThatFails_Exits3_WritesTheOrder_AndDrawsIt()
    {
        var run = await RunAsync("explore", "--all", "--threads", "1", "--out", folder);
        string file = Path.Combine(folder, "bad.schedule.json");
        Assert.Equal((3, ""), (run.Code, run.Error));
        Assert.Contains("fails: XB-010", run.Output, StringComparison.Ordinal);
        Assert.Contains("expected no disk, got one", run.Output, StringComparison.Ordinal);
        Assert.Contains($"wrote {file}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("F11", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 scenario of 2 can fail: bad\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(("bad", "XB-010"), (ScheduleFile.Parse(await File.ReadAllTextAsync(file)).Experiment, ScheduleFile.Parse(await File.ReadAllTextAsync(file)).Rule));
    }

    /// <summary>The front of the scenario commits without having published, and the scenario does not say so: only the model sees it.</summary>
    [Fact]
    [Trait("Clause", "NG-004")]
    public async Task Explore_IsJudgedByTheModel_WhichNamesClauseAndBlame_InTextJsonAndFile_UnlessItIsOff()
    {
        string[] asked = ["explore", "odd", "--bounds", "delays=0", "--threads", "1", "--out", folder];
        var text = await RunOddAsync(asked);
        Assert.Equal(3, text.Code);
        Assert.Contains("a front that is odd: NG-004, the blame of the front\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("judged by the connection model: yes\n", text.Output, StringComparison.Ordinal);

        var row = JsonDocument.Parse((await RunOddAsync([.. asked, "--json"])).Output).RootElement.GetProperty("scenarios")[0];
        Assert.Equal(("NG-004", "front", "yes"), (row.GetProperty("rule").GetString(), row.GetProperty("blame").GetString(), row.GetProperty("judged").GetString()));
        string file = Path.Combine(folder, "odd.schedule.json");
        var kept = ScheduleFile.Parse(await File.ReadAllTextAsync(file));
        Assert.Equal(("NG-004", Blame.Front, true), (kept.Rule, kept.Blame, kept.Judged));

        var replay = await RunOddAsync("replay", file);
        Assert.Equal(3, replay.Code);
        Assert.Contains("NG-004 after ", replay.Output, StringComparison.Ordinal);
        Assert.Contains("the blame of the front", replay.Output, StringComparison.Ordinal);

        var off = await RunOddAsync([.. asked, "--judge", "off"]);
        Assert.Equal(0, off.Code);
        Assert.Contains("judged by the connection model: no: --judge off\n", off.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunOddAsync("replay", file, "--judge", "off")).Code);

        static Task<(int Code, string Output)> RunOddAsync(params string[] args) => RunAsync(TimeProvider.System, [Odd], args);
    }

    /// <summary>What the scenario says somebody does out of order is no failure, and the user is told what is not judged.</summary>
    [Fact]
    public async Task Explore_OfAScenarioWithSomebodyOdd_SaysWhatIsNotJudged()
    {
        var run = await RunAsync(TimeProvider.System, [Odd with { Odd = Blame.Front }], "explore", "odd", "--bounds", "delays=0", "--out", folder);
        Assert.Equal(0, run.Code);
        Assert.Contains("judged by the connection model: yes, but for what the front does that the model does not allow", Join(run.Output), StringComparison.Ordinal);
    }

    /// <summary>A run that fails is lost to nobody: who cannot keep it hears of it before the first one.</summary>
    [Fact]
    public async Task Explore_IntoAFolderThatCannotBe_Exits5_BeforeItBegins_AndLeavesNoEmptyFolder()
    {
        string file = Path.Combine(folder, "taken");
        await File.WriteAllTextAsync(file, "");
        var run = await RunAsync("explore", "bad", "--out", file);
        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.StartsWith($"xenconf: expected a folder to write to, found '{file}': ", run.Error, StringComparison.Ordinal);

        string unused = Path.Combine(folder, "unused");
        Assert.Equal(0, (await RunAsync("explore", Good.Name, "--out", unused)).Code);
        Assert.False(Directory.Exists(unused));
    }

    [Fact]
    public async Task Explore_ThatCannotKeepAnOrderAfterAll_ShowsItFirst_AndThenSaysSo()
    {
        string place = Path.Combine(folder, "place");
        var bad = Bad with
        {
            End = new EndPredicate("never", (_, _) =>
            {
                File.WriteAllText(place, "");
                return ValueTask.FromResult<Breach?>(new Breach("XB-010", "expected no disk, got one"));
            }),
        };
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await new Application(CliServices.Plain(output, error) with { Scenarios = [bad] }).RunAsync(["explore", "bad", "--threads", "1", "--out", place], CancellationToken.None);
        Assert.Equal(5, code);
        Assert.Contains("fails: XB-010", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("1 scenario of 1 can fail: bad\n", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"xenconf: expected a folder to write to, found '{place}': ", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A participant that keeps count from run to run: what was explored is not what a file would replay.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Explore_OfAScenarioThatDiffersFromRunToRun_Exits4_AndSaysWhatDiffered(bool isCoyote)
    {
        int runs = 0;
        var unsteady = Good with
        {
            Name = "unsteady",
            Play = world =>
            {
                var store = world.Stranger("count");
                int reads = Interlocked.Increment(ref runs) % 3;
                world.Fate("count", async () =>
                {
                    for (int i = 0; i < reads; i++)
                    {
                        await store.FindAsync("/count");
                    }
                });
                Good.Play(world);
            },
        };
        var run = await RunAsync(TimeProvider.System, [unsteady], ["explore", "unsteady", "--threads", "1", "--out", folder, .. isCoyote ? ["--coyote", "pct", "--iterations", "1"] : Array.Empty<string>()]);
        Assert.Equal(4, run.Code);
        Assert.Contains("two runs of one order differ\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("fate", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("no failure that comes again, but 1 of 1 scenario cannot be explored: two runs of one order differ\n", Join(run.Output), StringComparison.Ordinal);
    }

    /// <summary>The explorer comes back to a state and finds nobody whom it had seen there.</summary>
    [Fact]
    public async Task Explore_OfAScenarioThatIsAnotherInTheMiddle_Exits4_AndIsNoErrorOfOurs()
    {
        int runs = 0;
        var unsteady = Good with
        {
            Name = "unsteady",
            Bounds = new Bounds { Schedules = 20 },
            Play = world =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                {
                    // A stream cannot be brought back, so that every run begins at the beginning.
                    var kept = new MemoryStream();
                    world.Fate("only once", async () =>
                    {
                        await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                        GC.KeepAlive(kept);
                    });
                }

                Good.Play(world);
            },
        };
        var run = await RunAsync(TimeProvider.System, [unsteady], "explore", "unsteady", "--threads", "2", "--out", folder);
        Assert.Equal(4, run.Code);
        Assert.EndsWith("cannot be explored: two runs of one order differ\n", Join(run.Output), StringComparison.Ordinal);
    }

    /// <summary>It fails in the first run alone, which no file could show again.</summary>
    [Fact]
    public async Task Explore_WithAFailureThatDoesNotComeAgain_Exits4_AndWritesNoOrder()
    {
        int runs = 0;
        var once = Bad with
        {
            Name = "once",
            End = new EndPredicate("once", (_, _) => ValueTask.FromResult(Interlocked.Increment(ref runs) == 1 ? new Breach("XB-010", "expected no disk, got one") : null)),
        };
        var run = await RunAsync(TimeProvider.System, [once], "explore", "once", "--threads", "1", "--out", folder);
        Assert.Equal(4, run.Code);
        Assert.Contains("XB-010; then no failure\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task ExploreAll_NamesTheScenariosThatAreJudgedInAnotherWayThanMost()
    {
        var plain = Good with { Bounds = new Bounds { Delays = 0 } };
        var domains = ScenarioCatalogue.Find("I-43")! with { Bounds = plain.Bounds };
        var run = await RunAsync(TimeProvider.System, [plain, domains, plain with { Name = "second" }], "explore", "--all", "--out", folder);
        Assert.Equal(0, run.Code);
        Assert.Contains(
            "judged by the connection model: yes (all but those below)\njudged by the connection model: no: it offers no connection to be judged (I-43)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explore_OfSomebodysDriver_FindsItsDefect_AndReplaysIt()
    {
        string driver = typeof(HastyFront).Assembly.Location;
        var list = await RunAsync("explore", "--driver", driver, "--list");
        Assert.Contains("hasty-front attach to the reference back\n", list.Output, StringComparison.Ordinal);
        Assert.Contains("patient-front ", list.Output, StringComparison.Ordinal);

        var run = await RunAsync("explore", "hasty-front", "--driver", driver, "--out", folder);
        Assert.Equal((3, ""), (run.Code, run.Error));
        Assert.Contains(" of the back", run.Output.ReplaceLineEndings(" ").Replace("    ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("ring-ref", run.Output, StringComparison.Ordinal);

        string file = Path.Combine(folder, "hasty-front.schedule.json");
        Assert.Equal(3, (await RunAsync("replay", file, "--driver", driver)).Code);
        Assert.Equal(
            (5, $"xenconf: {file}: expected a schedule of one of our scenarios, found one of 'hasty-front'; if it is of a driver of your own, name its assembly with --driver\n"),
            await WithoutDriverAsync());

        async Task<(int, string)> WithoutDriverAsync()
        {
            var replay = await RunAsync("replay", file);
            return (replay.Code, replay.Error);
        }
    }

    [Fact]
    public async Task Driver_ThatIsNone_Exits5_AndSaysWhatWasExpected()
    {
        string text = Path.Combine(folder, "driver.dll");
        await File.WriteAllTextAsync(text, "no assembly");
        foreach (string path in (string[])[text, Path.Combine(folder, "absent.dll")])
        {
            var run = await RunAsync("explore", "--driver", path, "--list");
            Assert.Equal((5, ""), (run.Code, run.Output));
            Assert.StartsWith($"xenconf: {path}: expected a .NET assembly built against this version, found none that can be loaded: ", run.Error, StringComparison.Ordinal);
        }

        var none = await RunAsync("explore", "--driver", typeof(Bounds).Assembly.Location, "--all");
        Assert.Equal(5, none.Code);
        Assert.Contains("expected a public class that derives from FrontExperiment", none.Error, StringComparison.Ordinal);
    }

    /// <summary>A name is asked for on the command line, and is that of a file.</summary>
    [Theory]
    [InlineData("../up/and/away", "expected scenarios whose names can be those of files, found '../up/and/away' of Conformance.Tests.Unit.Cli.NamedFront; give it another")]
    [InlineData("", "expected scenarios whose names can be those of files, found '' of Conformance.Tests.Unit.Cli.NamedFront; give it another")]
    [InlineData("Other", "expected scenarios of different names, found 'Other' of Conformance.Tests.Unit.Cli.NamedFront and Conformance.Tests.Unit.Cli.OtherFront; give one of them another")]
    public async Task Driver_WithANameThatCannotBe_Exits5_BeforeAnythingRuns(string name, string error)
    {
        string driver = typeof(NamedFront).Assembly.Location;
        NamedFront.Given = name;
        var run = await RunAsync("explore", "--driver", driver, "--all", "--out", folder);
        Assert.Equal((5, "", $"xenconf: {driver}: {error}\n"), (run.Code, run.Output, run.Error));
        NamedFront.Given = "named";
        Assert.Equal("named attach to the reference back\nother attach to the reference back\n", string.Concat((await RunAsync("explore", "--driver", driver, "--list")).Output.Split('\n').Where(line => line.Contains("attach", StringComparison.Ordinal)).Select(line => line + "\n")));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("pct")]
    [InlineData("delay")]
    [InlineData("qlearning")]
    public async Task Explore_UnderCoyote_FindsAndWritesBothRecords(string strategy)
    {
        var run = await RunAsync("explore", "bad", "--coyote", strategy, "--iterations", "2", "--seed", "9", "--out", folder);
        Assert.Equal((3, ""), (run.Code, run.Error));
        Assert.StartsWith("seed 9\n", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "bad.coyote.json")));
        Assert.Equal(3, (await RunAsync("replay", Path.Combine(folder, "bad.schedule.json"))).Code);
        var good = await RunAsync("explore", Good.Name, "--coyote", strategy, "--iterations", "2", "--seed", "9", "--out", folder);
        Assert.Equal((0, ""), (good.Code, good.Error));
        Assert.Contains($"{strategy}, 2 runs", good.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explore_AsJson_HasTheSameRows()
    {
        var run = await RunAsync("explore", "--all", "--json", "--out", folder);
        Assert.Equal(3, run.Code);
        var rows = JsonDocument.Parse(run.Output).RootElement.GetProperty("scenarios");
        Assert.Equal([Good.Name, "bad"], rows.EnumerateArray().Select(row => row.GetProperty("scenario").GetString()));
        Assert.True(rows[0].GetProperty("states").GetInt64() >= 20);
        Assert.False(rows[0].TryGetProperty("rule", out _));
        Assert.Equal("XB-010", rows[1].GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData("random", false)]
    [InlineData("pct", false)]
    [InlineData("qlearning", true)]
    public async Task Explore_UnderCoyote_CountsStatesOnlyWhereTheStrategyLearnsFromThem(string strategy, bool isCounted)
    {
        var run = await RunAsync("explore", Good.Name, "--coyote", strategy, "--iterations", "2", "--seed", "9", "--json", "--out", folder);
        var row = JsonDocument.Parse(run.Output).RootElement.GetProperty("scenarios")[0];
        Assert.Equal(isCounted, row.TryGetProperty("states", out var states) && states.GetInt64() > 0);
        Assert.True(row.GetProperty("transitions").GetInt64() > 0);
    }

    [Fact]
    public async Task ExploreList_NamesEachScenario_WithItsClauses()
    {
        var run = await RunAsync("explore", "--list");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"{Good.Name} {Good.Title}\n    clauses: XB-010", run.Output, StringComparison.Ordinal);
        Assert.Contains("bad an attach that must not connect\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explore", "expected either a scenario or --all, found neither; see `xenconf explore --list`")]
    [InlineData("explore bad --all", "expected either a scenario or --all, found both; see `xenconf explore --list`")]
    [InlineData("explore bat", "expected a scenario, found 'bat'; did you mean bad?; see `xenconf explore --list`")]
    [InlineData("explore bad --coyote dfs", "expected a strategy (random, pct, delay, qlearning) for --coyote, found 'dfs'")]
    [InlineData("explore bad --seed 3", "expected --coyote beside --seed, found --seed alone; the explorer has no chance in it")]
    [InlineData("explore bad --coyote pct --bounds states=3", "expected --bounds without --coyote, found both; Coyote's runs are bounded by --iterations")]
    [InlineData("explore bad --coyote pct --minutes 3", "expected --minutes without --coyote, found both; Coyote's runs are bounded by --iterations")]
    [InlineData("explore bad --judge maybe", "expected on or off for --judge, found 'maybe'; see `xenconf explore --help`")]
    [InlineData("replay /nowhere/at/all", "expected a file that can be read, found '/nowhere/at/all': there is no such file")]
    public async Task BadUsage_Exits5_AndSaysWhatWasExpected(string line, string error)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((5, "", $"xenconf: {error}\n"), (run.Code, run.Output, run.Error));
    }

    [Theory]
    [InlineData("delays=0,outcomes=1", "delays 0")]
    [InlineData("preemptions=0,states=9", "preemptions 0, states 9")]
    public async Task Bounds_AreThoseGiven_AndTheReportNamesThem(string given, string reached)
    {
        var row = await RowAsync(given);
        Assert.Equal(given.Replace(",", ", ", StringComparison.Ordinal), row.GetProperty("bounds").GetString());
        Assert.Equal(reached, string.Join(", ", row.GetProperty("cutOffBy").EnumerateArray().Select(bound => bound.GetString())));

        async Task<JsonElement> RowAsync(string bounds)
        {
            var json = await RunAsync("explore", Good.Name, "--threads", "1", "--bounds", bounds, "--json", "--out", folder);
            return JsonDocument.Parse(json.Output).RootElement.GetProperty("scenarios")[0];
        }
    }

    /// <summary>The clock of the test is past every limit before the first scenario begins.</summary>
    [Fact]
    public async Task ExploreAll_WhoseMinutesAreOver_RunsNothing_SaysSo_AndExits4()
    {
        var clock = new HandClock { MinutesEachLook = 1 };
        var run = await RunAsync(clock, [Good, Good with { Name = "second" }], "explore", "--all", "--minutes", "1", "--json", "--out", folder);
        Assert.Equal(4, run.Code);
        var rows = JsonDocument.Parse(run.Output).RootElement.GetProperty("scenarios");
        Assert.Equal([Good.Name, "second"], rows.EnumerateArray().Select(row => row.GetProperty("scenario").GetString()));
        Assert.All(rows.EnumerateArray(), row =>
        {
            Assert.False(row.GetProperty("ran").GetBoolean());
            Assert.Equal(0, row.GetProperty("transitions").GetInt64());
            Assert.Equal("time 60 s for all", row.GetProperty("cutOffBy")[0].GetString());
        });
    }

    /// <summary>The clock of the test goes past the limit as the first scenario ends: nothing of the second is seen.</summary>
    [Theory]
    [InlineData(false, 4, "no failure, but in 1 of 2 scenarios no run came to its end; give wider bounds, more time or fewer scenarios\n")]
    [InlineData(true, 3, "1 scenario of 2 can fail: first\n")]
    public async Task ExploreAll_WithAScenarioThatGetsNoTime_IsNoPass_AndAFailureWins(bool fails, int code, string headline)
    {
        var clock = new HandClock();
        var first = Bad with
        {
            Name = "first",
            Bounds = new Bounds { Delays = 0 },
            End = new EndPredicate("late", (_, _) =>
            {
                clock.Minutes = 2;
                return ValueTask.FromResult(fails ? new Breach("XB-010", "expected no disk, got one") : null);
            }),
        };
        var run = await RunAsync(clock, [first, Good with { Name = "second" }], "explore", "--all", "--minutes", "1", "--threads", "1", "--out", folder);
        Assert.Equal(code, run.Code);
        Assert.Contains("not run", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(headline, Join(run.Output), StringComparison.Ordinal);
    }

    /// <summary>The first of four takes more than its fourth of the time, the others next to nothing: it is explored again with what they left.</summary>
    [Theory]
    [InlineData("8", "delays 1")]
    [InlineData("4", "time 60 s")]
    public async Task ExploreAll_WithAScenarioWhoseShareIsTooShort_GivesItWhatTheOthersLeft_IfThatIsMuchMore(string minutes, string cutOffBy)
    {
        var clock = new HandClock();
        var slow = Good with
        {
            Name = "slow",
            Bounds = new Bounds { Delays = 1 },
            End = new EndPredicate("slow", (_, _) =>
            {
                clock.Minutes = Math.Max(clock.Minutes, 2);
                return default;
            }),
        };
        var quick = Good with { Bounds = new Bounds { Delays = 0 } };
        Scenario[] all = [slow, quick with { Name = "second" }, quick with { Name = "third" }, quick with { Name = "fourth" }];
        var run = await RunAsync(clock, all, "explore", "--all", "--minutes", minutes, "--threads", "1", "--json", "--out", folder);
        Assert.Equal(0, run.Code);
        var rows = JsonDocument.Parse(run.Output).RootElement.GetProperty("scenarios");
        Assert.Equal(["slow", "second", "third", "fourth"], rows.EnumerateArray().Select(row => row.GetProperty("scenario").GetString()));
        Assert.Equal(cutOffBy, string.Join(", ", rows[0].GetProperty("cutOffBy").EnumerateArray().Select(cut => cut.GetString())));
    }

    /// <summary>Steps were taken, but what must hold at the end of a run was never looked at.</summary>
    [Theory]
    [InlineData("depth=3", "depth 3")]
    [InlineData("states=2", "states 2")]
    public async Task Explore_InWhichNoRunCameToItsEnd_IsNoPass_Exits4_AndNamesTheBound(string given, string reached)
    {
        var run = await RunAsync("explore", Good.Name, "--threads", "1", "--bounds", given, "--out", folder);
        Assert.Equal((4, ""), (run.Code, run.Error));
        Assert.Contains(given, run.Output, StringComparison.Ordinal);
        Assert.Contains($"no end: {reached}", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("no failure, but in 1 of 1 scenario no run came to its end; give wider bounds, more time or fewer scenarios\n", Join(run.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExploreHelp_NamesItsArgumentInAWord_NotByEveryScenario()
    {
        var run = await RunAsync("explore", "--help");
        Assert.Contains("<SCENARIO>", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Bad.Name + ">", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("|" + Bad.Name, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("speed=1", "speed=1")]
    [InlineData("preemptions", "preemptions")]
    [InlineData("states=-3", "states=-3")]
    public async Task BoundsThatAreNone_AreBadUsage(string given, string found)
    {
        var run = await RunAsync("explore", "bad", "--bounds", given);
        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.StartsWith("xenconf: expected bounds such as delays=2", run.Error, StringComparison.Ordinal);
        Assert.Contains($"for --bounds, found '{found}'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explore_WithABoundOnSchedules_TakesSoMany_AndSaysSo()
    {
        var run = await RunAsync("explore", Good.Name, "--bounds", "schedules=7", "--threads", "1", "--json");
        var row = JsonDocument.Parse(run.Output).RootElement.GetProperty("scenarios")[0];
        Assert.Equal((7, "schedules=7"), (row.GetProperty("runs").GetInt32(), row.GetProperty("bounds").GetString()));
        Assert.Equal("schedules 7", Assert.Single(row.GetProperty("cutOffBy").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData(false, "bad,worse")]
    [InlineData(true, "bad")]
    public async Task ExploreFirst_EndsWithTheScenarioThatFails(bool isFirst, string expected)
    {
        using var output = new StringWriter();
        var services = CliServices.Plain(output, TextWriter.Null) with { Scenarios = [Bad, Bad with { Name = "worse" }] };
        int code = await new Application(services).RunAsync(["explore", "--all", "--json", "--threads", "1", "--out", folder, .. isFirst ? ["--first"] : Array.Empty<string>()], CancellationToken.None);
        var rows = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("scenarios").EnumerateArray();
        Assert.Equal((3, expected), (code, string.Join(',', rows.Select(row => row.GetProperty("scenario").GetString()))));
    }

    [Fact]
    public async Task Explore_ThatIsStopped_Exits4()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var run = await RunAsync(stop.Token, "explore", "--all");
        Assert.Equal(4, run.Code);
        Assert.EndsWith("stopped after 0 of 2 scenarios: no failure in 0 scenarios, 0 covered in every order; 0 s\n", Join(run.Output), StringComparison.Ordinal);
    }

    internal static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    private static async Task<(int Code, string Output, string Error)> RunAsync(CancellationToken stop, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await new Application(CliServices.Plain(output, error) with { Scenarios = [Good, Bad] }).RunAsync(args, stop);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task<(int Code, string Output)> RunAsync(TimeProvider clock, Scenario[] scenarios, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var services = CliServices.Plain(output, TextWriter.Null) with { Scenarios = scenarios, Time = clock };
        return (await new Application(services).RunAsync(args, CancellationToken.None), output.ToString());
    }

    /// <summary>What a page says, without its breaks: it is as wide as a console.</summary>
    internal static string Join(string page) => page.TrimEnd().ReplaceLineEndings(" ") + "\n";

    /// <summary>Stands where it is put, or goes on with each look.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long looks;

        public long Minutes { get; set; }

        public int MinutesEachLook { get; init; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.TicksPerMinute * (Minutes + (MinutesEachLook * Interlocked.Increment(ref looks)));
    }
}
