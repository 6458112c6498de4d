using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block.Cases.Back.Negotiation;

/// <summary>What a front publishes: taken as it is meant, or refused whole.</summary>
public static class FrontNodeCases
{
    private static readonly string[] Malformed = ["", "-1", "+1", "1x", "x", " 1", "1 ", "0x10", "1.0", "4294967296", "18446744073709551616", "99999999999999999999999"];

    /// <summary>A zero where something is counted is fatal, and nothing is indexed with it.</summary>
    [Case("NG-010", "NG-032", "XB-040", Guards = "Z-009")]
    public static async Task ZeroIsFatalWhereSomethingIsCounted(BackContext c)
    {
        uint number = 51712;
        foreach (var (profile, name) in ((BlockProfile, string)[])[(BlockProfile.Seed2010, BlockNodes.RingPages), (BlockProfile.Seed2010, BlockNodes.MaxRequests), (BlockProfile.Seed2010, BlockNodes.MaxRequestSegments), (BlockProfile.Seed2010, BlockNodes.MaxRequestSize), (BlockProfile.Mainline, BlockNodes.MultiQueueNumQueues)])
        {
            var plan = (profile == BlockProfile.Seed2010 ? FrontPlan.Seed(11) : new FrontPlan()).With(name, "0");
            await ExpectFatalAsync(c, number += 16, profile, plan, "NG-010", $"{name} 0");
        }
    }

    /// <summary>More than the back has is fatal where memory was made for it: pages and queues.</summary>
    [Case("NG-009", "NG-006", "NG-032", "NG-017")]
    public static async Task MorePagesOrQueuesThanOfferedAreFatal(BackContext c)
    {
        uint number = 51712;
        foreach (string pages in (string[])["17", "32", "1024", "4294967295"])
        {
            await ExpectFatalAsync(c, number += 16, BlockProfile.Mainline, new FrontPlan().With(BlockNodes.NumRingPages, pages), "NG-009", $"{BlockNodes.NumRingPages} {pages}");
        }

        await ExpectFatalAsync(c, number += 16, BlockProfile.Seed2010, FrontPlan.Seed(11).With(BlockNodes.RingPages, "4294967295"), "NG-009", "ring-pages 4294967295");
        foreach (string queues in (string[])["5", "1024", "4294967295"])
        {
            await ExpectFatalAsync(c, number += 16, BlockProfile.Mainline, new FrontPlan().With(BlockNodes.MultiQueueNumQueues, queues), "NG-032", $"{BlockNodes.MultiQueueNumQueues} {queues}");
        }
    }

    /// <summary>An order above the published one is fatal, and never shifted by.</summary>
    [Case("NG-017", "NG-018", "BB-029", Guards = "Z-036, Z-142")]
    public static async Task LargeOrdersAreFatal(BackContext c)
    {
        uint number = 51712;
        foreach (string order in (string[])["5", "10", "31", "32", "33", "40", "63", "64", "4294967295", "4294967296"])
        {
            var (front, back) = await BeginFatalAsync(c, number += 16, BlockProfile.Mainline, new FrontPlan().With(BlockNodes.RingPageOrder, order), "NG-017", $"ring-page-order {order}");

            // And nothing of it is left when the disk is made again and the front asks for less.
            await c.Tools.ForceAsync(front.Disk);
            await c.SettleAsync();
            var again = new ScriptedFront(c, await c.AddDiskAsync(front.Disk));
            await again.ConnectAsync();
            await again.ExpectServedAsync("BB-029", "after a connection that was refused");
            await back.StopAsync();
        }
    }

    /// <summary>What is no number where one is needed is fatal.</summary>
    [Case("NG-002", "XB-040", "XB-039", "XB-063")]
    public static async Task MalformedReferencesAndPortsAreFatal(BackContext c)
    {
        uint number = 51712;
        foreach (string name in (string[])[BlockNodes.RingRef, BlockNodes.EventChannel])
        {
            foreach (string? wrong in Malformed.Append(null))
            {
                await ExpectFatalAsync(c, number += 16, BlockProfile.Mainline, new FrontPlan().With(name, wrong), "NG-002", $"{name} '{wrong}'");
            }
        }
    }

