using Conformance.Model.Protocol.Control;
using Conformance.Reference.Balloon;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Tests.Unit.Control;

namespace Conformance.Tests.Unit.Balloon;

public sealed class BalloonTests
{
    [Fact]
    [Trait("Clause", "XS-093")]
    public void Target_IsFollowedUpAndDown() => ControlWorld.Run(FollowAsync);

    [Fact]
    [Trait("Clause", "XS-093")]
    public void Target_IsFollowedInRealTime() => ControlWorld.RunAtOnce(FollowAsync);

    [Fact]
    public void TargetThatChangesOften_EndsAtTheLast() => ControlWorld.Run(async w =>
    {
        var balloon = await StartAsync(w);
        foreach (int pages in (int[])[40, 3, 25, 8, 30, 12])
        {
            await w.Tools.SetMemoryTargetAsync(w.Guest, pages);
        }

        await w.SettleAsync();
        Assert.Equal(12, w.Guest.Machine.Memory.Count);
        Assert.True(balloon.IsMet);
    });

    [Theory]
    [InlineData("")]
    [InlineData("-4")]
    [InlineData("4096 ")]
    [InlineData("many")]
    [InlineData("99999999999999999999999")]
    public void Garbage_ChangesNothing(string text) => ControlWorld.Run(async w =>
    {
        var balloon = await StartAsync(w);
        await w.Tools.SetMemoryTargetAsync(w.Guest, 10);
        await w.SettleAsync();
        await w.Store.WriteTextAsync(w.Home(ControlNodes.MemoryTarget), $"{text}");
        await w.SettleAsync();
        Assert.Equal((10, 10), (balloon.Target, w.Guest.Machine.Memory.Count));
    });

    [Fact]
    public void PagesThatAreInUse_AreGivenBackOnceTheyAreFree() => ControlWorld.Run(async w =>
    {
        var balloon = await StartAsync(w);
        var page = await AllocateAsync(w);
        await w.Tools.SetMemoryTargetAsync(w.Guest, 1);
        await w.SettleAsync();
        Assert.False(balloon.IsMet);
        Assert.Equal(2, w.Guest.Machine.Memory.Count);
        await w.OnGuestAsync(() => w.Guest.Memory.FreeAsync(page));
        await w.SettleAsync();
        Assert.True(balloon.IsMet);
    });

    [Fact]
    public void TargetAboveWhatThereIs_TakesWhatThereIs_AndTriesAgain() => ControlWorld.Run(
        async w =>
        {
            var balloon = await StartAsync(w);
            var page = await AllocateAsync(w);
            await w.Tools.SetMemoryTargetAsync(w.Guest, 9);
            await w.SettleAsync();
            Assert.Equal((false, 8), (balloon.IsMet, w.Guest.Machine.Memory.Count));
            await w.OnGuestAsync(() => w.Guest.Memory.FreeAsync(page));
            await w.SettleAsync();
            Assert.Equal((8, 7), (w.Guest.Machine.Memory.Count, balloon.Unused));
        },
        new DomainOptions { MemoryPages = 8 });

    [Fact]
    [Trait("Clause", "XS-141")]
    [Trait("Clause", "CT-013")]
    public void Target_IsFollowedInANewWorld_BesideDevices() => ControlWorld.Run(async w =>
    {
        var balloon = await StartAsync(w);
        var request = await w.AddConnectedAsync("0");
        await w.Tools.SetMemoryTargetAsync(w.Guest, 20);
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.Tools.RestoreAsync(w.Guest, [request]);
        await w.Tools.SetMemoryTargetAsync(w.Guest, 15);
        await w.ExpectConnectedAsync(request);
        await w.SettleAsync();
        Assert.Equal((15, 15), (balloon.Target, w.Guest.Machine.Memory.Count));
    });

    private static async ValueTask FollowAsync(ControlWorld w)
    {
        var balloon = await StartAsync(w);
        Assert.True(balloon.Target is null);
        var request = await w.AddConnectedAsync("0");
        foreach (int pages in (int[])[50, 7, 20])
        {
            await w.Tools.SetMemoryTargetAsync(w.Guest, pages);
            while (!(balloon.IsMet && w.Guest.Machine.Memory.Count == pages))
            {
                await w.World.Control.Fibers.YieldAsync();
            }
        }

        Assert.True(await w.Devices.RemoveAsync(request));
    }

    private static async ValueTask<BalloonDriver> StartAsync(ControlWorld w)
    {
        await w.StartAsync();
        var balloon = new BalloonDriver(w.Guest, w.Guest.Platform);
        await w.OnGuestAsync(balloon.StartAsync);
        return balloon;
    }

    private static async ValueTask<Reference.Ports.IOwnPage> AllocateAsync(ControlWorld w)
    {
        Reference.Ports.IOwnPage? page = null;
        await w.OnGuestAsync(async () => page = await w.Guest.Memory.AllocateAsync());
        return page!;
    }
}
