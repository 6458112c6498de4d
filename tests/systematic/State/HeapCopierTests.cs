using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.State;

public sealed class HeapCopierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(120)]
    [InlineData(180)]
    public void ACopyOfARun_IsTheSameState_AndGoesOnByItself(int steps)
    {
        var hasher = new StateHasher(takesSecond: true);
        var run = new Run(AttachScenarios.Plain, null);
        var choices = new SeededChoices((ulong)steps);
        Go(run, choices, steps);
        var before = hasher.Take(run.Driver, [.. run.Roots]);
        var copy = new HeapCopier().Copy(run);
        Assert.Equal(before, hasher.Take(copy.Driver, [.. copy.Roots]));

        // Each goes its own way, in the same order: neither is seen in the other.
        Go(copy, new SeededChoices(7), int.MaxValue);
        Assert.Equal(before, hasher.Take(run.Driver, [.. run.Roots]));
        var end = hasher.Take(copy.Driver, [.. copy.Roots]);
        Go(run, new SeededChoices(7), int.MaxValue);
        Assert.Equal(end, hasher.Take(run.Driver, [.. run.Roots]));
        Assert.True(run.IsOver && run.Failure is null, run.Failure?.ToString());
    }

    [Fact]
    public void WhatIsToldApartByIdentityInAHashTable_IsNotCopied() =>
        Assert.Throws<NotSupportedException>(() => new HeapCopier().Copy(new Dictionary<object, int> { [new object()] = 1 }));

    private static void Go(Run run, SeededChoices choices, int most)
    {
        for (int i = 0; i < most && !run.IsOver; i++)
        {
            var enabled = run.Driver.FindEnabled();
            if (enabled.Count == 0)
            {
                Assert.True(run.Driver.PassTime());
                enabled = run.Driver.FindEnabled();
            }

            run.Take(enabled[choices.Choose("fiber", enabled.Count)], null);
        }
    }
}
