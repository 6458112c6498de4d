using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Strategies;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>
/// Orders that must not be, put into the reference by hand in three places (<c>Races</c>): each is right in the plain order, is found in
/// another, made simpler, kept, drawn, and replayed from the file.
/// </summary>
public sealed class RaceTests : IDisposable
{
    private readonly MutantProgram program = new();
    private readonly string folder = Directory.CreateTempSubdirectory("conformance-race-").FullName;

    public void Dispose()
    {
        program.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(RaceCases.All), MemberType = typeof(RaceCases))]
    public void Race_IsRightInThePlainOrder_AndIsFoundSimplifiedDrawnAndReplayed(string name, string scenario, string strategy, int most, string rule, string fault)
    {
        var race = Mutant.Find(name);
        var image = Zoo.Compiler.Compile(race);
        string file = Path.Combine(folder, "race.schedule.json");
        using var series = new StrategySeries(Zoo.Compiler, program);
        var answers = series.Ask(race, image, [
            [new ProbeRequest(Strategy.Explorer.Name, scenario, Most: 1)],
            [new ProbeRequest(strategy, scenario, most) { ScheduleFile = file }]]);

        // The first order of the explorer is the plain one.
        var plain = Assert.Single(answers[0]);
        Assert.True(plain is { Schedules: 1, Rule: null }, $"expected the plain order to hide the race; came {plain}");
        var found = Assert.Single(answers[1]);
        Assert.True(found.Rule == rule && found.Found is not null && found.Kept is not null, $"expected the race to be found and to break {rule}; came {found}");
        Assert.True(
            (found.Kept.Deviations, found.Kept.Switches).CompareTo((found.Found.Deviations, found.Found.Switches)) <= 0,
            $"expected an order that is no more crooked than the one found; came {found}");

        string chart = Path.Combine(folder, "race.txt");
        var first = program.Replay(image, file, "--verbose", "--chart", chart);
        string drawn = File.ReadAllText(chart);
        var second = program.Replay(image, file, "--verbose", "--chart", chart);
        Assert.Equal(MutantRun.DoesNotConform, first.ExitCode);
        Assert.Contains($"{rule} after ", first.Output, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.Equal(drawn, File.ReadAllText(chart));
        Assert.True(drawn.Contains(fault, StringComparison.Ordinal), $"expected '{fault}' in the chart; came\n{drawn}");

        var healthy = program.Replay(Zoo.Compiler.Healthy, file);
        // It need not have each step of the mutant's order; a replay that lost turns says so, and is inconclusive.
        Assert.True(
            healthy.ExitCode is 0 or MutantRun.Inconclusive && healthy.Output.Contains("no failure after ", StringComparison.Ordinal)
                && (healthy.ExitCode == MutantRun.Inconclusive) == healthy.Output.Contains("could not be followed", StringComparison.Ordinal),
            $"expected the healthy reference not to fail in this order; came {healthy}");
    }

    /// <summary>
    /// What the model sees of a race in the plain order, in which the rules of the scenario see nothing: a state that is said before what it
    /// stands for is wrong at once, whoever looks then; a ring's barrier and a bus's flag are in no trace.
    /// </summary>
    [Theory]
    [InlineData("front-says-so-before-it-publishes", "I-00", "NG-004, the blame of the front")]
    [InlineData("bus-forgets-what-came-while-it-looked", "I-00", null)]
    [InlineData("ring-asks-before-it-publishes", "I-60", null)]
    public void Race_InThePlainOrder_IsSeenByTheModelWhereATraceShowsIt(string name, string scenario, string? seen)
    {
        var image = Zoo.Compiler.Compile(Mutant.Find(name));
        string[] asked = [scenario, "--bounds", "delays=0", "--threads", "1", "--out", folder];

        var bare = program.Explore(image, [.. asked, "--judge", "off"]);
        var judged = program.Explore(image, asked);

        Assert.True(bare.ExitCode == 0, $"expected the plain order to hide the race; came {bare}");
        Assert.True(judged.ExitCode == (seen is null ? 0 : MutantRun.DoesNotConform), $"expected the model to see {seen ?? "nothing"}; came {judged}");
        Assert.Contains(seen ?? "no failure", judged.Output, StringComparison.Ordinal);
        if (seen is not null)
        {
            var replay = program.Replay(image, Path.Combine(folder, $"{scenario}.schedule.json"));
            Assert.Equal(MutantRun.DoesNotConform, replay.ExitCode);
            Assert.Contains("the blame of the front", replay.Output, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Races() => [.. Mutant.Races.Select(race => race.Name)];

    [Theory]
    [MemberData(nameof(Races))]
    public void Race_IsToldApartByTheSuiteToo_WithTheClauseAndTheBlameOfItsHeader(string name)
    {
        var race = Mutant.Find(name);

        var run = program.Certify(Zoo.Compiler.Compile(race), race);

        Assert.True(
            run.ExitCode == MutantRun.DoesNotConform && run.KillersOf(race).Count > 0,
            $"expected a failure of {string.Join(" or ", race.Kills)} that blames {race.Blame}; came {run}");
    }
}
