using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>Numbers from a back that nothing can be made of.</summary>
public static class BadNodeCases
{
    /// <summary>Zero for any limit of 2010 ends the attach with a cause, and is not computed with.</summary>
    [Case("NG-010", "NG-050", "BF-003", "XB-039", Guards = "Z-262")]
    public static async Task AZeroLimitIsFatal(FrontContext c)
    {
        string[] names = [BlockNodes.MaxRingPages, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize];
        var offer = NegotiationCases.Offer(4, 64, 32, 32 * 4096);
        offer[c.Order % 4].Value = c.Order < 4 ? "0" : "00";
        await ExpectRefusedAsync(c, "NG-010", FrontSettings.For(BlockProfile.Seed2010), offer, [], $"{names[c.Order % 4]} 0");
    }

    /// <summary>A sector-size that is 0, below 512 or no power of two, or sectors that do not fit in 64 bits of bytes, are fatal.</summary>
    [Case("NG-033", "NG-050", "NG-035", "XB-040", "XB-063", Guards = "Z-262")]
    public static async Task ASenselessMediumIsFatal(FrontContext c)
    {
        (string Name, string Value)[] wrong =
        [
            (BlockNodes.SectorSize, "0"), (BlockNodes.SectorSize, "256"), (BlockNodes.SectorSize, "1000"), (BlockNodes.SectorSize, "1536"),
            (BlockNodes.SectorSize, "4294967296"), (BlockNodes.Sectors, "18446744073709551615"), (BlockNodes.SectorSize, "-512"), (BlockNodes.SectorSize, "512x"),
        ];
        var node = wrong[c.Order];
        await ExpectRefusedAsync(c, node.Name == BlockNodes.Sectors ? "NG-035" : "NG-033", FrontSettings.For((BlockProfile)(c.Order % 3)), [], [node], $"{node.Name} {node.Value}");
    }

    /// <summary>A Connected back without sectors, or with something else in their place, gives no disk.</summary>
    [Case("NG-002", "NG-050")]
    public static async Task AMediumWithoutASizeIsFatal(FrontContext c)
    {
        string[] wrong = ["", "-1", "2048 ", "0x800", "18446744073709551616", "2e3", "+5", "many"];
        await ExpectRefusedAsync(c, "NG-002", FrontSettings.For(BlockProfile.Mainline), [], [(BlockNodes.Sectors, wrong[c.Order])], $"sectors '{wrong[c.Order]}'");
    }

    /// <summary>A malformed limit counts as none, or ends the attach; it is never a part of a number.</summary>
    [Case("NG-002", "NG-001")]
    public static async Task AMalformedLimitIsNoPartOfANumber(FrontContext c)
    {
        string[] wrong = ["", "-4", "4x", " 4", "4294967297", "0x4", "99999999999999999999", "4\0"];
        var back = new ScriptedBack(c);
        await c.StartFrontAsync(FrontSettings.For(c.Order % 2 == 0 ? BlockProfile.Seed2010 : BlockProfile.Mainline));
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync((BlockNodes.MaxRingPages, wrong[c.Order]), (BlockNodes.MaxRingPageOrder, wrong[c.Order]), (BlockNodes.MaxRequestSegments, wrong[c.Order]), (BlockNodes.MultiQueueMaxQueues, wrong[c.Order]));
        await c.ExpectStateAsync("NG-002", back.Disk.FrontNode, XenbusState.Initialised, XenbusState.Closed);
        if (await back.ReadFrontStateAsync() == XenbusState.Initialised)
        {
            await back.MapAsync();
            c.Expect("NG-002", back.Rings is [{ Pages.Count: 1 }], $"one queue of one page from '{wrong[c.Order]}'", $"{back.Rings.Count} of {back.Ring.Pages.Count}");
        }
    }

    /// <summary>Without a device number, without a back's path or domain, or with nonsense there, the ring is not made.</summary>
    [Case("BF-001", "NG-039", "NG-040", Guards = "Z-019")]
    public static async Task AttachNeedsANumberAndABack(FrontContext c)
    {
        (string Name, string? Value)[] wrong =
        [
            (BlockNodes.VirtualDevice, null), (BlockNodes.VirtualDevice, "disk"), (BlockNodes.VirtualDevice, "536870912"), (BlockNodes.VirtualDevice, "-1"),
            ("backend", null), ("backend-id", null), ("backend-id", "many"), ("backend", ""),
        ];
        var (name, value) = wrong[c.Order];
        var back = new ScriptedBack(c);
        var disk = back.Disk;
        await c.Tools.AddAsync(disk);
        await back.SetStateAsync(XenbusState.InitWait);
        await (value is null ? c.Store.RemoveAsync($"{disk.FrontNode}/{name}") : c.WriteAsync($"{disk.FrontNode}/{name}", value));
        var before = GuestHoldings.Of(c.Guest);
        var front = await c.StartFrontAsync();
        await c.SettleAsync();
        bool isAnnounced = front.FindDisk(disk.Name) is { IsAnnounced: true };
        c.Expect("BF-001", !isAnnounced && await back.ReadFrontAsync(BlockNodes.EventChannel) is null, $"nothing published with {name} {value ?? "absent"}", "a ring");
        if (name == BlockNodes.VirtualDevice)
        {
            await back.ExpectFrontRestsAsync("BF-001", XenbusState.Closed);
            await back.ExpectErrorAsync("BF-001");
        }

        before.ExpectSame("BF-001", c);
    }

    /// <summary>The wide form of a device number, and the node for wide numbers, make a disk too; the handle is the number's low half.</summary>
    [Case("NG-039", "NG-040", "BF-033", Guards = "Z-019")]
    public static async Task WideNumbersMakeADisk(FrontContext c)
    {
        bool isOwnNode = c.Order % 2 == 1;
        uint number = 0x1000_0000 | (37u << 8) | 3;
        var disk = c.Disk(number);
        var back = new ScriptedBack(c, disk);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        if (isOwnNode)
        {
            disk = disk with { FrontNodes = new Dictionary<string, string> { [BlockNodes.VirtualDeviceExtended] = $"{number}" } };
        }

        await c.Tools.AddAsync(disk);
        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        scene.Back.Serve();
        await scene.ExpectServesAsync(isOwnNode ? "NG-040" : "NG-039");
        c.Expect("BF-033", back.Served.TrueForAll(request => request.Handle == (ushort)number), $"handle {(ushort)number}", $"{back.Served[0].Handle}");
    }

    /// <summary>The front fails at a node: no disk, a closed device, a cause, and nothing held.</summary>
    private static async Task ExpectRefusedAsync(FrontContext c, string clause, FrontSettings settings, (string, string)[] offer, (string, string)[] medium, string what)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync(settings);
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync(offer);
        if (medium.Length > 0)
        {
            await back.AcceptAsync();
            await back.PresentAsync(medium);
        }

        await c.SettleAsync();
        c.Expect(clause, front.FindDisk(back.Disk.Name) is not { IsAnnounced: true }, $"no disk with {what}", "one");
        var state = await back.ReadFrontStateAsync();
        c.Expect(clause, state is XenbusState.Closed or XenbusState.Closing, $"a closed device with {what}", $"{state}");
        await back.ExpectErrorAsync(clause, settings.Profile == BlockProfile.Mainline ? Errno.EINVAL : null);
        await back.RemoveAsync();
        before.ExpectSame("BF-003", c);
    }
}
