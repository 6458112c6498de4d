using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-65, I-66 and I-73 from the other side: a scripted back, which answers what no driver would.</summary>
public static class RawBackScenarios
{
    private static readonly EndPredicate s_left = new("FrontLeft", static (world, store) => FrontLeftAsync(world, store, hasError: false));
    private static readonly EndPredicate s_refused = new("FrontRefused", static (world, store) => FrontLeftAsync(world, store, hasError: true));

    /// <summary>A front of 2010, whose requests may have several entries.</summary>
    private static readonly BlockMachineOptions s_seedPair = Scenario.SmallPair with
    {
        Front = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new RequestLimits(1, 2, 20, 80 * 1024) },
    };

    private static readonly (string Name, string Value)[] s_seedNodes =
    [
        (BlockNodes.MaxRequests, "2"), (BlockNodes.MaxRequestSegments, "20"), (BlockNodes.MaxRequestSize, "81920"),
    ];

    private static readonly Scenario s_answers = new()
    {
        Name = "I-65b",
        Title = "the back rewrites a response while the front reads it",
        Clauses = ["RG-027", "BF-008"],
        Start = ScenarioStart.Nothing,
        Prepare = static world => ConnectAsync(world),
        Play = static world =>
        {
            bool isOfAnother = world.World.Driver.Choose("rewritten number", 2) == 1;
            Read(world, "BF-008", sectors: 1, isOfAnother ? [DiskResult.Ok, DiskResult.Gone, DiskResult.BufferLost] : [DiskResult.Ok, DiskResult.Error]);
            Host(world, async back =>
            {
                var request = await back.TakeAsync();
                var response = new BlkifResponse(request.Id, request.Operation, BlkifStatus.Ok);
                await back.PutAsync(response);
                world.Fate("rewriter", () => back.WriteEntryAsync(0, isOfAnother ? response with { Id = ulong.MaxValue } : response with { Status = BlkifStatus.Error }));
                await back.PushAsync(back.Answered);
            });
        },
        End = s_left,
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_answers,
        s_answers with
        {
            Name = "I-66b",
            Title = "the back's index jumps beyond what was asked, or goes back",
            Clauses = ["RG-016", "BF-007"],
            Play = static world =>
            {
                uint index = world.World.Driver.Choose("index", 2) == 1 ? uint.MaxValue : 100;
                Read(world, "RG-016", sectors: 1, DiskResult.Gone, DiskResult.BufferLost);
                Host(world, async back =>
                {
                    await back.TakeAsync();
                    await back.PushAsync(index);
                    await ExpectHaltAsync(back, "RG-016");
                });
            },
            End = s_refused,
        },
        s_answers with
        {
            Name = "I-73b",
            Title = "the back answers a request of two entries with one",
            Clauses = ["BF-040", "RG-016"],
            Options = static _ => s_seedPair,
            Prepare = static world => ConnectAsync(world, s_seedNodes),
            Play = static world =>
            {
                Read(world, "BF-040", sectors: 12 * 8, DiskResult.Gone, DiskResult.BufferLost);
                Host(world, async back =>
                {
                    var request = await back.TakeAsync();
                    PairWorld.Expect(request.SegmentCount == 12, "RG-033", "a request of 12 segments, which needs two entries", $"one of {request.SegmentCount}");
                    await back.PutAsync(new BlkifResponse(request.Id, request.Operation, BlkifStatus.Ok));
                    await back.PushAsync(back.Answered);
                    await ExpectHaltAsync(back, "BF-040");
                });
            },
            End = s_refused,
        },
    ];

    /// <summary>Makes the disk, and connects a scripted back to the driver's front.</summary>
    private static async ValueTask ConnectAsync(PairWorld world, params (string Name, string Value)[] offers)
    {
        await world.Machine.FrontBus.StartAsync();
        await world.Tools.AddAsync(world.Disk);
        world.RawBack = new RawBack(world);
        await world.RawBack.ConnectAsync(offers);
    }

    /// <summary>Reads from the beginning; it must end, in one of these ways.</summary>
    private static void Read(PairWorld world, string clause, int sectors, params DiskResult[] results) => world.User(async () =>
    {
        var result = await world.Device!.ReadAsync(default, new byte[512 * sectors]);
        PairWorld.Expect(results.Contains(result), clause, $"a read that ends in {string.Join(" or ", results)}", $"{result}");
    });

    /// <summary>Lets the scripted back do something, and close when all has come to rest: that must work whatever was before.</summary>
    private static void Host(PairWorld world, Func<RawBack, ValueTask> body) => world.Host(async () =>
    {
        await body(world.RawBack!);
        await world.Machine.BackDomain.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
        PairWorld.Expect(await world.RawBack!.CloseAsync(), "XB-020", "a front that closes", "one that does not");
    });

    /// <summary>The ring is not followed: the front gives the device up by itself (BF-007).</summary>
    private static async ValueTask ExpectHaltAsync(RawBack back, string clause) =>
        PairWorld.Expect(await back.WaitForFrontAsync(XenbusState.Closed), clause, "a front that halts the ring and closes", "one that goes on");

    private static async ValueTask<Breach?> FrontLeftAsync(PairWorld world, IStoreClient store, bool hasError)
    {
        var found = new EndFindings(world, store, world.Disk, hasError ? "FrontRefused" : "FrontLeft");
        return await found.ExpectStatesAsync("6", "6")
            ?? found.ExpectFrontHoldsNothing()
            ?? (hasError && await found.ErrorAsync(world.Disk.FrontNode) is null ? found.Broken("an error node", "none") : null);
    }
}
