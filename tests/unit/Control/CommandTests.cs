using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Control;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Control;

public sealed class CommandTests
{
    [Theory]
    [Trait("Clause", "CT-001")]
    [Trait("Clause", "CT-003")]
    [Trait("Clause", "CT-015")]
    [InlineData(ShutdownCommand.PowerOff, ShutdownReason.PowerOff)]
    [InlineData(ShutdownCommand.Reboot, ShutdownReason.Reboot)]
    [InlineData(ShutdownCommand.Halt, ShutdownReason.PowerOff)]
    [InlineData(ShutdownCommand.Crash, ShutdownReason.Crash)]
    public void Command_IsAcknowledged_AndEndsTheDomainWithItsReason(ShutdownCommand command, ShutdownReason reason) => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        await w.AddConnectedAsync("0");
        Assert.True(await w.Tools.AskAsync(w.Guest, command));
        Assert.Equal(reason, await w.Tools.WaitForShutdownAsync(w.Guest));
        Assert.Equal(string.Empty, await w.ReadAsync(ControlNodes.Shutdown));
        await w.SettleAsync();
        Assert.Equal(command == ShutdownCommand.Crash, !w.Fronts.Devices[0].Calls.Contains("detach"));
        Assert.False(w.Guest.Fibers.Group.Runs);
    });

    [Fact]
    [Trait("Clause", "CT-001")]
    [Trait("Clause", "CT-015")]
    public void PowerOff_WorksInRealTime() => ControlWorld.RunAtOnce(async w =>
    {
        await w.StartAsync();
        await w.AddConnectedAsync("0");
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.PowerOff));
        Assert.Equal(ShutdownReason.PowerOff, await w.Tools.WaitForShutdownAsync(w.Guest));
    });

    [Theory]
    [Trait("Clause", "CT-002")]
    [Trait("Clause", "CT-005")]
    [InlineData("")]
    [InlineData("frobnicate")]
    [InlineData("POWEROFF")]
    [InlineData("poweroff\n")]
    [InlineData("poweroff\0")]
    public void WhatIsNoCommand_IsNeitherObeyedNorAcknowledged(string text) => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        await w.CommandAsync(text);
        await w.SettleAsync();
        Assert.Equal(text, await w.ReadAsync(ControlNodes.Shutdown));
        Assert.Null(await w.World.FindShutdownAsync(w.Guest));
        Assert.Equal(ShutdownCommand.None, w.Driver.Current);
    });

    [Fact]
    [Trait("Clause", "CT-002")]
    public void NodeThatIsAbsent_DoesNothing_AndIsNotMade() => ControlWorld.Run(async w =>
    {
        await w.Store.RemoveAsync(w.Home("control"));
        await w.StartAsync();
        await w.SettleAsync();
        Assert.Null(await w.ReadAsync(ControlNodes.Shutdown));
        Assert.Null(await w.World.FindShutdownAsync(w.Guest));
    });

    [Theory]
    [Trait("Clause", "CT-003")]
    [Trait("Clause", "CT-004")]
    [Trait("Clause", "CT-007")]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void CommandThatIsReplaced_IsNotAcknowledgedUnread(int later) => ControlWorld.Run(async w =>
    {
        var obeyed = new List<ShutdownCommand>();
        await w.StartAsync(new ControlSettings
        {
            End = async command =>
            {
                obeyed.Add(command);
                await w.Guest.Fibers.HaltAsync();
            },
        });
        await w.CommandAsync("reboot");
        for (int i = 0; i < later; i++)
        {
            await w.World.Control.Fibers.YieldAsync();
        }

        await w.CommandAsync("poweroff");
        await w.SettleAsync();
        Assert.Single(obeyed);
        Assert.Equal(obeyed[0] == ShutdownCommand.Reboot ? "poweroff" : string.Empty, await w.ReadAsync(ControlNodes.Shutdown));
    });

    [Fact]
    [Trait("Clause", "CT-006")]
    public void Features_AreAnnounced() => ControlWorld.Run(async w =>
    {
        await w.StartAsync();
        Assert.Equal("1", await w.ReadAsync(ControlNodes.FeaturePowerOff));
        Assert.Equal("1", await w.ReadAsync(ControlNodes.FeatureReboot));
        Assert.Equal("1", await w.ReadAsync(ControlNodes.FeatureSuspend));
    });

    [Fact]
    [Trait("Clause", "CT-006")]
    public void FeatureNodesThatCannotBeWritten_AreNotFatal() => ControlWorld.Run(async w =>
    {
        await w.Store.RemoveAsync(w.Home(ControlNodes.FeaturePowerOff));
        await w.Store.SetPermissionsAsync(w.Home(ControlNodes.FeatureReboot), [new XsPermission(DomainId.Zero, XsAccess.None)]);
        await w.StartAsync();
        Assert.Null(await w.ReadAsync(ControlNodes.FeaturePowerOff));
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.PowerOff));
        Assert.Equal(ShutdownReason.PowerOff, await w.Tools.WaitForShutdownAsync(w.Guest));
    });

    [Fact]
    [Trait("Clause", "CT-006")]
    public void GuestThatCannot_IsNotAsked() => ControlWorld.Run(async w =>
    {
        await w.Store.WriteTextAsync(w.Home(ControlNodes.FeatureSuspend), $"0");
        Assert.False(await w.Tools.AskAsync(w.Guest, ShutdownCommand.Suspend));
        Assert.Equal(string.Empty, await w.ReadAsync(ControlNodes.Shutdown));
    });

    [Fact]
    [Trait("Clause", "CT-003")]
    public void CommandThatNobodyAcknowledges_IsTakenBack() => ControlWorld.Run(async w =>
    {
        Assert.False(await w.Tools.AskAsync(w.Guest, ShutdownCommand.PowerOff));
        Assert.Equal(string.Empty, await w.ReadAsync(ControlNodes.Shutdown));
        await w.StartAsync();
        await w.SettleAsync();
        Assert.Null(await w.World.FindShutdownAsync(w.Guest));
    });

    [Fact]
    [Trait("Clause", "CT-007")]
    public void CommandDuringAnother_IsIgnored() => ControlWorld.Run(async w =>
    {
        var frozen = w.Guest.Fibers.CreateSignal("the end of the freeze");
        await w.StartAsync(new ControlSettings
        {
            Freeze = async () =>
            {
                await w.Guest.Fibers.WaitAsync(frozen);
                return false;
            },
        });
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.Suspend));
        Assert.False(await w.Tools.AskAsync(w.Guest, ShutdownCommand.PowerOff, TimeSpan.FromSeconds(5)));
        frozen.Set();
        await w.SettleAsync();
        Assert.Equal(SuspendOutcome.Refused, w.Driver.LastSuspend);
        Assert.Null(await w.World.FindShutdownAsync(w.Guest));
        Assert.True(await w.Tools.AskAsync(w.Guest, ShutdownCommand.PowerOff));
        Assert.Equal(ShutdownReason.PowerOff, await w.Tools.WaitForShutdownAsync(w.Guest));
    });

    [Fact]
    [Trait("Clause", "CT-008")]
    public void Key_IsPressedOnce_AndTheNodeEmptied() => ControlWorld.Run(async w =>
    {
        var keys = new List<char>();
        await w.StartAsync(new ControlSettings { PressKey = keys.Add });
        await w.SettleAsync();
        Assert.Empty(keys);
        await w.Tools.PressKeyAsync(w.Guest, 's');
        await w.SettleAsync();
        Assert.Equal(['s'], keys);
        Assert.Equal(string.Empty, await w.ReadAsync(ControlNodes.SysRq));
    });
}
