using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Control;

public sealed class StoreSuspendTests
{
    [Fact]
    [Trait("Clause", "XS-140")]
    public void Suspend_WaitsForOpenTransactions_AndHoldsNewRequests() => ControlWorld.Run(async w =>
    {
        var order = new List<string>();
        var store = w.Guest.Store;
        var platform = w.Guest.Platform;
        await w.OnGuestAsync(async () =>
        {
            var transaction = await store.BeginAsync();
            var suspended = w.Guest.Fibers.Start("suspend", async () =>
            {
                await platform.SuspendStoreAsync();
                order.Add("suspended");
            });
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            var later = w.Guest.Fibers.Start("later", async () =>
            {
                await store.WriteTextAsync("data/later", $"1");
                order.Add("later");
            });
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Empty(order);
            await store.WriteTextAsync("data/inside", $"1", transaction);
            await store.CommitAsync(transaction);
            await suspended.JoinAsync();
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(["suspended"], order);
            Assert.Equal("1", await w.ReadAsync("data/inside"));
            Assert.Null(await w.ReadAsync("data/later"));
            await platform.CancelStoreSuspendAsync();
            await later.JoinAsync();
            Assert.Equal("1", await w.ReadAsync("data/later"));
        });
    });

    [Fact]
    [Trait("Clause", "XS-140")]
    public void TransactionThatEndsInAConflict_HoldsNoSuspend() => ControlWorld.Run(async w =>
    {
        await w.OnGuestAsync(async () =>
        {
            var transaction = await w.Guest.Store.BeginAsync();
            await w.Guest.Store.FindAsync("data/x", transaction);
            await w.Guest.Store.WriteTextAsync("data/x", $"1", transaction);
            await w.Store.WriteTextAsync(w.Home("data/x"), $"2");
            await Assert.ThrowsAsync<StoreException>(async () => await w.Guest.Store.CommitAsync(transaction));
            await w.Guest.Platform.SuspendStoreAsync();
            await w.Guest.Platform.CancelStoreSuspendAsync();
        });
    });

    [Fact]
    [Trait("Clause", "XS-142")]
    public void CancelledSuspend_RegistersNoWatchAgain() => ControlWorld.Run(async w =>
    {
        int events = 0;
        await w.OnGuestAsync(async () =>
        {
            await w.Guest.Store.WatchAsync(new StoreWatch("data", _ =>
            {
                events++;
                return ValueTask.CompletedTask;
            }));
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            await w.Guest.Platform.SuspendStoreAsync();
            await w.Guest.Platform.CancelStoreSuspendAsync();
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(1, events);
            await w.Guest.Store.WriteTextAsync("data/x", $"1");
            await w.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(2, events);
        });
    });

    [Fact]
    [Trait("Clause", "CT-010")]
    public void MaskedInterrupts_LetNobodyElseOfTheDomainRun() => ControlWorld.Run(async w =>
    {
        int steps = 0;
        bool ends = false;
        w.Guest.Fibers.Start("other", async () =>
        {
            while (!ends)
            {
                steps++;
                await w.Guest.Fibers.YieldAsync();
            }
        });
        await w.OnGuestAsync(async () =>
        {
            await w.Guest.Fibers.YieldAsync();
            await w.Guest.Platform.MaskInterruptsAsync();
            int before = steps;
            for (int i = 0; i < 10; i++)
            {
                await w.Guest.Fibers.YieldAsync();
            }

            Assert.Equal(before, steps);
            await w.Guest.Platform.UnmaskInterruptsAsync();
            while (steps == before)
            {
                await w.Guest.Fibers.YieldAsync();
            }

            ends = true;
        });
    });

    [Fact]
    public void TimeThatPassesDuringAPause_IsNoticedAfterIt()
    {
        var driver = new LoopDriver();
        var group = new FiberGroup("paused");
        bool woke = false;
        driver.Run(async () =>
        {
            var sleeper = driver.Start(group, "sleeper", async () =>
            {
                await driver.DelayAsync(TimeSpan.FromMilliseconds(1));
                woke = true;
            });
            await driver.YieldAsync();
            group.Pause();
            await driver.DelayAsync(TimeSpan.FromMilliseconds(20));
            Assert.False(woke);
            group.Resume();
            await sleeper.JoinAsync();
        });
        Assert.True(woke);
    }
}
