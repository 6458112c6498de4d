using Conformance.Exploration.Engine;
using Conformance.Exploration.Schedules;
using static Conformance.Tests.Unit.Cli.ExploreTests;

namespace Conformance.Tests.Unit.Cli;

/// <summary><c>xenconf replay</c> as its callers see it.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conformance-replay-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Replay_OfAWrittenOrder_FailsAlike_AndShowsEachStep()
    {
        await RunAsync("explore", "bad", "--out", folder);
        string file = Path.Combine(folder, "bad.schedule.json");
        string chart = Path.Combine(folder, "chart.txt");

        var run = await RunAsync("replay", file, "--verbose", "--chart", chart);
        Assert.Equal((3, ""), (run.Code, run.Error));
        Assert.Contains("dom1/blkfront 51712 F11 51712 OK", run.Output, StringComparison.Ordinal);
        Assert.Contains("(writes Store", run.Output, StringComparison.Ordinal);
        Assert.Contains("XB-010 after", run.Output, StringComparison.Ordinal);
        string[] lines = await File.ReadAllLinesAsync(chart);
        Assert.Equal("bad an attach that must not connect", lines[0]);
        Assert.Matches("^ +.*dom0.*", lines[1]);
        Assert.Contains(lines, line => line.Contains("B12", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("front 3 back 4 grants 1 mapped 1 ports 1+1", StringComparison.Ordinal));
        Assert.Contains("  fails  XB-010", lines);
        Assert.Contains("  since  expected no disk, got one", lines);
        Assert.Equal(run.Output, (await RunAsync("replay", file, "--verbose", "--chart", chart)).Output);
    }

    [Theory]
    [InlineData("chart.svg", "<svg")]
    [InlineData("chart.mmd", "sequenceDiagram")]
    public async Task ReplayChart_IsOfTheKindOfItsFile(string name, string beginning)
    {
        await RunAsync("explore", "bad", "--out", folder);
        string chart = Path.Combine(folder, name);
        Assert.Equal(3, (await RunAsync("replay", Path.Combine(folder, "bad.schedule.json"), "--chart", chart)).Code);
        Assert.StartsWith(beginning, await File.ReadAllTextAsync(chart), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfAnOrderThatFailsNoMore_Exits0_AndSaysSo()
    {
        string file = Path.Combine(folder, "mended.json");
        var schedule = new ScheduleFile(Good.Name, [], Kind: FailureKind.Breach, Rule: "XB-010", Message: "was broken");
        await File.WriteAllTextAsync(file, schedule.Write());
        var run = await RunAsync("replay", file);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.EndsWith("XB-010 is not broken in this order any more\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A file is followed as far as it goes; where that was not to its end, the run tells nothing of its order.</summary>
    [Theory]
    [InlineData(null, 4, ", but 1 of 1 turns of the file could not be followed\n")]
    [InlineData("XB-010", 4, ", but 1 of 1 turns of the file could not be followed, so this says nothing of XB-010; explore again\n")]
    public async Task Replay_ThatCannotFollowItsFile_SaysHowManyTurns_AndIsInconclusive(string? rule, int code, string end)
    {
        string file = Path.Combine(folder, "other.json");
        var schedule = new ScheduleFile(Good.Name, [new Turn("nobody/here", 3, [])], Kind: rule is null ? null : FailureKind.Breach, Rule: rule);
        await File.WriteAllTextAsync(file, schedule.Write());
        var run = await RunAsync("replay", file);
        Assert.Equal((code, ""), (run.Code, run.Error));
        Assert.EndsWith(end, Join(run.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfATurnThatIsNonsense_IsBadUsage_AndNoBlame()
    {
        string file = Path.Combine(folder, "nonsense.json");
        await File.WriteAllTextAsync(file, $$"""{"experiment": "{{Good.Name}}", "turns": [{"fiber": "", "steps": 1, "outcomes": [-1]}]}""");
        var run = await RunAsync("replay", file);
        Assert.Equal(
            (5, "", $"xenconf: {file}: expected outcomes from 0 in turn 1 of a schedule file, got -1; mend it, or write the file anew with explore\n"),
            run);
    }

    [Fact]
    public async Task ReplayChart_ThatCannotBeWritten_IsBadUsage_AndSpeaksOfTheChart()
    {
        string file = Path.Combine(folder, "plain.json");
        await File.WriteAllTextAsync(file, new ScheduleFile(Good.Name, []).Write());
        string chart = Path.Combine(folder, "absent", "chart.svg");
        var run = await RunAsync("replay", file, "--chart", chart);
        Assert.Equal(5, run.Code);
        Assert.StartsWith($"xenconf: expected a file to write the chart to, found '{chart}': ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("; name another\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfAFileThatIsNoSchedule_IsBadUsage()
    {
        string file = Path.Combine(folder, "no.json");
        await File.WriteAllTextAsync(file, "no");
        var run = await RunAsync("replay", file);
        Assert.Equal((5, ""), (run.Code, run.Output));
        Assert.StartsWith($"xenconf: {file}: expected a schedule file", run.Error, StringComparison.Ordinal);
    }
}
