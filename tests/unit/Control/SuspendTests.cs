using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Control;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Control;

public sealed class SuspendTests
{
    private static readonly string[] Down = ["suspend store", "mask", "save grants", "suspend"];

    [Fact]
    [Trait("Clause", "CT-010")]
    [Trait("Clause", "CT-012")]
    public void CancelledSuspend_MakesNothingAnew() => ControlWorld.Run(CancelAsync);

    [Fact]
    [Trait("Clause", "CT-012")]
    public void CancelledSuspend_WorksInRealTime() => ControlWorld.RunAtOnce(CancelAsync);

    [Fact]
    [Trait("Clause", "CT-009")]
    [Trait("Clause", "CT-010")]
    [Trait("Clause", "CT-013")]
    [Trait("Clause", "RS-002")]
    public void DomainInANewWorld_ConnectsItsDevicesAgain() => ControlWorld.Run(MoveAsync);

    [Fact]
    [Trait("Clause", "CT-013")]
    public void DomainInANewWorld_WorksInRealTime() => ControlWorld.RunAtOnce(MoveAsync);

    [Fact]
    [Trait("Clause", "CT-013")]
    public void HvmDomainInANewWorld_SetsItsCallbackAgain() => ControlWorld.Run(
        async w =>
        {
            Assert.True(w.Guest.Machine.Parameters.Callback.IsOn, "expected a kernel that set its callback at boot");
            w.Guest.Machine.Parameters.Set(Model.Protocol.Hvm.HvmParameter.CallbackIrq, 9);
            await w.StartAsync();
            Assert.True(await w.Tools.SuspendAsync(w.Guest));
            await w.Tools.RestoreAsync(w.Guest, []);
            Assert.False(w.Guest.Machine.Parameters.Callback.IsOn);
            await w.SettleAsync();
            Assert.Equal(SuspendOutcome.Moved, w.Driver.LastSuspend);
            Assert.Equal(9ul, w.Guest.Machine.Parameters.Callback.Value);
        },
        new DomainOptions { Flavour = DomainFlavour.Hvm });