    /// <summary>What is no number where one may be is fatal or as if it were not there, and never part of a number.</summary>
    [Case("NG-002", "NG-001", "NG-015")]
    public static async Task MalformedOptionsAreFatalOrAbsent(BackContext c)
    {
        uint number = 51712;
        foreach (var (profile, name) in ((BlockProfile, string)[])[(BlockProfile.Mainline, BlockNodes.RingPageOrder), (BlockProfile.Mainline, BlockNodes.NumRingPages), (BlockProfile.Mainline, BlockNodes.MultiQueueNumQueues), (BlockProfile.Seed2010, BlockNodes.MaxRequests), (BlockProfile.Seed2010, BlockNodes.MaxRequestSegments)])
        {
            var back = await c.StartBackAsync(BackSettings.For(profile));
            foreach (string wrong in Malformed)
            {
                var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan().With(name, wrong));
                await front.OfferAsync();
                await c.SettleAsync();
                string? state = await front.ReadBackAsync("state");
                c.Expect(state is "4" or "6", $"a back Connected or Closed with {name} '{wrong}'", $"state {state}");
                if (state == "4")
                {
                    await front.ExpectServedAsync("NG-002", $"with {name} '{wrong}' as if it were not there");
                    var page = await front.GrantAsync();
                    var large = await front.AskAsync(RequestBytes.Counted(front.Abi, BlkifOperation.Read, front.NextId(), 8, 200, page.Segment()));
                    c.Expect(large.Status == BlkifStatus.Error, $"200 segments refused with {name} '{wrong}'", $"{large}");
                    await front.CloseAsync();
                }

                c.Expect("XB-027", await c.Tools.RemoveAsync(front.Disk), "the tool stack to take the device away", "it could not");
            }

            await back.StopAsync();
        }
    }

    /// <summary>Order 0 is one page, named ring-ref0 or, as some fronts do, ring-ref.</summary>
    [Case("NG-016", "NG-014", Guards = "Z-127")]
    public static async Task OrderZeroIsOnePageUnderEitherName(BackContext c)
    {
        await c.StartBackAsync();
        var numbered = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712)), new FrontPlan { Names = RingNames.Ordered });
        await numbered.ConnectAsync();
        await numbered.ExpectServedAsync("NG-016", "with ring-page-order 0 and ring-ref0");
        var single = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51728)), new FrontPlan().With(BlockNodes.RingPageOrder, "0"));
        await single.ConnectAsync();
        await single.ExpectServedAsync("NG-016", "with ring-page-order 0 and ring-ref");
    }

    /// <summary>Two schemes that disagree are not mixed: one of them counts whole, or the front is refused.</summary>
    [Case("NG-015", "NG-014")]
    public static async Task SchemesThatDisagreeAreNotMixed(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (var (name, value) in ((string, string)[])[(BlockNodes.NumRingPages, "1"), (BlockNodes.NumRingPages, "8"), (BlockNodes.RingPages, "1"), (BlockNodes.RingPages, "8")])
        {
            var plan = new FrontPlan { Pages = 4, Names = RingNames.Ordered }.With(name, value).With(BlockNodes.RingRef, "8");
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), plan);
            await front.OfferAsync();
            await c.SettleAsync();
            string? state = await front.ReadBackAsync("state");
            c.Expect(state is "4" or "6", $"a back Connected or Closed with order 2 and {name} {value}", $"state {state}");
            if (state == "4")
            {
                var page = await front.GrantAsync();
                for (uint i = 0; i < front.Ring.Entries; i++)
                {
                    await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, i, 0, page.Segment()));
                }

                await front.Ring.PublishAsync();
                await Rings.IndexCases.ExpectEachOnceAsync(c, front.Ring, [.. Enumerable.Range(0, (int)front.Ring.Entries).Select(i => (ulong)i)]);
            }
        }
    }

    /// <summary>No protocol means the native one; one that nobody knows is fatal.</summary>
    [Case("NG-022", "NG-021", "BI-009")]
    public static async Task UnknownProtocolsAreFatal(BackContext c)
    {
        uint number = 51712;
        foreach (string name in (string[])["", "x86_64", "x86_64-abi ", "X86_64-ABI", "x86_64-abi2", "ia64-abi", "native"])
        {
            await ExpectFatalAsync(c, number += 16, BlockProfile.Mainline, new FrontPlan().With(BlockNodes.Protocol, name), "NG-022", $"protocol '{name}'");
        }

        await c.StartBackAsync();
        var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan().With(BlockNodes.Protocol, null));
        await front.ConnectAsync();
        await front.ExpectServedAsync("NG-021", "without a protocol node");
    }

    /// <summary>Each ring of several is read from its own directory, and the nodes of a single one are not looked at.</summary>
    [Case("NG-032", "NG-020")]
    public static async Task QueuesAreReadFromTheirDirectories(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (var (queues, pages) in ((int, int)[])[(2, 1), (4, 1), (3, 2)])
        {
            var plan = new FrontPlan { Queues = queues, Pages = pages, Names = pages > 1 ? RingNames.Ordered : RingNames.Single }.With(BlockNodes.RingRef, "9999").With(BlockNodes.EventChannel, "9999");
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), plan);
            await front.ConnectAsync();
            foreach (var ring in front.Rings)
            {
                await front.ExpectServedAsync("NG-032", "on each ring", ring: ring);
            }

            await front.CloseAsync();
            await front.ExpectLetGoAsync("XB-020", "after the close");
        }

        // With one queue said aloud, the nodes at the top count.
        var one = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan().With(BlockNodes.MultiQueueNumQueues, "1"));
        await one.ConnectAsync();
        await one.ExpectServedAsync("NG-032", "on the one ring");
        var torn = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan { Queues = 2 }.With("queue-1/event-channel", null));
        await torn.OfferAsync();
        await torn.ExpectGivenUpAsync("NG-020", "a ring without a port");
    }

    /// <summary>Nodes that mean nothing to the back change nothing, the obsolete one of large sectors among them.</summary>
    [Case("NG-046", "NG-042", "BI-017")]
    public static async Task UnknownNodesChangeNothing(BackContext c)
    {
        DeviceSectorSize.TryCreate(4096, out var large);
        c.Media.Add("/media/large", new Reference.Block.Storage.MemoryMedium("large", new SectorCount512(4096), large));
        var plan = new FrontPlan().With(BlockNodes.FeatureLargeSectorSize, "1").With("feature-of-tomorrow", "7").With("max-request-of-tomorrow", "x").With(BlockNodes.Trusted, "0");
        var front = await ScriptedFront.ConnectedAsync(c, plan, disk: c.Disk(path: "/media/large"));
        c.Expect("NG-042", await front.ReadBackAsync(BlockNodes.Sectors) == "4096", "sectors in units of 512 whatever the front writes", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
        await front.ExpectServedAsync("NG-046", "with nodes that mean nothing");
    }

    /// <summary>Of what each end can do the lesser counts: no more requests under way than the front said.</summary>
    [Case("NG-006", "NG-012", "NG-007", "NG-008")]
    public static async Task TheLesserOfBothLimitsCounts(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var plan = FrontPlan.Seed(20).With(BlockNodes.MaxRequests, "4");
        var front = await ScriptedFront.ConnectedAsync(c, plan, BackSettings.For(BlockProfile.Seed2010));
        var pages = await front.GrantManyAsync(20);
        storage.Holds = true;
        for (ulong id = 0; id < 8; id++)
        {
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, id, 8 * id, pages[id].Segment()));
        }

        await front.Ring.PublishAsync();
        await c.SettleAsync();
        c.Expect(storage.Held.Count is > 0 and <= 4, "at most four requests under way where the front said four", $"{storage.Held.Count}");
        await storage.ReleaseAllAsync();
        await Rings.IndexCases.ExpectEachOnceAsync(c, front.Ring, [0, 1, 2, 3, 4, 5, 6, 7]);
        await front.CloseAsync();

        // And a front that says nothing has the limits of old: eleven pages are one request.
        await front.ExpectLetGoAsync("XB-020", "after the close");
        foreach (string name in (string[])[BlockNodes.RingPages, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize])
        {
            await front.RemoveAsync(name);
        }

        front.Plan = new FrontPlan();
        await front.ReconnectAsync();
        var eleven = await front.GrantManyAsync(11);
        var response = await front.AskAsync(BlkifOperation.Write, 8, [.. eleven.Select(page => page.Segment())]);
        c.Expect("NG-007", response.Status == BlkifStatus.Ok, "eleven whole pages written for a front that said nothing", $"{response}");
    }

    /// <summary>Pages beyond the hundredth have names of their own.</summary>
    [Case("NG-049", "NG-013", "RG-036")]
    public static async Task PagesBeyondTheHundredthHaveTheirOwnNames(BackContext c)
    {
        var settings = BackSettings.For(BlockProfile.Seed2010, 1 << 20);
        settings = settings with { RingPagesMax = 128, Limits = settings.Limits!.Value with { RingPages = 128 } };
        var plan = FrontPlan.Seed(11, 113) with { FirstIndex = 3500 };
        var front = await ScriptedFront.ConnectedAsync(c, plan, settings);
        var page = await front.GrantAsync();
        var ids = new List<ulong>();
        for (uint i = 0; i < 700; i++)
        {
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, i, i, page.Segment()));
            ids.Add(i);
        }

        await front.Ring.PublishAsync();
        await Rings.IndexCases.ExpectEachOnceAsync(c, front.Ring, ids);
    }

    private static async ValueTask ExpectFatalAsync(BackContext c, uint number, BlockProfile profile, FrontPlan plan, string clause, string what)
    {
        var (_, back) = await BeginFatalAsync(c, number, profile, plan, clause, what);
        await back.StopAsync();
    }

    /// <summary>The same, and the back goes on.</summary>
    private static async ValueTask<(ScriptedFront Front, IBackUnderTest Back)> BeginFatalAsync(BackContext c, uint number, BlockProfile profile, FrontPlan plan, string clause, string what)
    {
        var back = await c.StartBackAsync(BackSettings.For(profile));
        var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number)), plan);
        await front.OfferAsync();
        await front.ExpectGivenUpAsync(clause, what);
        return (front, back);
    }
}
