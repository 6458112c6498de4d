using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Why a mutant was killed by nobody is told from what its first run does.</summary>
public sealed class SurvivorTests(StrategyTests.Probing probing) : IClassFixture<StrategyTests.Probing>
{
    [Fact]
    public void FirstRun_TellsTheStepThatAMutantLeavesOut_AndNoneWhereItDoesTheSame()
    {
        var healthy = HealthySteps.Of(probing.Series, ["I-30", "I-50"]);

        var shown = Assert.Single(Differences("XB-028-hotplug-status-left", "I-30"));
        Assert.Contains("51712/hotplug-status op=Rm", shown.Healthy, StringComparison.Ordinal);
        Assert.DoesNotContain("hotplug-status", shown.Came, StringComparison.Ordinal);
        Assert.Empty(Differences("BB-005-count-not-checked", "I-50"));

        IReadOnlyList<StepDifference> Differences(string name, string scenario)
        {
            var mutant = Mutant.Find(name);
            return healthy.Differences(probing.Series, mutant, Zoo.Compiler.Compile(mutant), [scenario]);
        }
    }

    [Theory]
    [InlineData("a b c", "a b c", null)]
    [InlineData("a b c", "a x c", "2 b x")]
    [InlineData("a b c", "a b", "3 c ")]
    [InlineData("a b", "a b c", "3  c")]
    public void Difference_IsTheFirstStepThatIsAnother_OrMissing_OrMore(string healthy, string came, string? expected)
    {
        var found = StepDifference.Between("I-06", healthy.Split(' '), came.Split(' '));

        Assert.Equal(expected, found is null ? null : $"{found.At} {found.Healthy} {found.Came}");
    }

    [Fact]
    public void Cover_ReachesWhatAllReach_WithoutWhatAddsNothing_AndTheMostInFront()
    {
        var methods = new Dictionary<string, int[]>(StringComparer.Ordinal)
        {
            ["small, and known of the next"] = [2],
            ["small, but new"] = [5, 6],
            ["largest"] = [1, 2, 3, 4],
            ["large, but known"] = [2, 3, 4],
        };

        var cover = CoverCommand.Choose([.. methods.Keys], RunOneAfterTheOther);

        Assert.Equal(["largest", "small, but new"], cover.Select(pair => pair.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], cover.SelectMany(pair => pair.Added));

        IReadOnlyList<IReadOnlyList<int>> RunOneAfterTheOther(IReadOnlyList<string> names)
        {
            var before = new HashSet<int>();
            return [.. names.Select(name => methods[name].Where(before.Add).ToList())];
        }
    }
}