    [Fact]
    [Trait("Clause", "CT-013")]
    public void DomainInANewWorld_HasItsClockAndItsConsole() => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        var (console, shared) = (w.Guest.Console, w.Guest.Machine.SharedInfo);
        Assert.Equal(DateTimeOffset.UnixEpoch, w.Guest.WallClock);
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        var time = new DateTimeOffset(2106, 2, 8, 6, 28, 17, 500, TimeSpan.Zero);
        await w.World.SetWallClockAsync(time);
        await w.Tools.RestoreAsync(w.Guest, []);
        await w.SettleAsync();
        Assert.Equal(time, w.Guest.WallClock);
        Assert.Same(w.Guest.Machine.ConsolePage, w.Guest.Console);
        Assert.False(console.IsPresent || shared.IsPresent, "expected the pages of the host before to be gone");
    });

    [Theory]
    [Trait("Clause", "CT-011")]
    [InlineData("C2")]
    [InlineData("C3")]
    public void SuspendThatFailsEarlyByPlan_IsARefusal(string step) => ControlWorld.Run(async w =>
    {
        await w.StartAsync(new ControlSettings { Plan = DeviationPlan.Single(step, DeviationKind.Fail) });
        Assert.False(await w.Tools.SuspendAsync(w.Guest));
        Assert.Equal(SuspendOutcome.Refused, w.Driver.LastSuspend);
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
    });

    [Theory]
    [InlineData("C9")]
    [InlineData("C12")]
    public void SuspendThatFailsOnTheNewHost_IsACrash(string step) => ControlWorld.Run(async w =>
    {
        await w.StartAsync(new ControlSettings { Plan = DeviationPlan.Single(step, DeviationKind.Fail) });
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.Tools.RestoreAsync(w.Guest, []);
        await w.SettleAsync();
        Assert.Equal(ShutdownReason.Crash, await w.World.FindShutdownAsync(w.Guest));
    });

    [Fact]
    [Trait("Clause", "CT-011")]
    public void DeviceThatRefuses_LeavesTheGuestAsItWas() => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        foreach (string name in (string[])["0", "1", "2"])
        {
            await w.AddConnectedAsync(name);
        }

        w.Fronts.Devices.Single(toy => toy.Device.Name == "1").AgreesToSuspend = false;
        Assert.False(await w.Tools.SuspendAsync(w.Guest, TimeSpan.FromSeconds(5)));
        Assert.Equal(SuspendOutcome.Refused, w.Driver.LastSuspend);
        Assert.Empty(w.Platform.Calls);
        var calls = w.Fronts.Devices.ToDictionary(toy => toy.Device.Name, toy => toy.Calls.Where(call => call is "suspend" or "cancel" or "resume"));
        Assert.Equal(["suspend", "cancel"], calls["0"]);
        Assert.Equal(["suspend"], calls["1"]);
        Assert.Empty(calls["2"]);
        await w.AddConnectedAsync("3");
        Assert.True(await w.Devices.RemoveAsync(w.Request("0")));
    });

    [Fact]
    [Trait("Clause", "CT-014")]
    public void SuspendThroughThePort_IsTheSame() => ControlWorld.Run(async w =>
    {
        await w.StartAsync(new ControlSettings { OffersSuspendChannel = true });
        var request = await w.AddConnectedAsync("0");
        for (int round = 1; round <= 2; round++)
        {
            string? port = await w.ReadAsync(ControlNodes.SuspendEventChannel);
            Assert.False(string.IsNullOrEmpty(port));
            await w.Store.WriteTextAsync(w.Home(ControlNodes.FeatureSuspend), $"0");
            Assert.True(await w.Tools.SuspendAsync(w.Guest));
            await w.Tools.RestoreAsync(w.Guest, [request]);
            await w.ExpectConnectedAsync(request);
            await w.SettleAsync();
            Assert.Equal(round, w.Driver.Suspends);
        }

        Assert.Equal(SuspendOutcome.Moved, w.Driver.LastSuspend);
    });

    [Fact]
    [Trait("Clause", "CT-016")]
    public void SecondShutdown_IsToldOnlyAfterTheStoreWasToldOfTheResume() => ControlWorld.Run(async w =>
    {
        int told = 0;
        await w.StartAsync();
        await w.Store.WatchAsync(new StoreWatch("@releaseDomain", _ =>
        {
            told++;
            return ValueTask.CompletedTask;
        }));
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.SettleAsync();
        Assert.Equal(2, told);
        await w.World.ResumeAsync(w.Guest);
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.Suspend));
        await w.SettleAsync();
        Assert.Equal(ShutdownReason.Suspend, await w.World.FindShutdownAsync(w.Guest));
        Assert.Equal(2, told);

        await w.Tools.ResumeAsync(w.Guest);
        await w.SettleAsync();
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.SettleAsync();
        Assert.Equal(3, told);
    });

    [Fact]
    [Trait("Clause", "RS-010")]
    [Trait("Clause", "CT-009")]
    public void SecondSuspendBeforeTheFirstRecoveryEnded_EndsConnected() => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await w.Tools.SuspendAsync(w.Guest));
            await w.Tools.RestoreAsync(w.Guest, [request]);
            while (w.Driver.Current != ShutdownCommand.None)
            {
                await w.World.Control.Fibers.YieldAsync();
            }
        }

        await w.ExpectConnectedAsync(request);
        Assert.Equal(3, w.Driver.Suspends);
        Assert.Equal(3, w.Fronts.Devices[0].Calls.Count(call => call == "resume"));
    });

    [Fact]
    [Trait("Clause", "RS-011")]
    public void ResumeWithoutABack_IsReported_AndTheGuestLives() => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        await w.AddConnectedAsync("0");
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.Tools.RestoreAsync(w.Guest, []);
        await w.SettleAsync();
        Assert.Equal(SuspendOutcome.Moved, w.Driver.LastSuspend);
        Assert.NotNull(w.Fronts.Devices[0].Device.Failure);
        await w.AddConnectedAsync("1");
    });

    [Fact]
    [Trait("Clause", "RS-003")]
    [Trait("Clause", "RS-004")]
    [Trait("Clause", "XS-141")]
    public void WatchOfBefore_FiresOnceAndGoesOnInTheNewWorld() => ControlWorld.Run(async w =>
    {
        var seen = new List<string?>();
        await w.StartAsync();
        await w.OnGuestAsync(() => w.Guest.Store.WatchAsync(new StoreWatch("data/x", async _ => seen.Add(await w.Guest.Store.ReadOptionalAsync("data/x")))));
        await w.SettleAsync();
        Assert.Equal([null], seen);
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        await w.Tools.RestoreAsync(w.Guest, []);
        await w.SettleAsync();
        Assert.Equal([null, null], seen);
        await w.Store.WriteTextAsync(w.Home("data/x"), $"7");
        await w.SettleAsync();
        Assert.Equal([null, null, "7"], seen);
    });

    private static async ValueTask CancelAsync(ControlWorld w)
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        IEventChannel? channel = null;
        await w.OnGuestAsync(async () => channel = (await w.Guest.Events.AllocateUnboundAsync(w.World.Control.Id)).Channel);
        var toy = w.Fronts.Devices[0];
        int before = toy.Calls.Count;
        ulong incarnation = w.Guest.Machine.Incarnation;
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        Assert.False(w.Guest.Fibers.Group.Runs);
        await w.Tools.ResumeAsync(w.Guest);
        await w.OnGuestAsync(() => channel!.CloseAsync());
        var added = await w.AddConnectedAsync("1");
        Assert.True(await w.Devices.RemoveAsync(added));
        Assert.Equal(XenbusState.Connected, toy.Device.State);
        Assert.Equal(SuspendOutcome.Cancelled, w.Driver.LastSuspend);
        Assert.Equal(["suspend", "cancel"], toy.Calls.Skip(before).Where(call => !call.StartsWith("peer", StringComparison.Ordinal)));
        Assert.Equal([.. Down, "unmask", "cancel store"], w.Platform.Calls);
        Assert.Equal(incarnation, w.Guest.Machine.Incarnation);
        Assert.True(await w.Devices.RemoveAsync(request));
    }

    private static async ValueTask MoveAsync(ControlWorld w)
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        bool isLost = false;
        await w.OnGuestAsync(async () =>
        {
            var channel = (await w.Guest.Events.AllocateUnboundAsync(w.World.Control.Id)).Channel!;
            w.Guest.Fibers.Start("port of before", async () => isLost = !await channel.WaitAsync());
        });
        Assert.True(await w.Tools.SuspendAsync(w.Guest));
        Assert.Equal(Down, w.Platform.Calls);
        var toy = w.Fronts.Devices[0];
        int before = toy.Calls.Count;
        await w.Tools.RestoreAsync(w.Guest, [request]);
        await w.ExpectConnectedAsync(request);
        Assert.Equal(SuspendOutcome.Moved, w.Driver.LastSuspend);
        Assert.Equal([.. Down, "rebuild shared info", "rebuild events", "rebuild grants", "find console", "set clock", "unmask", "reconnect store"], w.Platform.Calls);
        Assert.Equal(["resume", "attach"], toy.Calls.Skip(before).Take(2));
        Assert.True(isLost);
        Assert.Equal("1", await w.ReadAsync(ControlNodes.FeatureSuspend));
        Assert.True(await w.Devices.RemoveAsync(request));
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.Reboot));
        Assert.Equal(ShutdownReason.Reboot, await w.Tools.WaitForShutdownAsync(w.Guest));
    }
}
