using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.States;

/// <summary>How connections end, and begin again.</summary>
public static class CloseCases
{
    /// <summary>The front's Closing is answered with Closing, its Closed with Closed, after everything is let go of.</summary>
    [Case("XB-019", "XB-020", "XB-009", "BB-028")]
    public static async Task EachStepOfTheFrontsCloseIsAnswered(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        await front.ExpectServedAsync("XB-019", "before");
        await front.SetStateAsync(XenbusState.Closing);
        await front.ExpectBackAsync("XB-019", XenbusState.Closing);
        await front.ExpectServedAsync("XB-024", "while both are Closing");
        await c.SettleAsync();
        c.Expect(await front.ReadBackAsync("state") == "5", "the back Closing until the front is Closed", $"state {await front.ReadBackAsync("state")}");
        await front.SetStateAsync(XenbusState.Closed);
        await front.ExpectBackAsync("XB-019", XenbusState.Closed);
        await front.ExpectLetGoAsync("XB-020", "when the back is Closed");
    }

    /// <summary>A front that is not ready to close goes on after the tool stack asked: it is served until it is Closed itself.</summary>
    [Case("XB-024", "XB-028", "XB-030", "XB-025", Guards = "Z-034")]
    public static async Task AFrontThatKeepsTheDiskIsServed(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        await c.Tools.AskToCloseAsync(front.Disk);
        await c.SettleAsync();
        for (int i = 0; i < 40; i++)
        {
            await front.ExpectServedAsync("XB-024", "while the front keeps the disk");
        }

        c.Expect("XB-024", await front.ReadBackAsync("state") is "5" or "4", "a back that is not Closed before its front", $"state {await front.ReadBackAsync("state")}");
        await front.CloseAsync("XB-030");
        await front.ExpectLetGoAsync("XB-020", "after the close");
        await c.SettleAsync();
        c.Expect("XB-028", await c.ReadAsync($"{front.Disk.BackNode}/hotplug-status") is null, "no hotplug-status after a close with online 0", "it is there");
        c.Expect("XB-027", await c.Tools.RemoveAsync(front.Disk), "the tool stack to take the device away", "it could not");
    }

    /// <summary>With online 1 a closed device waits for its front and is whole again: limits, medium, data. Each generation leaves nothing.</summary>
    [Case("XB-025", "XB-026", "BB-047", "XB-017", Guards = "Z-004, Z-253")]
    public static async Task ClosedDevicesThatAreOnlineBeginAgain(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int generation = 0; generation < 6; generation++)
        {
            await front.ExpectServedAsync("XB-026", $"in generation {generation}");
            await front.CloseAsync();
            await front.ExpectLetGoAsync("BB-047", $"after generation {generation}");
            await c.SettleAsync();
            c.Expect(await front.ReadBackAsync("state") == "6", "a back that stays Closed until the front begins", $"state {await front.ReadBackAsync("state")}");
            c.Expect("XB-028", await c.ReadAsync($"{front.Disk.BackNode}/hotplug-status") == "connected", "hotplug-status left alone while online", "another");
            await front.SetStateAsync(XenbusState.Initialising);
            await front.ExpectBackAsync("XB-025", XenbusState.InitWait);
            c.Expect("XB-026", await front.ReadBackAsync(BlockNodes.MaxRingPageOrder) is not null, "the limits published in InitWait again", "nothing");
            await front.ConnectAsync();
            c.Expect("XB-026", await front.ReadBackAsync(BlockNodes.Sectors) == "4096", "the medium published again", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
        }
    }

    /// <summary>Nothing of what one front negotiated holds for the next, which publishes nothing of it.</summary>
    [Case("BB-048", "XB-026", "NG-019", "BB-047", Guards = "Z-254")]
    public static async Task NothingNegotiatedOutlivesItsConnection(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, FrontPlan.Seed(30, 2), BackSettings.For(BlockProfile.Seed2010));
        var pages = await front.GrantManyAsync(20);
        var large = await front.AskAsync(BlkifOperation.Write, 8, [.. pages.Select(page => page.Segment(0, 0))]);
        c.Expect(large.Status == BlkifStatus.Ok, "a write of 20 segments where they were agreed on", $"{large}");
        await front.CloseAsync();
        await front.ExpectLetGoAsync("BB-047", "after the close");
        foreach (string name in (string[])[BlockNodes.RingPages, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize, "ring-ref1"])
        {
            await front.RemoveAsync(name);
        }

        front.Plan = new FrontPlan();
        await front.ReconnectAsync();
        for (byte count = 12; count < 40; count += 9)
        {
            // One entry each now, and too many.
            uint before = front.Ring.Consumed;
            var response = await front.AskAsync(RequestBytes.Counted(front.Abi, BlkifOperation.Write, front.NextId(), 8, count));
            c.Expect(response.Status == BlkifStatus.Error && await front.Ring.LoadAsync(8) == before + 1, $"{count} segments refused in one entry by a legacy connection", $"{response}");
        }

