using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>What a front publishes, by what the back offered.</summary>
public static class NegotiationCases
{
    private static readonly FrontSettings Seed = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new RequestLimits(8, 128, 64, 64 * 4096) };

    /// <summary>A front of 2010 publishes the lesser of its own limit and the back's, for each of the four, under the names of 2010.</summary>
    [Case("NG-006", "NG-008", "NG-013", "NG-011")]
    public static async Task EachLimitIsTheLesserOfTheTwo(FrontContext c)
    {
        (uint Pages, uint Requests, uint Segments, uint Bytes)[] offers =
        [
            (4, 64, 32, 32 * 4096), (16, 256, 128, 128 * 4096), (8, 128, 64, 64 * 4096), (1, 128, 64, 64 * 4096),
            (8, 1, 64, 64 * 4096), (8, 128, 1, 64 * 4096), (8, 128, 64, 4096), (8, 128, 12, uint.MaxValue),
        ];
        var (pages, requests, segments, bytes) = offers[c.Order];
        var back = await PublishAsync(c, Seed, Offer(pages, requests, segments, bytes));
        await ExpectAsync(back, BlockNodes.RingPages, "NG-006", Math.Min(pages, 8));
        await ExpectAsync(back, BlockNodes.MaxRequests, "NG-006", Math.Min(requests, 128));
        uint effective = Math.Min(segments, 64);
        await ExpectAsync(back, BlockNodes.MaxRequestSegments, "NG-006", effective);
        await ExpectAsync(back, BlockNodes.MaxRequestSize, "NG-011", Math.Min(Math.Min(bytes, 64 * 4096), effective * 4096));
        c.Expect("NG-013", back.Ring.Pages.Count == Math.Min(pages, 8), "as many references as ring-pages says", $"{back.Ring.Pages.Count}");
        c.Expect("NG-013", await back.ReadFrontAsync("ring-ref") is not null && await back.ReadFrontAsync("ring-ref0") is null, "ring-ref for page 0, and no ring-ref0", "others");
        c.Expect("NG-014", await back.ReadFrontAsync(BlockNodes.RingPageOrder) is null && await back.ReadFrontAsync(BlockNodes.NumRingPages) is null, "no names of today's scheme", "some");
    }

    /// <summary>Towards a back that publishes nothing, a front of 2010 takes a ring of one page, 32 requests and 11 segments.</summary>
    [Case("NG-007", "NG-048", "NG-001")]
    public static async Task AbsentLimitsAreTheLegacyOnes(FrontContext c)
    {
        var back = await PublishAsync(c, Seed);
        c.Expect("NG-007", back.Ring.Pages.Count == 1, "one page", $"{back.Ring.Pages.Count}");
        c.Expect("NG-007", (await back.FindFrontNumberAsync(BlockNodes.MaxRequests) ?? 32) <= 32, "at most 32 requests", "more");
        c.Expect("NG-007", (await back.FindFrontNumberAsync(BlockNodes.MaxRequestSegments) ?? 11) <= 11, "at most 11 segments", "more");
        c.Expect("NG-007", (await back.FindFrontNumberAsync(BlockNodes.MaxRequestSize) ?? 45056) <= 45056, "at most 45056 bytes", "more");
        await back.PresentSizeAloneAsync();
        await c.ExpectStateAsync("NG-048", back.Disk.FrontNode, XenbusState.Connected);
    }

    /// <summary>A front of today takes the largest order both allow, says it, and numbers its references from 0; with one page it says nothing and has ring-ref.</summary>
    [Case("NG-014", "NG-015", "NG-016", "NG-017", "NG-006", Guards = "Z-127")]
    public static async Task TheRingIsTheLargestThatBothAllow(FrontContext c)
    {
        (string? Order, string? Pages, int Expected)[] offers =
        [
            ("0", null, 0), ("2", null, 2), ("9", null, 4), (null, "4", 2), (null, "7", 2), ("1", "16", 4), ("3", "2", 3), (null, null, 0),
        ];
        var (order, pages, expected) = offers[c.Order];
        (string, string)[] nodes = [.. order is null ? [] : new[] { (BlockNodes.MaxRingPageOrder, order) }, .. pages is null ? [] : new[] { (BlockNodes.MaxRingPages, pages) }];
        var back = await PublishAsync(c, FrontSettings.For(BlockProfile.Mainline) with { Queues = 1 }, nodes);
        uint? said = await back.FindFrontNumberAsync(BlockNodes.RingPageOrder);
        c.Expect("NG-017", back.Ring.Pages.Count == 1 << expected, $"{1 << expected} pages with max-ring-page-order {order ?? "absent"} and max-ring-pages {pages ?? "absent"}", $"{back.Ring.Pages.Count}");
        bool isNumbered = await back.ReadFrontAsync("ring-ref0") is not null;
        bool isSingle = await back.ReadFrontAsync("ring-ref") is not null;
        if (expected > 0)
        {
            c.Expect("NG-014", said == expected && isNumbered && !isSingle, $"ring-page-order {expected} with ring-ref0 and so on, and no ring-ref", $"order {said}, ring-ref0 {isNumbered}, ring-ref {isSingle}");
        }
        else
        {
            c.Expect("NG-016", said is null ? isSingle && !isNumbered : said == 0 && isNumbered && !isSingle, "ring-ref without an order, or order 0 with ring-ref0", $"order {said}, ring-ref0 {isNumbered}, ring-ref {isSingle}");
        }
    }

    /// <summary>The queues are the lesser of both; with one the nodes stand at the top, with more only in their directories.</summary>
    [Case("NG-032", "NG-020", "NG-006", "NG-010")]
    public static async Task QueuesAreTheLesserOfBoth(FrontContext c)
    {
        string[] offers = ["1", "2", "4", "5", "64", "3", "0", "4294967295"];
        int[] expected = [1, 2, 4, 4, 4, 3, 1, 4];
        var back = await PublishAsync(c, FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = 1 }, (BlockNodes.MultiQueueMaxQueues, offers[c.Order]), (BlockNodes.MaxRingPageOrder, "1"));
        c.Expect("NG-032", back.Rings.Count == expected[c.Order], $"{expected[c.Order]} queues of {offers[c.Order]} offered", $"{back.Rings.Count}");
        string[] top = [.. (await c.Store.ListAsync(back.Disk.FrontNode)).Where(name => name.StartsWith(BlockNodes.RingRef, StringComparison.Ordinal) || name == BlockNodes.EventChannel)];
        string[] below = [.. (await c.Store.ListAsync(back.Disk.FrontNode)).Where(name => name.StartsWith(BlockNodes.QueuePrefix, StringComparison.Ordinal))];
        bool isMany = expected[c.Order] > 1;
        c.Expect("NG-032", isMany ? top.Length == 0 && below.Length == expected[c.Order] : top.Length == 3 && below.Length == 0, "nodes of the rings in one place alone", $"at the top {string.Join(' ', top)}, below {string.Join(' ', below)}");
        await back.PresentAsync();
        await c.ExpectStateAsync("NG-032", back.Disk.FrontNode, XenbusState.Connected);
    }

    /// <summary>When the state says Initialised, every node that the front decides is there; none changes after that.</summary>
    [Case("NG-004", "NG-044", "NG-020")]
    public static async Task TheStateIsTheLastThingWritten(FrontContext c)
    {
        var settings = c.Order % 2 == 0 ? Seed : FrontSettings.For(BlockProfile.Mainline) with { PublishesInTransaction = c.Order % 4 == 1 };
        var back = new ScriptedBack(c, abi: settings.Abi);
        await c.StartFrontAsync(settings);
        await c.Tools.AddAsync(back.Disk);
        string? early = null;
        var watcher = c.Control.Fibers.Start("watching back", async () =>
        {
            while (await c.ReadAsync($"{back.Disk.FrontNode}/state") != "3")
            {
                await c.Driver.YieldAsync();
            }

            early = await DumpAsync(c, back);
        });
        await back.OfferAsync([(BlockNodes.MaxRingPageOrder, "1"), (BlockNodes.MultiQueueMaxQueues, "2"), (BlockNodes.FeaturePersistent, "1"), .. Offer(4, 64, 32, 32 * 4096)]);
        await watcher.JoinAsync();
        await c.SettleAsync();
        string late = await DumpAsync(c, back);
        c.Expect("NG-004", early == late, $"at Initialised all that is there at rest: {late}", early ?? "nothing");
        await back.AcceptAsync("NG-004");
    }

    /// <summary>A ring of 113 pages has 113 references under 113 names.</summary>
    [Case("NG-049", "NG-013")]
    public static async Task NamesOfManyPagesStayDifferent(FrontContext c)
    {
        var settings = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new RequestLimits(113, 4096, 33, 33 * 4096) };
        var back = await PublishAsync(c, settings, Offer(113, 4096, 33, 33 * 4096));
        string[] names = [.. (await c.Store.ListAsync(back.Disk.FrontNode)).Where(name => name.StartsWith(BlockNodes.RingRef, StringComparison.Ordinal))];
        c.Expect("NG-049", names.Length == 113 && names.Contains("ring-ref") && names.Contains("ring-ref112"), "ring-ref, and ring-ref1 to ring-ref112", $"{names.Length} names");
        var references = new HashSet<uint?>();
        foreach (string name in names)
        {
            references.Add(await back.FindFrontNumberAsync(name));
        }

        c.Expect("NG-049", references.Count == 113, "113 different references", $"{references.Count}");
    }

    /// <summary>A front of today has nothing to do with large-sector-size, which is no more.</summary>
    [Case("NG-042", "NG-046")]
    public static async Task ObsoleteAndUnknownNodesMeanNothing(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureLargeSectorSize, "1"), ("feature-of-tomorrow", "1"), ("max-nothing", "banana"), ("queue-0", "7"));
        c.Expect("NG-042", await scene.Back.ReadFrontAsync(BlockNodes.FeatureLargeSectorSize) is null, "no such node", "one");
        scene.Back.Serve();
        await scene.ExpectServesAsync("NG-046");
    }

    internal static async ValueTask<ScriptedBack> PublishAsync(FrontContext c, FrontSettings settings, params (string Name, string Value)[] nodes)
    {
        var back = new ScriptedBack(c, abi: settings.Abi);
        await c.StartFrontAsync(settings);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync(nodes);
        await back.AcceptAsync();
        return back;
    }

    internal static (string Name, string Value)[] Offer(uint pages, uint requests, uint segments, uint bytes) =>
    [
        (BlockNodes.MaxRingPages, $"{pages}"), (BlockNodes.MaxRequests, $"{requests}"),
        (BlockNodes.MaxRequestSegments, $"{segments}"), (BlockNodes.MaxRequestSize, $"{bytes}"),
    ];

    private static async ValueTask ExpectAsync(ScriptedBack back, string name, string clause, uint expected)
    {
        uint? found = await back.FindFrontNumberAsync(name);
        back.Case.Expect(clause, found == expected, $"{name} {expected}", found is null ? "no such node" : $"{found}");
    }

    private static async ValueTask<string> DumpAsync(FrontContext c, ScriptedBack back)
    {
        var lines = new List<string>();
        foreach (string name in (await c.Store.ListAsync(back.Disk.FrontNode)).Order(StringComparer.Ordinal))
        {
            lines.Add($"{name}={await back.ReadFrontAsync(name)}");
            foreach (string inner in (await c.Store.ListAsync($"{back.Disk.FrontNode}/{name}")).Order(StringComparer.Ordinal))
            {
                lines.Add($"{name}/{inner}={await back.ReadFrontAsync($"{name}/{inner}")}");
            }
        }

        return string.Join(' ', lines);
    }
}
