using Conformance.Exploration.Coyote;
using Conformance.Exploration.Scenarios;
using Xunit.Abstractions;

namespace Conformance.Tests.Systematic.Coyote;

/// <summary>The explorer's scenarios under Coyote, unchanged, with the same checks and the obligations beside them.</summary>
public sealed class CoyoteScenarioTests(ITestOutputHelper output)
{
    private const uint Seed = 511;

    public static TheoryData<CoyoteStrategy> Strategies => [.. Enum.GetValues<CoyoteStrategy>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void EveryScenario_EndsAsItMust_UnderEveryStrategy(CoyoteStrategy strategy)
    {
        Assert.NotEmpty(ScenarioCatalogue.All);
        foreach (var scenario in ScenarioCatalogue.All)
        {
            var report = CoyoteRun.Run(scenario, new CoyoteOptions { Strategy = strategy, Iterations = 3, Seed = Seed });
            output.WriteLine($"{scenario} by {strategy}, seed {Seed}: {report.Iterations} runs, {report.Steps} steps");
            Assert.True(report.Failure is null, $"{scenario} by {strategy}, seed {Seed}: {report.Failure}");
            Assert.Equal((3, 0), (report.Iterations, report.CutOff));
        }
    }
}
