using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.State;

public sealed class FingerprintTests
{
    [Fact]
    public void WhatSaysNothing_IsLeftOut() => Assert.Equal(Take(new Sample { Scratch = 1 }), Take(new Sample { Scratch = 2 }));

    [Fact]
    public void WhatIsState_IsTakenIn() => Assert.NotEqual(Take(new Sample { Value = 1 }), Take(new Sample { Value = 2 }));

    /// <summary>Zeros at the end of an array are not read, but where a value stands counts.</summary>
    [Fact]
    public void WhereAValueStandsInAnArray_IsState()
    {
        Assert.Equal(3, Enumerable.Range(0, 3).Select(at => Take(Enumerable.Range(0, 3).Select(i => i == at ? 1 : 0).ToArray())).Distinct().Count());
        Assert.Equal(8, Enumerable.Range(0, 8).Select(at => Take(Enumerable.Range(0, 8).Select(i => i == at).ToArray())).Distinct().Count());
        Assert.Equal(4, Enumerable.Range(0, 4).Select(at => Take(Enumerable.Range(0, 4096).Select(i => (byte)(i == 4 * at ? 1 : 0)).ToArray())).Distinct().Count());
        Assert.NotEqual(Take(new int[2]), Take(new int[1]));
    }

    [Fact]
    public void Labels_AreOnlyToldApart()
    {
        Assert.Equal(Take(new Sample { First = 3, Second = 9 }), Take(new Sample { First = 7, Second = 2 }));
        Assert.NotEqual(Take(new Sample { First = 3, Second = 9 }), Take(new Sample { First = 3, Second = 3 }));

        // 0 is none: it is not like any other.
        Assert.NotEqual(Take(new Sample { First = 0, Second = 9 }), Take(new Sample { First = 3, Second = 9 }));
        Assert.NotEqual(Take(new Sample { First = 0, Second = 9 }), Take(new Sample { First = 9, Second = 0 }));
    }

    [Fact]
    public void TheSameObjectTwice_IsNotTwoThatAreAlike()
    {
        var one = new Sample();
        Assert.NotEqual(Take(new object[] { one, one }), Take(new object[] { new Sample(), new Sample() }));
        var other = new Sample();
        Assert.Equal(Take(new object[] { one, one }), Take(new object[] { other, other }));
    }

    [Fact]
    public void ATable_IsWhatIsInIt_WhateverWasRemoved()
    {
        var plain = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        var used = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2, ["c"] = 3 };
        used.Remove("c");
        Assert.Equal(Take(plain), Take(used));
        plain["b"] = 3;
        Assert.NotEqual(Take(plain), Take(used));
    }

    [Fact]
    public void AnException_IsWhatItSays_NotWhereItWasThrown() =>
        Assert.Equal(Take(Thrown(() => throw new InvalidOperationException("x"))), Take(new InvalidOperationException("x")));

    [Fact]
    public void ALocalOfASuspendedMethod_IsState()
    {
        Assert.Equal(Suspended(1), Suspended(1));
        Assert.NotEqual(Suspended(1), Suspended(2));
    }

    [Fact]
    public void TheOrderInWhichFibersWereStarted_IsNoState()
    {
        Func<ValueTask> nothing = static () => default;
        var one = new SteppedDriver(new SeededChoices(0));
        one.Start(new FiberGroup("a"), "x", nothing);
        one.Start(new FiberGroup("b"), "y", nothing);
        var other = new SteppedDriver(new SeededChoices(0));
        other.Start(new FiberGroup("b"), "y", nothing);
        other.Start(new FiberGroup("a"), "x", nothing);
        Assert.Equal(new HeapImage().Take(one).First, new HeapImage().Take(other).First);
    }

    private static ulong Take(object root) => new HeapImage().Take(new SteppedDriver(new SeededChoices(0)), root).First;

    private static ulong Suspended(int value)
    {
        var driver = new SteppedDriver(new SeededChoices(0));
        var fiber = driver.Start(new FiberGroup("a"), "x", async () =>
        {
            int local = value;
            await driver.YieldAsync();
            GC.KeepAlive(local);
        });
        driver.Advance(fiber);
        return new HeapImage().Take(driver).First;
    }

    private static Exception Thrown(Action action) => Record.Exception(action)!;

    private sealed class Sample
    {
        [NotState]
        public int Scratch;

        [Label]
        public ulong First;

        [Label]
        public ulong Second;

        public int Value;
    }
}
