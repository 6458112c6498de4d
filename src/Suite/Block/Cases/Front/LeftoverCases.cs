using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>Directories in which somebody else left something, or that are not whole yet.</summary>
public static class LeftoverCases
{
    /// <summary>A back that is Connected to an earlier front is walked through Closing and Closed, and only then begun with; its ring is not used.</summary>
    [Case("XB-059", "XB-013", "XB-054", "XB-060")]
    public static async Task AConnectedBackIsWalkedBack(FrontContext c)
    {
        bool isFirmware = c.Order % 2 == 0;
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        await back.PublishAsync((BlockNodes.Sectors, "2048"));
        await back.SetStateAsync(XenbusState.Connected);
        if (!isFirmware)
        {
            await c.WriteAsync($"{back.Disk.FrontNode}/state", "4");
        }

        var seen = new List<XenbusState>();
        var follower = c.Control.Fibers.Start("following back", async () =>
        {
            while (seen.LastOrDefault() != XenbusState.Closed)
            {
                var state = await back.ReadFrontStateAsync();
                if (state is XenbusState.Closing or XenbusState.Closed && (seen.Count == 0 || seen[^1] != state))
                {
                    seen.Add(state);
                    await back.SetStateAsync(state);
                }
                else
                {
                    await c.Driver.DelayAsync(TimeSpan.FromMilliseconds(10));
                }
            }
        });
        var front = await c.StartFrontAsync();
        await follower.JoinAsync();
        await c.SettleAsync();
        c.Expect("XB-013", await back.ReadFrontAsync(BlockNodes.EventChannel) is null && front.FindDisk(back.Disk.Name) is not { IsAnnounced: true }, "nothing published and no disk while the back is another's", "a ring or a disk");
        c.Expect("XB-059", await back.ReadFrontStateAsync() == XenbusState.Initialising, "Initialising, after Closed", $"{await back.ReadFrontStateAsync()}");
        await back.OfferAsync();
        await back.AcceptAsync("XB-054");
        await back.PresentAsync();
        await c.ExpectStateAsync("XB-059", back.Disk.FrontNode, XenbusState.Connected);
        back.Serve();
        await c.SettleAsync();
        c.Expect("XB-059", await front.FindDisk(back.Disk.Name)!.ReadAsync(default, new byte[512]) == DiskResult.Ok, "a read to succeed", "it did not");
    }

    /// <summary>A back that does not follow is not waited for without end: the boot goes on.</summary>
    [Case("XB-054", "XB-044", "XB-059")]
    public static async Task ABackThatDoesNotFollowIsNotWaitedForWithoutEnd(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        await back.PublishAsync((BlockNodes.Sectors, "2048"));
        await back.SetStateAsync(XenbusState.Connected);
        if (c.Order % 2 == 0)
        {
            await c.WriteAsync($"{back.Disk.FrontNode}/state", "4");
        }

        var front = await c.StartFrontAsync();
        bool? isBooted = null;
        c.Guest.Fibers.Start("boot", async () => isBooted = await front.WaitForBootAsync());
        await c.SettleAsync();
        c.Expect("XB-044", isBooted is not null, "a boot that goes on after a bounded time", "one that waits");
        c.Expect("XB-059", front.FindDisk(back.Disk.Name) is not { IsAnnounced: true }, "no disk on a ring that is not its own", "one");
    }

