using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Attach;

/// <summary>How a back finds its devices.</summary>
public static class DiscoveryCases
{
    /// <summary>Devices that come while the back starts are found, each once, whether it was before, between or after.</summary>
    [Case("XB-037", "XB-015", "XB-036")]
    public static async Task DevicesThatComeWhileTheBackStartsAreFound(BackContext c)
    {
        var disks = Enumerable.Range(0, 6).Select(i => c.Disk(51712 + (16u * (uint)i))).ToArray();
        var tools = c.Control.Fibers.Start("tool stack", async () =>
        {
            foreach (var disk in disks)
            {
                await c.AddDiskAsync(disk);
            }
        });
        for (int i = c.Random.Next(200); i > 0; i--)
        {
            await c.Driver.YieldAsync();
        }

        await c.StartBackAsync();
        await tools.JoinAsync();
        foreach (var disk in disks)
        {
            await c.ExpectStateAsync("XB-037", disk.BackNode, XenbusState.InitWait);
        }

        var front = new ScriptedFront(c, disks[^1]);
        await front.ConnectAsync();
        await front.ExpectServedAsync("XB-037", "on the last of them");
    }

    /// <summary>A directory that is filled node by node is served once it is complete.</summary>
    [Case("XB-036", "XB-039")]
    public static async Task DirectoriesFilledBitByBitAreServed(BackContext c)
    {
        await c.StartBackAsync();
        var disk = c.Disk();
        await c.Store.MakeDirectoryAsync(disk.FrontNode);
        await c.Store.SetPermissionsAsync(disk.FrontNode, [new(c.Guest.Id, Model.Protocol.XenStore.XsAccess.None), new(c.Control.Id, Model.Protocol.XenStore.XsAccess.Read)]);
        await c.WriteAsync($"{disk.FrontNode}/backend", disk.BackNode);
        await c.WriteAsync($"{disk.FrontNode}/backend-id", "0");
        await c.WriteAsync($"{disk.FrontNode}/state", "1");
        foreach (var (name, value) in disk.BackNodes.Append(new("frontend", disk.FrontNode)).Append(new("frontend-id", $"{c.Guest.Id}")).Append(new("online", "1")))
        {
            await c.WriteAsync($"{disk.BackNode}/{name}", value);
            await c.SettleAsync();
        }

        await c.WriteAsync($"{disk.BackNode}/state", "1");
        await c.Store.SetPermissionsAsync(disk.BackNode, [new(c.Control.Id, Model.Protocol.XenStore.XsAccess.None), new(c.Guest.Id, Model.Protocol.XenStore.XsAccess.Read)]);
        await c.Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
        await c.ExpectStateAsync("XB-036", disk.BackNode, XenbusState.InitWait);
        c.Expect(await c.ReadAsync($"{disk.BackNode}/hotplug-status") == "connected", "a device that did not fail on the way", $"hotplug-status '{await c.ReadAsync($"{disk.BackNode}/hotplug-status")}'");
    }

    /// <summary>Directories of devices on their way out, found by a running back, are left as they are.</summary>
    [Case("XB-035", "XB-004")]
    public static async Task LeftoversAreLeftAlone(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (string state in (string[])["5", "6"])
        {
            var disk = c.Disk(number += 16);
            await c.Store.MakeDirectoryAsync(disk.BackNode);
            await Reference.XenStore.Client.StoreClientExtensions.InTransactionAsync(c.Store, async transaction =>
            {
                foreach (var (name, value) in ((string, string)[])[("frontend", disk.FrontNode), ("frontend-id", $"{c.Guest.Id}"), ("online", "0"), ("state", state)])
                {
                    await c.Store.WriteAsync($"{disk.BackNode}/{name}", System.Text.Encoding.UTF8.GetBytes(value), transaction);
                }
            });
            await c.SettleAsync();
            c.Expect(await c.ReadAsync($"{disk.BackNode}/state") == state, $"a leftover in state {state} as it was", $"state {await c.ReadAsync($"{disk.BackNode}/state")}");
        }

        var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number + 16)));
        await front.ConnectAsync();
        await front.ExpectServedAsync("XB-035", "beside leftovers");
    }

    /// <summary>A back that is started again finds its front waiting or connected, and serves it without another word of it.</summary>
    [Case("XB-053", "XB-062", "XB-025")]
    public static async Task ARestartedBackServesTheFrontThatIsThere(BackContext c)
    {
        var back = await c.StartBackAsync();
        var front = new ScriptedFront(c, await c.AddDiskAsync());
        await front.ConnectAsync();
        for (int round = 0; round < 4; round++)
        {
            await front.ExpectServedAsync("XB-053", "before the restart");
            await back.StopAsync();
            await front.ExpectLetGoAsync("BB-029", "while no driver is there");
            if (round % 2 == 0)
            {
                await front.SetStateAsync(XenbusState.Closed);
                await front.SetStateAsync(XenbusState.Initialising);
            }

            await front.MakeRingsAsync();
            await front.PublishAsync();
            await front.SetStateAsync(round % 2 == 0 ? XenbusState.Initialised : XenbusState.Connected);
            back = await c.StartBackAsync();
            await front.ExpectBackAsync("XB-053", XenbusState.Connected);
            await front.SetStateAsync(XenbusState.Connected);
        }

        await front.ExpectServedAsync("XB-053", "after the last restart");
    }
}
