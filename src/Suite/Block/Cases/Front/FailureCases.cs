using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>What a front does when something it needs cannot be had.</summary>
public static class FailureCases
{
    /// <summary>Whichever step of the way to Connected fails, the device ends Closed with a cause, holds nothing, and the boot goes on.</summary>
    [Case("BF-003", "XB-039", "XB-040", "XB-063", "BF-035", Guards = "Z-017, Z-038, Z-137")]
    public static async Task AFailureAtAnyStepReleasesEverything(FrontContext c)
    {
        string[] steps = [FrontStep.Resolve, FrontStep.ReadLimits, $"{FrontStep.GrantRingPage}.0", $"{FrontStep.GrantRingPage}.3", FrontStep.AllocatePort, FrontStep.Publish, FrontStep.Commit, FrontStep.ReadMedium];
        var plan = new DeviationPlan([new Deviation(steps[c.Order], DeviationKind.Fail, 1, Errno.EIO)]);
        await ExpectFailureAsync(c, "BF-003", plan, $"a failure at {steps[c.Order]}");
    }

    /// <summary>Without references for all pages of the ring, or without a page, or without a port, the attach fails and nothing is held.</summary>
    [Case("BF-035", "BF-003", "BF-002", "XB-039", Guards = "Z-017, Z-038, Z-137")]
    public static async Task AShortageAtTheAttachReleasesEverything(FrontContext c)
    {
        // The store has one port already, and the grant table's own frame is a page.
        var options = (c.Order % 3) switch
        {
            0 => new DomainOptions { EventPorts = 2 },
            1 => new DomainOptions { MemoryPages = 2 + (c.Order / 3) },
            _ => new DomainOptions { GrantFrames = 1 },
        };
        await c.UseGuestAsync(options);
        if (c.Order % 3 == 2)
        {
            await c.Guest.Grants.ReserveAsync(c.Guest.GrantTable.FreeCount - (c.Order / 3));
        }

        await ExpectFailureAsync(c, c.Order % 3 == 0 ? "BF-035" : "BF-003", DeviationPlan.None, $"a guest with {(c.Order % 3) switch { 0 => "no port", 1 => "few pages", _ => "few references" }}");
    }

    /// <summary>A failure in a device does not hold up another, nor the boot.</summary>
    [Case("XB-039", "XB-045", "XB-044", "XB-061")]
    public static async Task AFailureStaysWithItsDevice(FrontContext c)
    {
        var bad = new ScriptedBack(c, c.Disk(768));
        var good = new ScriptedBack(c, c.Disk(51712));
        await c.Tools.AddAsync(bad.Disk);
        await c.Tools.AddAsync(good.Disk);
        await c.Store.RemoveAsync($"{bad.Disk.FrontNode}/{BlockNodes.VirtualDevice}");
        await good.SetStateAsync(XenbusState.InitWait);
        var front = await c.StartFrontAsync();
        bool? isBooted = null;
        var boot = c.Guest.Fibers.Start("boot", async () => isBooted = await front.WaitForBootAsync());
        await good.AcceptAsync("XB-039");
        c.Expect("XB-044", isBooted is null, "a boot that waits for a disk that is connecting", "one that went on");
        await good.PresentAsync();
        await boot.JoinAsync();
        c.Expect("XB-045", isBooted == true, "a boot that goes on when one device failed and the other is Connected", $"{isBooted}");
        await good.ExpectFrontRestsAsync("XB-039", XenbusState.Connected);
        await bad.ExpectErrorAsync("XB-039");
    }

    /// <summary>A failure that cannot be published, because the guest may not write there, is a failure and nothing worse.</summary>
    [Case("XB-042", "XB-043")]
    public static async Task AnErrorThatCannotBeWrittenIsNoFurtherError(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.Store.MakeDirectoryAsync($"/local/domain/{c.Guest.Id}/error");
        await c.Store.SetPermissionsAsync($"/local/domain/{c.Guest.Id}/error", [new(DomainId.Zero, Model.Protocol.XenStore.XsAccess.None)]);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync();
        await back.AcceptAsync();
        await back.PresentAsync((BlockNodes.SectorSize, "0"));
        await c.ExpectStateAsync("XB-042", back.Disk.FrontNode, XenbusState.Closed);
        c.Expect("XB-043", await c.ReadAsync($"{back.ErrorNode}") is null, "no error node where the guest may not write", "one");
        await back.RemoveAsync();
        before.ExpectSame("XB-042", c);
        var next = new ScriptedBack(c, c.Disk(51728));
        await c.Tools.AddAsync(next.Disk);
        await next.OfferAsync();
        await next.AcceptAsync("XB-042");
        await next.PresentAsync();
        await c.ExpectStateAsync("XB-042", next.Disk.FrontNode, XenbusState.Connected);
        c.Expect("XB-042", front.FindDisk(next.Disk.Name) is not null, "the next device to be served", "none");
    }

    /// <summary>A device that failed can be taken away and made again.</summary>
    [Case("XB-039", "XB-035", "XB-056")]
    public static async Task AFailedDeviceCanBeMadeAgain(FrontContext c)
    {
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        for (int round = 0; round < 3; round++)
        {
            var bad = new ScriptedBack(c);
            await c.Tools.AddAsync(bad.Disk);
            await bad.OfferAsync();
            await bad.AcceptAsync();
            await bad.PresentAsync((BlockNodes.SectorSize, "513"));
            await c.ExpectStateAsync("XB-039", bad.Disk.FrontNode, XenbusState.Closed);
            await bad.RemoveAsync();
            before.ExpectSame("XB-035", c);
        }

        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        scene.Back.Serve();
        await scene.ExpectServesAsync("XB-039");
    }

    private static async Task ExpectFailureAsync(FrontContext c, string clause, DeviationPlan plan, string what)
    {
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync((BlockNodes.MaxRingPageOrder, "2"), (BlockNodes.MultiQueueMaxQueues, "1"));
        var before = GuestHoldings.Of(c.Guest);
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Mainline) with { PublishesInTransaction = c.Order % 2 == 0 }, plan);
        bool? isBooted = null;
        var boot = c.Guest.Fibers.Start("boot", async () => isBooted = await front.WaitForBootAsync());
        await c.SettleAsync();
        if (await back.ReadFrontStateAsync() == XenbusState.Initialised)
        {
            await back.MapAsync();
            await back.PresentAsync();
            await c.SettleAsync();
        }

        var state = await back.ReadFrontStateAsync();
        c.Expect("XB-039", state == XenbusState.Closed, $"a Closed device after {what}", $"{state}");
        await back.ExpectErrorAsync("XB-040");
        c.Expect("XB-039", front.FindDisk(back.Disk.Name) is not { IsAnnounced: true }, $"no disk after {what}", "one");
        await boot.JoinAsync();
        c.Expect("XB-039", isBooted is not null, $"a boot that goes on after {what}", "one that waits");
        await back.RemoveAsync();
        before.ExpectSame(clause, c);
    }
}