    /// <summary>A back left Closing or Closed is no wish to close: the front waits, and begins when the back does.</summary>
    [Case("XB-062", "XB-014", "XB-059")]
    public static async Task AClosedBackIsWaitedFor(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk with { Name = "0" });
        await c.Tools.ForceAsync(back.Disk with { Name = "0" });
        await MakeBackAsync(c, back, c.Order % 2 == 0 ? XenbusState.Closed : XenbusState.Closing);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await MakeFrontAsync(c, back, "1");
        await back.ExpectFrontRestsAsync("XB-062", XenbusState.Initialising);
        if (c.Order % 4 == 1)
        {
            await back.SetStateAsync(XenbusState.Closed);
            await back.ExpectFrontRestsAsync("XB-062", XenbusState.Initialising);
        }

        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        back.Serve();
        await scene.ExpectServesAsync("XB-062");
    }

    /// <summary>A device whose state is not Initialising when it appears is going away: nothing is begun with it.</summary>
    [Case("XB-035", "BF-001")]
    public static async Task ADeviceThatIsGoingAwayIsNotBegunWith(FrontContext c)
    {
        string[] states = ["5", "6", "3", "4", "2", "6", "5", "0"];
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        var stale = new ScriptedBack(c);
        await c.Tools.AddAsync(stale.Disk with { Name = "0" });
        await c.Tools.ForceAsync(stale.Disk with { Name = "0" });
        await MakeBackAsync(c, stale, XenbusState.Initialising);
        await MakeFrontAsync(c, stale, states[c.Order]);
        await c.SettleAsync();
        await stale.SetStateAsync(XenbusState.InitWait);
        await c.SettleAsync();
        c.Expect("XB-035", await stale.ReadFrontAsync(BlockNodes.EventChannel) is null && await stale.ReadFrontAsync("state") == states[c.Order], $"a device in state {states[c.Order]} to be left alone", "a ring, or another state");
        await c.Tools.ForceAsync(stale.Disk);
        await c.SettleAsync();
        before.ExpectSame("XB-035", c);
        c.Expect("XB-035", front.FindDisk(stale.Disk.Name) is null, "no disk", "one");
    }

    /// <summary>A directory that appears piece by piece is begun with when it is whole.</summary>
    [Case("XB-036", "XB-037")]
    public static async Task APartialDirectoryIsTriedAgain(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(back.Disk with { Name = "0" });
        await c.Tools.ForceAsync(back.Disk with { Name = "0" });
        string node = back.Disk.FrontNode;
        (string Name, string Value)[] nodes = [("backend", back.Disk.BackNode), ("backend-id", "0"), (BlockNodes.VirtualDevice, back.Disk.Name), ("state", "1")];
        await c.Store.MakeDirectoryAsync(node);
        await c.Store.SetPermissionsAsync(node, [new(c.Guest.Id, Model.Protocol.XenStore.XsAccess.None), new(DomainId.Zero, Model.Protocol.XenStore.XsAccess.Read)]);
        await MakeBackAsync(c, back, XenbusState.Initialising);
        foreach (var (name, value) in nodes)
        {
            await c.SettleAsync();
            await c.WriteAsync($"{node}/{name}", value);
        }

        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        back.Serve();
        await scene.ExpectServesAsync("XB-036");
    }

    /// <summary>A device made at any moment while the driver starts is found.</summary>
    [Case("XB-037")]
    public static async Task ADeviceMadeDuringTheStartIsFound(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var maker = c.Control.Fibers.Start("tool stack", async () =>
        {
            for (int i = 0; i < c.Order * 4; i++)
            {
                await c.Driver.YieldAsync();
            }

            await c.Tools.AddAsync(back.Disk);
        });
        await c.StartFrontAsync();
        await maker.JoinAsync();
        await back.OfferAsync();
        await back.AcceptAsync("XB-037");
    }

    /// <summary>A device of a type that no driver serves keeps its state, and holds up no boot.</summary>
    [Case("XB-038", "XB-044")]
    public static async Task ADeviceWithoutADriverIsLeftAsItIs(FrontContext c)
    {
        var other = c.Disk() with { Type = "vfb", Name = "0" };
        await c.Tools.AddAsync(other);
        await c.Tools.AddAsync(c.Disk() with { Type = "vbd2", Name = "51712" });
        var front = await c.StartFrontAsync();
        c.Expect("XB-038", await front.WaitForBootAsync(), "a boot that goes on", "one that gave up");
        await c.WriteAsync($"{other.BackNode}/state", "2");
        await c.SettleAsync();
        c.Expect("XB-038", await c.ReadAsync($"{other.FrontNode}/state") == "1", "state 1", await c.ReadAsync($"{other.FrontNode}/state") ?? "none");
    }

    private static async ValueTask MakeFrontAsync(FrontContext c, ScriptedBack back, string state)
    {
        await c.Store.InTransactionAsync(async transaction =>
        {
            await c.Store.MakeDirectoryAsync(back.Disk.FrontNode, transaction);
            await c.Store.SetPermissionsAsync(back.Disk.FrontNode, [new(c.Guest.Id, Model.Protocol.XenStore.XsAccess.None)], transaction);
            foreach (var (name, value) in new[] { ("backend", back.Disk.BackNode), ("backend-id", "0"), (BlockNodes.VirtualDevice, back.Disk.Name), ("state", state) })
            {
                await c.Store.WriteAsync($"{back.Disk.FrontNode}/{name}", Encoding.ASCII.GetBytes(value), transaction);
            }
        });
    }

    private static async ValueTask MakeBackAsync(FrontContext c, ScriptedBack back, XenbusState state)
    {
        await c.Store.MakeDirectoryAsync(back.Disk.BackNode);
        await c.Store.SetPermissionsAsync(back.Disk.BackNode, [new(DomainId.Zero, Model.Protocol.XenStore.XsAccess.None), new(c.Guest.Id, Model.Protocol.XenStore.XsAccess.Read)]);
        await back.SetStateAsync(state);
    }
}
