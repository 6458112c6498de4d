using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>One connection after another on the same device.</summary>
public static class ReconnectCases
{
    /// <summary>A reconnect to a weaker back shows nothing of the stronger one: no order, no queues, no further references.</summary>
    [Case("NG-019", "XB-008", "XB-026", "NG-020", Guards = "Z-178, Z-254")]
    public static async Task NothingOfAnEarlierConnectionStays(FrontContext c)
    {
        bool isSeed = c.Order % 2 == 1;
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(isSeed ? BlockProfile.Seed2010 : BlockProfile.Mainline), [.. Strong(isSeed)]);
        var back = scene.Back;
        await ReconnectAsync(scene, async () =>
        {
            foreach (var (name, _) in Strong(isSeed))
            {
                await back.WithdrawAsync(name);
            }
        });
        string[] own = [.. (await c.Store.ListAsync(back.Disk.FrontNode)).Where(name => name.StartsWith("ring", StringComparison.Ordinal) || name.StartsWith("queue", StringComparison.Ordinal) || name.StartsWith("multi", StringComparison.Ordinal))];
        bool isClean = isSeed ? !own.Except(["ring-ref", "ring-pages"]).Any() : own is ["ring-ref"];
        c.Expect("NG-019", isClean && own.Contains("ring-ref"), "ring-ref, and of a front of 2010 ring-pages", string.Join(' ', own));
        c.Expect("NG-019", back.Rings is [{ Pages.Count: 1 }], "one queue of one page", $"{back.Rings.Count} of {back.Ring.Pages.Count}");
        back.Serve();
        await scene.ExpectServesAsync("XB-026");
    }

    /// <summary>Features of the earlier back are not taken to be those of the next.</summary>
    [Case("NG-026", "NG-031", "XB-026")]
    public static async Task FeaturesAreThoseOfThisConnection(FrontContext c)
    {
        (string Name, string Value)[] strong = [(BlockNodes.FeatureFlushCache, "1"), (BlockNodes.FeatureBarrier, "1"), (BlockNodes.FeatureDiscard, "1"), (BlockNodes.FeatureMaxIndirectSegments, "64"), (BlockNodes.FeaturePersistent, "1")];
        bool isStrongFirst = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c, null, isStrongFirst ? strong : []);
        await ReconnectAsync(scene, async () =>
        {
            foreach (var (name, value) in strong)
            {
                await scene.Back.PublishAsync((name, isStrongFirst ? "0" : value));
            }
        });
        scene.Back.Serve();
        var flush = scene.Start(() => scene.Disk.FlushAsync());
        var discard = scene.Start(() => scene.Disk.DiscardAsync(default, new SectorCount512(8)));
        var large = scene.Write(0, scene.Random(20 * 4096));
        await c.SettleAsync();
        flush.Expect("NG-026", c, isStrongFirst ? DiskResult.NotSupported : DiskResult.Ok);
        discard.Expect("NG-026", c, isStrongFirst ? DiskResult.NotSupported : DiskResult.Ok);
        large.Expect("NG-026", c, DiskResult.Ok);
        int special = scene.Back.Served.Count(request => request.Operation is not (BlkifOperation.Read or BlkifOperation.Write));
        c.Expect("NG-026", special == (isStrongFirst ? 0 : 3), $"{(isStrongFirst ? 0 : 3)} requests of other kinds", $"{special}");
    }

    /// <summary>The front closes and begins again twenty times: each time it serves, and at the end nothing is held.</summary>
    [Case("XB-056", "XB-026", "BF-002", Guards = "Z-114")]
    public static async Task ManyReconnectsLeakNothing(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeaturePersistent, "1"), (BlockNodes.MaxRingPageOrder, "1"));
        scene.Back.Serve();
        await scene.ExpectServesAsync("XB-026");
        var held = GuestHoldings.Of(c.Guest);
        for (int round = 0; round < 20; round++)
        {
            await ReconnectAsync(scene, () => default);
            scene.Back.Serve();
            await scene.ExpectServesAsync("XB-026");
        }

        held.ExpectSame("XB-056", c);
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("XB-056");
    }

    /// <summary>A back that closes and comes back to InitWait while the device stays is used again when the front is told to begin anew.</summary>
    [Case("XB-014", "XB-008", "BF-024")]
    public static async Task ADeviceTakenAwayAndMadeAgainServes(FrontContext c)
    {
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        for (int round = 0; round < 5; round++)
        {
            var back = new ScriptedBack(c);
            await c.Tools.AddAsync(back.Disk);
            await back.OfferAsync();
            var scene = await FrontScene.FinishAsync(c, back, front, before);
            back.Serve();
            await scene.ExpectServesAsync("XB-014");
            if (round % 2 == 0)
            {
                await back.SetStateAsync(XenbusState.Closing);
            }

            await back.RemoveAsync();
            before.ExpectSame("XB-014", c);
        }
    }

    private static (string Name, string Value)[] Strong(bool isSeed) => isSeed
        ? NegotiationCases.Offer(8, 256, 33, 33 * 4096)
        : [(BlockNodes.MaxRingPageOrder, "2"), (BlockNodes.MultiQueueMaxQueues, "3")];

    /// <summary>The front closes and begins anew; the back goes along and, once Closed, publishes something else.</summary>
    private static async ValueTask ReconnectAsync(FrontScene scene, Func<ValueTask> change)
    {
        var c = scene.Case;
        var back = scene.Back;
        c.Guest.Fibers.Start("operator", scene.Disk.ReconnectAsync);
        await c.ExpectStateAsync("XB-008", back.Disk.FrontNode, XenbusState.Closed, XenbusState.Initialising);
        await back.UnmapAsync();
        await back.SetStateAsync(XenbusState.Closed);
        await c.ExpectStateAsync("XB-008", back.Disk.FrontNode, XenbusState.Initialising);
        await change();
        await back.OfferAsync();
        await back.AcceptAsync("XB-026");
        await back.PresentAsync();
        await c.ExpectStateAsync("XB-026", back.Disk.FrontNode, XenbusState.Connected);
        await c.SettleAsync();
    }
}
