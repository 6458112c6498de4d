using Conformance.Exploration.Engine;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Systematic.State;

/// <summary>What requests to the store declare, which decides which orders need not be run.</summary>
public sealed class StoreAccessTests
{
    [Fact]
    public void ReadsCommute_AndMeetAWrite()
    {
        Assert.False(Conflict(store => Ignore(store.FindAsync("/a")), store => Ignore(store.FindAsync("/a"))));
        Assert.True(Conflict(store => Ignore(store.FindAsync("/a")), store => store.WriteAsync("/b", "1"u8.ToArray())));
    }

    [Fact]
    public void WhatBelongsToATransaction_Commutes_UntilItsCommit()
    {
        Assert.False(Conflict(store => Transact(store, steps: 0), store => Ignore(store.FindAsync("/a"))));
        Assert.False(Conflict(store => Transact(store, steps: 1), store => Ignore(store.FindAsync("/a"))));
        Assert.True(Conflict(store => Transact(store, steps: 2), store => Ignore(store.FindAsync("/a"))));
    }

    [Fact]
    public void ACommitThatChangesNothing_Commutes() =>
        Assert.False(Conflict(
            async store =>
            {
                var transaction = await store.BeginAsync();
                await store.FindAsync("/a", transaction);
                await store.CommitAsync(transaction);
            },
            store => Ignore(store.FindAsync("/a"))));

    [Fact]
    public void AWatch_MeetsAWriteOfSomebodyElse() =>
        Assert.True(Conflict(
            store => store.WatchAsync(new StoreWatch("/a", static _ => default)),
            store => store.WriteAsync("/b", "1"u8.ToArray())));

    /// <summary>Whether the last steps that the two take conflict; each is taken so far alone.</summary>
    private static bool Conflict(Func<IStoreClient, ValueTask> one, Func<IStoreClient, ValueTask> other)
    {
        var driver = new SteppedDriver(new SeededChoices(0));
        var world = new XenWorld(driver);
        Setup.Run(driver, "setup", () => world.Control.Store.WriteAsync("/a", "0"u8.ToArray()));
        var first = LastStep(driver, world, "one", one);
        var second = LastStep(driver, world, "other", other);
        return first.ConflictsWith(second);
    }

    private static AccessSet LastStep(SteppedDriver driver, XenWorld world, string name, Func<IStoreClient, ValueTask> body)
    {
        var scope = new FiberScope(driver, new FiberGroup(name));
        var client = new WorldStoreClient(world.Store, world.Store.Engine.Connect(), driver, scope);
        var fiber = scope.Start("body", () => body(client));
        var last = default(AccessSet);
        while (!fiber.IsEnded && driver.FindEnabled().Contains(fiber))
        {
            last = default;
            fiber.Declare(ref last);
            driver.Advance(fiber);
        }

        return last;
    }

    private static async ValueTask Ignore<T>(ValueTask<T> task) => await task;

    private static async ValueTask Transact(IStoreClient store, int steps)
    {
        var transaction = await store.BeginAsync();
        if (steps > 0)
        {
            await store.WriteAsync("/a", "1"u8.ToArray(), transaction);
        }

        if (steps > 1)
        {
            await store.CommitAsync(transaction);
        }
    }
}