        await front.ExpectServedAsync("BB-048", "in a legacy connection after an extended one");
    }

    /// <summary>Many connections in quick succession, closed at any moment, leave nothing and serve the last.</summary>
    [Case("XB-056", "BB-030", "BB-029", "XB-014", "XB-058", Guards = "Z-114, XSA-350")]
    public static async Task ConnectionsThatComeAndGoLeaveNothing(BackContext c)
    {
        await c.StartBackAsync();
        var front = new ScriptedFront(c, await c.AddDiskAsync());
        for (int round = 0; round < 12; round++)
        {
            await front.OfferAsync();
            var page = await front.GrantAsync();
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, 1, 8, page.Segment()));
            await front.Ring.PublishAsync();
            for (int i = c.Random.Next(200); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            if (round % 2 == 0)
            {
                await front.SetStateAsync(XenbusState.Connected);
            }

            await front.SetStateAsync(XenbusState.Closing);
            await front.CloseAsync("XB-056");
            await front.ExpectLetGoAsync("XB-056", $"after connection {round}");
            await front.SetStateAsync(XenbusState.Initialising);
        }

        await front.ConnectAsync();
        await front.ExpectServedAsync("XB-056", "on the last connection");
    }

    /// <summary>A front that closes so fast that its Closed is never seen is given a new connection, and the old one is let go of.</summary>
    [Case("XB-014", "XB-017", "BB-029")]
    public static async Task ACloseThatNobodySawIsDoneAllTheSame(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int round = 0; round < 3; round++)
        {
            await front.SetStateAsync(XenbusState.Closing);
            await front.SetStateAsync(XenbusState.Closed);
            await front.SetStateAsync(XenbusState.Initialising);
            await front.ExpectBackAsync("XB-014", XenbusState.InitWait);
            await front.ExpectLetGoAsync("XB-017", "when the back begins again");
            await front.ConnectAsync();
            await front.ExpectServedAsync("XB-014", "on the next connection");
        }
    }

    /// <summary>The end of the front's domain releases everything without a word of it.</summary>
    [Case("XB-046", "BB-028", "XB-032", "BB-044", Guards = "Z-147")]
    public static async Task TheEndOfTheFrontsDomainReleasesEverything(BackContext c)
    {
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        await c.StartBackAsync();
        for (int round = 0; round < 5; round++)
        {
            var guest = await c.CreateDomainAsync();
            var disk = DiskRequest.Make(51712, BackContext.MediumPath, guest.Id, c.Control.Id);
            var front = new ScriptedFront(c, await c.AddDiskAsync(disk), new FrontPlan().With(BlockNodes.FeaturePersistent, round % 2 == 0 ? "1" : "0"), guest);
            await front.ConnectAsync();
            foreach (var page in await front.GrantManyAsync(8))
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, front.NextId(), 8, page.Segment()));
            }

            await front.Ring.PublishAsync();
            for (int i = c.Random.Next(100); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            await c.World.DestroyAsync(guest);
            await c.Tools.ForceAsync(disk);
            await c.SettleAsync();
            c.Expect(c.World.Hypervisor.Find(guest.Id) is null, "nothing of the dead domain mapped any more, so that it can go", "a zombie");
            c.Expect("XB-005", await c.ReadAsync($"{disk.BackNode}/state") is null, "no node left where the device was", "a state node");
        }
    }

    /// <summary>Two devices of a guest: the close and the failure of one does not touch the other.</summary>
    [Case("BB-024", "XB-034", Guards = "Z-027")]
    public static async Task DevicesDoNotTouchEachOther(BackContext c)
    {
        c.Media.Add("/media/other", new MemoryMedium("other", new SectorCount512(4096)));
        await c.StartBackAsync();
        var one = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(517)));
        var other = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712, "/media/other")));
        await one.ConnectAsync();
        await other.ConnectAsync();
        await one.CloseAsync();
        await c.SettleAsync();
        await other.ExpectServedAsync("BB-024", "after another device was closed");
        c.Expect("XB-034", await other.ReadBackAsync("state") == "4", "the other device Connected", $"state {await other.ReadBackAsync("state")}");
        await one.SetStateAsync(XenbusState.Initialising);
        await one.ConnectAsync();
        await one.Ring.PublishAsync(one.Ring.Produced + 5000);
        await c.SettleAsync();
        await other.ExpectServedAsync("BB-024", "after another device was given up");
        await other.CloseAsync();
        await other.ReconnectAsync();
        await other.ExpectServedAsync("BB-024", "after its own reconnect");
    }

    /// <summary>A driver that is unloaded closes its devices and lets go of everything.</summary>
    [Case("BB-029", "XB-058", "BB-028", Guards = "Z-177, Z-155")]
    public static async Task UnloadingTheDriverLetsGoOfEverything(BackContext c)
    {
        for (uint round = 0; round < 6; round++)
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * round))));
            await front.OfferAsync();
            for (int i = c.Random.Next(150); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            await back.StopAsync();
            c.Expect(await c.ReadAsync($"{front.Disk.BackNode}/state") == "6", "the back Closed when its driver is gone", $"state {await c.ReadAsync($"{front.Disk.BackNode}/state")}");
            await front.ExpectLetGoAsync("BB-029", "when the driver is gone");
        }
    }
}
