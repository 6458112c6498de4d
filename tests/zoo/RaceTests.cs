using Conformance.Tests.Zoo.Machinery;
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
    public void Race_IsRightInThePlainOrder_AndIsFoundSimplifiedDrawnAndReplayed(string name, string scenario, string how, string rule, string fault)
    {
        var mutant = Zoo.Compiler.Compile(Mutant.Find(name));
        var plain = program.Explore(mutant, [scenario, "--threads", "1", "--bounds", "delays=0,outcomes=0,schedules=1"]);
        Assert.True(plain is { ExitCode: 0, Schedules: 1, Failure: null }, $"expected the plain order to hide the race; came {plain}");

        var found = program.Explore(mutant, [scenario, .. how.Split(' ')]);
        Assert.True(found.ExitCode == MutantRun.DoesNotConform && found.Failure is not null, $"expected the race to be found; came {found}");
        Assert.Equal(rule, found.Failure.Rule);
        Assert.True(
            (found.Failure.Kept.Deviations, found.Failure.Kept.Switches).CompareTo((found.Failure.Found.Deviations, found.Failure.Found.Switches)) <= 0,
            $"expected an order that is no more crooked than the one found; came {found.Failure}");

        string file = Path.Combine(folder, "race.schedule.json");
        File.Copy(Path.Combine(program.SchedulesFolder, $"{scenario}.schedule.json"), file);
        string chart = Path.Combine(folder, "race.txt");
        var first = program.Replay(mutant, file, "--verbose", "--chart", chart);
        string drawn = File.ReadAllText(chart);
        var second = program.Replay(mutant, file, "--verbose", "--chart", chart);
        Assert.Equal(MutantRun.DoesNotConform, first.ExitCode);
        Assert.Contains($"{rule} after ", first.Output, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.Equal(drawn, File.ReadAllText(chart));
        Assert.True(drawn.Contains(fault, StringComparison.Ordinal), $"expected '{fault}' in the chart; came\n{drawn}");

        var healthy = program.Replay(Zoo.Compiler.Healthy, file);
        Assert.True(healthy.ExitCode == 0, $"expected the healthy reference not to fail in this order; came {healthy}");
        Assert.Contains($"{rule} is not broken in this order any more", healthy.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
