using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>Mutants that chance finds in a scenario within twenty schedules, where the healthy reference does not fail.</summary>
public sealed class StrategyTests : IDisposable
{
    private const int Most = 20;

    private readonly MutantProgram program = new();

    public void Dispose() => program.Dispose();

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", "I-06", "Connected")]
    [InlineData("Z-261-cancelled-suspend-stays-stopped", "I-50", "standstill")]
    [InlineData("Z-017-failed-set-up-keeps-its-pages", "I-07", "FailedAttach")]
    [InlineData("Z-237-port-stays-bound", "I-08", "FailedAttach")]
    public void Mutant_IsFoundByRandomAndByPct_WhereTheHealthyReferenceIsClean(string name, string scenario, string rule)
    {
        var mutant = Zoo.Compiler.Compile(Mutant.Find(name));
        foreach (var strategy in new[] { Strategy.Random(Most), Strategy.Pct(Most) })
        {
            var healthy = program.Explore(Zoo.Compiler.Healthy, [scenario, .. strategy.Arguments]);
            Assert.True(healthy is { ExitCode: 0, Schedules: Most, Failure: null }, $"{strategy}: expected the healthy reference to be clean; came {healthy}");

            var killed = program.Explore(mutant, [scenario, .. strategy.Arguments]);
            Assert.True(killed.ExitCode == MutantRun.DoesNotConform && killed.Failure?.Rule == rule, $"{strategy}: expected a failure of {rule}; came {killed}");
            Assert.InRange(killed.Schedules, 1, Most);
        }
    }
}
