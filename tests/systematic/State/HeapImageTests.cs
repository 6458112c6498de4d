using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.State;

public sealed class HeapImageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(120)]
    [InlineData(180)]
    public void ARunThatIsBroughtBack_IsTheSameState_AndGoesOnFromThere(int steps)
    {
        var image = new HeapImage(takesSecond: true);
        var run = new Run(AttachScenarios.Plain, null);
        Go(run, image, new SeededChoices((ulong)steps), steps);
        var before = Take(image, run);
        var version = image.Keep(run);
        version.Hold();

        var ends = new List<StateKey>();
        for (ulong seed = 0; seed < 6; seed++)
        {
            Go(run, image, new SeededChoices(seed / 2), int.MaxValue);
            Assert.True(run.IsOver && run.Failure is null, run.Failure?.ToString());
            ends.Add(Take(image, run));
            image.Restore(version);
            Assert.False(run.IsOver);
            Assert.Equal(before, Take(image, run));
            Assert.Equal(before, Take(new HeapImage(takesSecond: true), run));
        }

        // The same order twice, from the same place, ends the same.
        Assert.Equal(ends[0], ends[1]);
        Assert.Equal(ends[2], ends[3]);
        Assert.Equal(ends[4], ends[5]);
    }

    [Fact]
    public void AtEveryStep_WhatIsReadOnlyWhereItChanged_IsWhatIsReadAnew()
    {
        var image = new HeapImage(takesSecond: true);
        var run = new Run(AttachScenarios.Plain, null);
        var choices = new SeededChoices(3);
        int looks = 0;
        for (; !run.IsOver; looks++)
        {
            Assert.Equal(Take(new HeapImage(takesSecond: true), run), Take(image, run));
            Go(run, image, choices, 1);
        }

        Assert.True(looks > 150, $"expected a run of some length, got {looks} steps");
    }

    [Fact]
    public void VersionsThatAreHeld_ComeBackInAnyOrder_ThoughManyObjectsWereForgottenBetween()
    {
        var image = new HeapImage();
        var run = new Run(AttachScenarios.Plain, null);
        var choices = new SeededChoices(5);
        var kept = new List<(StateKey Key, HeapVersion Version)>();
        for (int i = 0; i < 8; i++)
        {
            Go(run, image, choices, 20);
            kept.Add((Take(image, run), image.Keep(run)));
            kept[^1].Version.Hold();
        }

        // Each run to the end makes some hundred objects that nobody needs afterwards.
        for (int i = 0; i < 400; i++)
        {
            var (key, version) = kept[i * 5 % kept.Count];
            image.Restore(version);
            Assert.Equal(key, Take(image, run));
            Go(run, image, new SeededChoices((ulong)i), 30);
        }
    }

    [Fact]
    public void WhatIsToldApartByIdentityInAHashTable_ComesBack()
    {
        object first = new();
        var table = new Dictionary<object, int> { [first] = 1 };
        var driver = new SteppedDriver(new SeededChoices(0));
        var image = new HeapImage();
        image.Take(driver, table);
        var version = image.Keep(table);
        table[new object()] = 2;
        table[first] = 3;
        image.Leave();

        image.Restore(version);

        Assert.Equal(1, table[Assert.Single(table.Keys)]);
    }

    [Fact]
    public void WhatHasAPartOutsideTheHeap_CannotBeKept()
    {
        using var outside = new ManualResetEvent(false);
        object[] holder = [outside];
        var image = new HeapImage();
        image.Take(new SteppedDriver(new SeededChoices(0)), holder);

        Assert.Throws<NotSupportedException>(() => image.Keep(holder));
    }

    [Fact]
    public void ARunThatHasGoneOn_IsLookedAtBeforeItIsKept()
    {
        var image = new HeapImage();
        var run = new Run(AttachScenarios.Plain, null);
        Take(image, run);
        image.Leave();

        Assert.Throws<InvalidOperationException>(() => image.Keep(run));
    }

    private static StateKey Take(HeapImage image, Run run) => image.Take(run.Driver, [.. run.Roots]);

    private static void Go(Run run, HeapImage image, SeededChoices choices, int most)
    {
        for (int i = 0; i < most && !run.IsOver; i++)
        {
            var enabled = run.Driver.FindEnabledInTime();
            Assert.NotEmpty(enabled);
            run.Take(enabled[choices.Choose("fiber", enabled.Count)], null);
        }

        image.Leave();
    }
}
