using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.XenBus;

public sealed class BusTests
{
    [Fact]
    [Trait("Clause", "XB-008")]
    [Trait("Clause", "XB-009")]
    public void DeviceAddedBeforeTheBuses_Connects() => BusWorld.Run(async w =>
    {
        await w.Tools.AddAsync(w.Request("0"));
        await w.StartAsync();
        Assert.True(await w.FrontBus.BootHold.WaitAsync());
        await w.ExpectAsync(w.Request("0").FrontNode, XenbusState.Connected);
        Assert.Equal(0, w.FrontBus.BootHold.Connecting);
    });

    [Fact]
    [Trait("Clause", "XB-037")]
    public void DevicesAddedWhileTheBusesStart_AllConnect() => BusWorld.Run(async w =>
    {
        w.World.Control.Fibers.Start("adder", async () =>
        {
            for (int i = 0; i < 4; i++)
            {
                await w.Tools.AddAsync(w.Request($"{i}"));
            }
        });
        await w.StartAsync();
        for (int i = 0; i < 4; i++)
        {
            await w.ExpectAsync(w.Request($"{i}").FrontNode, XenbusState.Connected);
        }
    });

    [Fact]
    [Trait("Clause", "XB-027")]
    [Trait("Clause", "XB-028")]
    public void Removal_ClosesBothEnds_AndLeavesNothing() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        Assert.True(await w.Tools.RemoveAsync(request));
        await w.SettleAsync();
        Assert.Null(await w.ReadAsync(request.BackNode));
        Assert.Null(await w.ReadAsync($"{request.BackNode}/state"));
        Assert.Empty(w.FrontBus.Devices);
        Assert.Empty(w.BackBus.Devices);
        Assert.Equal("detach", w.Backs.Devices[0].Calls[^1]);
        Assert.Equal("detach", w.Fronts.Devices[0].Calls[^1]);
    });

    [Fact]
    [Trait("Clause", "XB-007")]
    [Trait("Clause", "XB-033")]
    public void DirectoryTakenByForce_IsNotMadeAgain() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = w.Request("0");
        await w.Tools.AddAsync(request);
        await w.Tools.ForceAsync(request);
        await w.SettleAsync();
        await Assert.ThrowsAsync<StoreException>(async () => await w.Store.ListAsync(request.FrontNode));
        await Assert.ThrowsAsync<StoreException>(async () => await w.Store.ListAsync(request.BackNode));
        Assert.Empty(w.FrontBus.Devices);
        Assert.Empty(w.BackBus.Devices);
    });

    [Fact]
    [Trait("Clause", "XB-027")]
    public void DeviceMadeAgainAtOnceUnderItsOldName_IsAnotherDevice() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        Assert.True(await w.Tools.RemoveAsync(request));
        await w.AddConnectedAsync("0");
        await w.SettleAsync();
        Assert.Equal("4", await w.ReadAsync($"{request.FrontNode}/state"));
        Assert.Equal("4", await w.ReadAsync($"{request.BackNode}/state"));
        Assert.Equal(2, w.Fronts.Devices.Count);
        Assert.Equal(2, w.Backs.Devices.Count);
        Assert.Equal("detach", w.Fronts.Devices[0].Calls[^1]);
        Assert.Equal("detach", w.Backs.Devices[0].Calls[^1]);
    });

    [Fact]
    [Trait("Clause", "XB-025")]
    [Trait("Clause", "XB-014")]
    public void FrontThatClosesAndBeginsAnewAtOnce_IsConnectedAgain() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        var front = w.Fronts.Devices[0].Device;
        await front.RequestAsync(() => front.CloseAsync(isPeerGone: false));
        await front.RequestAsync(front.ReviveAsync);
        await w.ExpectAsync(request.FrontNode, XenbusState.Connected);
        await w.ExpectAsync(request.BackNode, XenbusState.Connected);
        var calls = w.Backs.Devices[0].Calls;
        Assert.Equal(2, calls.Count(call => call == "attach"));
        Assert.InRange(calls.LastIndexOf("disconnect"), 0, calls.LastIndexOf("attach"));
    });

    [Fact]
    [Trait("Clause", "XB-025")]
    [Trait("Clause", "XB-041")]
    public void AttachThatFailsForANewBeginning_IsPublishedOnce_AndNotTriedWithoutEnd() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        w.Backs.Failing.Add("0");
        var front = w.Fronts.Devices[0].Device;
        await front.RequestAsync(() => front.CloseAsync(isPeerGone: false));
        await front.RequestAsync(front.ReviveAsync);
        await w.SettleAsync();
        Assert.Equal("6", await w.ReadAsync($"{request.BackNode}/state"));
        Assert.Equal("0", await w.ReadAsync($"{request.BackNode}/online"));
        Assert.Equal("error", await w.ReadAsync($"{request.BackNode}/hotplug-status"));
        Assert.Equal(2, w.Backs.Devices[0].Calls.Count(call => call == "attach"));
    });

    [Fact]
    [Trait("Clause", "XB-039")]
    [Trait("Clause", "XB-040")]
    [Trait("Clause", "XB-041")]
    public void FailedAttachOfABack_IsPublished_AndTheFrontHoldsNoBoot() => BusWorld.Run(async w =>
    {
        w.Backs.Failing.Add("0");
        await w.Tools.AddAsync(w.Request("0"));
        await w.StartAsync();
        Assert.True(await w.FrontBus.BootHold.WaitAsync());
        await w.SettleAsync();
        string back = w.Request("0").BackNode;
        Assert.Equal("6", await w.ReadAsync($"{back}/state"));
        Assert.Equal("0", await w.ReadAsync($"{back}/online"));
        Assert.Equal("error", await w.ReadAsync($"{back}/hotplug-status"));
        Assert.Equal("no room for a toy", await w.ReadAsync($"{back}/hotplug-error"));
        Assert.Equal("12 no room for a toy", await w.ReadAsync($"/local/domain/0/error/backend/toy/{w.Guest.Id}/0/error"));
    });

    [Fact]
    [Trait("Clause", "XB-038")]
    [Trait("Clause", "XB-045")]
    public void DeviceWithoutADriver_IsLeftAlone_AndHoldsNoBoot() => BusWorld.Run(async w =>
    {
        w.Fronts.Foreign.Add("0");
        await w.Tools.AddAsync(w.Request("0"));
        await w.StartAsync();
        Assert.True(await w.FrontBus.BootHold.WaitAsync());
        await w.SettleAsync();
        Assert.Equal("1", await w.ReadAsync($"{w.Request("0").FrontNode}/state"));
        Assert.Equal(0, w.FrontBus.BootHold.Connecting);
    });

    [Fact]
    [Trait("Clause", "XB-044")]
    public void BootHold_EndsThoughTheBackNeverComes() => BusWorld.Run(async w =>
    {
        await w.Tools.AddAsync(w.Request("0"));
        await w.FrontBus.StartAsync();
        Assert.False(await w.FrontBus.BootHold.WaitAsync());
    });

    [Fact]
    [Trait("Clause", "XB-029")]
    public void BackAskedToCloseWithoutAFront_ClosesByItself() => BusWorld.Run(async w =>
    {
        await w.BackBus.StartAsync();
        var request = w.Request("0");
        await w.Tools.AddAsync(request);
        await w.ExpectAsync(request.BackNode, XenbusState.InitWait);
        Assert.True(await w.Tools.RemoveAsync(request));
    });

    [Fact]
    [Trait("Clause", "XB-032")]
    [Trait("Clause", "XB-046")]
    public void BackWhoseFrontIsGone_Releases() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        await w.World.DestroyAsync(w.Guest);
        await w.Store.RemoveAsync($"/local/domain/{w.Guest.Id}");
        await w.SettleAsync();
        Assert.Contains("disconnect", w.Backs.Devices[0].Calls);
        Assert.Equal("6", await w.ReadAsync($"{request.BackNode}/state"));
    });

    [Fact]
    [Trait("Clause", "XB-040")]
    [Trait("Clause", "XB-042")]
    public void FrontThatShutsItsState_IsMetWithAnError_AndMayBeginAnew() => BusWorld.Run(async w =>
    {
        var (request, back) = await w.AddConnectedInDriverDomainAsync("0");
        string state = $"{request.FrontNode}/state";
        await w.Guest.Store.SetPermissionsAsync(state, [new(w.Guest.Id, XsAccess.None)]);
        await w.SettleAsync();
        Assert.Equal(["disconnect"], back.Calls.Where(call => call == "disconnect"));
        Assert.StartsWith("13 ", await w.ReadAsync($"/local/domain/{request.Back}/error/backend/toy/{w.Guest.Id}/0/error"), StringComparison.Ordinal);
        Assert.Equal("6", await w.ReadAsync($"{request.BackNode}/state"));
        await w.Store.WriteTextAsync(state, $"1");
        await w.Guest.Store.SetPermissionsAsync(state, [new(w.Guest.Id, XsAccess.None), new(request.Back, XsAccess.Read)]);
        await w.ExpectAsync(request.BackNode, XenbusState.Connected);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "XB-032")]
    [Trait("Clause", "XS-058")]
    public void FrontThatIsGoneBelowAHomeNotToBeRead_IsNoError(bool isHomeGone) => BusWorld.Run(async w =>
    {
        var (request, back) = await w.AddConnectedInDriverDomainAsync("0");
        await w.FrontBus.StopAsync();
        await w.Store.RemoveAsync(isHomeGone ? $"/local/domain/{w.Guest.Id}" : request.FrontNode);
        await w.SettleAsync();
        Assert.Equal(["disconnect"], back.Calls.Where(call => call == "disconnect"));
        Assert.Null(await w.ReadAsync($"/local/domain/{request.Back}/error/backend/toy/{w.Guest.Id}/0/error"));
        Assert.Equal("6", await w.ReadAsync($"{request.BackNode}/state"));
    });

    [Fact]
    [Trait("Clause", "XB-035")]
    public void LeftoverInAnotherState_IsIgnoredWhileRunning_UntilItBegins() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = w.Request("0");
        await w.Store.WriteTextAsync($"{request.BackNode}/frontend", $"{request.FrontNode}");
        await w.Store.WriteTextAsync($"{request.BackNode}/frontend-id", $"{w.Guest.Id}");
        await w.Store.WriteTextAsync($"{request.BackNode}/online", $"1");
        await w.Store.WriteTextAsync($"{request.BackNode}/state", $"6");
        await w.SettleAsync();
        Assert.Empty(w.Backs.Devices);
        await w.Store.WriteTextAsync($"{request.BackNode}/state", $"1");
        await w.SettleAsync();
        Assert.Contains("attach", Assert.Single(w.Backs.Devices).Calls);
    });

    [Fact]
    [Trait("Clause", "XB-054")]
    [Trait("Clause", "XB-059")]
    public void FrontLeftConnectedByADeadKernel_IsBroughtBackToTheStart() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        await w.FrontBus.StopAsync();
        await w.Store.WriteTextAsync($"{request.FrontNode}/state", $"4");
        await w.SettleAsync();
        var second = new ToyDriver(isFront: true);
        await new DeviceBus(w.Guest, new FrontFlavour(), second).StartAsync();
        await w.ExpectAsync(request.FrontNode, XenbusState.Connected);
        await w.ExpectAsync(request.BackNode, XenbusState.Connected);
        Assert.Equal("1", await w.ReadAsync($"{request.BackNode}/online"));
    });

    [Fact]
    [Trait("Clause", "XB-053")]
    [Trait("Clause", "RS-015")]
    public void BackRestarted_TakesItsDevicesUpAgain() => BusWorld.Run(async w =>
    {
        await w.BackBus.StartAsync();
        var request = w.Request("0");
        await w.Tools.AddAsync(request);
        await w.ExpectAsync(request.BackNode, XenbusState.InitWait);
        await w.Store.WriteTextAsync($"{request.FrontNode}/state", $"3");
        await w.ExpectAsync(request.BackNode, XenbusState.Connected);
        await w.BackBus.StopAsync();
        await w.Store.WriteTextAsync($"{request.BackNode}/state", $"4");
        var second = new ToyDriver(isFront: false);
        await new DeviceBus(w.World.Control, new BackFlavour(), second).StartAsync();
        await w.SettleAsync();
        await w.ExpectAsync(request.BackNode, XenbusState.Connected);
        Assert.Contains("attach", second.Devices[0].Calls);
    });

    [Fact]
    [Trait("Clause", "CT-011")]
    public void DeviceThatRefusesToSuspend_LeavesTheOthersAsTheyWere() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        await w.AddConnectedAsync("0");
        await w.AddConnectedAsync("1");
        w.Fronts.Devices.Single(toy => toy.Device.Name == "1").AgreesToSuspend = false;
        Assert.False(await w.FrontBus.SuspendAsync());
        Assert.Equal("cancel", w.Fronts.Devices.Single(toy => toy.Device.Name == "0").Calls[^1]);
        Assert.DoesNotContain("cancel", w.Fronts.Devices.Single(toy => toy.Device.Name == "1").Calls);
    });

    [Fact]
    [Trait("Clause", "XB-048")]
    public void StateThatIsNone_ChangesNothing() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        foreach (string state in (string[])["9", "99999999999999999999", "-1", "four", ""])
        {
            await w.Store.WriteTextAsync($"{request.FrontNode}/state", $"{state}");
            await w.SettleAsync();
        }

        Assert.Equal("4", await w.ReadAsync($"{request.BackNode}/state"));
        Assert.Equal("4", await w.ReadAsync($"{request.BackNode}/state"));
        Assert.DoesNotContain("disconnect", w.Backs.Devices[0].Calls);
    });

    [Fact]
    public void Inspection_ShowsEveryDeviceAsItIs() => BusWorld.Run(async w =>
    {
        await w.StartAsync();
        var request = await w.AddConnectedAsync("0");
        await w.SettleAsync();
        Assert.Equal(
            new DeviceInfo(request.BackNode, "toy", XenbusState.Connected, w.Guest.Id, request.FrontNode, XenbusState.Connected, true, null),
            Assert.Single(w.BackBus.Devices));
        Assert.Equal(
            new DeviceInfo(request.FrontNode, "toy", XenbusState.Connected, DomainId.Zero, request.BackNode, XenbusState.Connected, true, null),
            Assert.Single(w.FrontBus.Devices));
    });
}
