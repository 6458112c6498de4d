using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-09, I-13, I-15, I-18, I-64 to I-69, I-73 and I-74: a scripted front, which publishes and asks for what no driver would.</summary>
public static class RawFrontScenarios
{
    private static readonly EndPredicate s_closed = new("BackClosed", static (world, store) => BackClosedAsync(world, store, hasError: false));
    private static readonly EndPredicate s_refused = new("BackRefused", static (world, store) => BackClosedAsync(world, store, hasError: true));

    /// <summary>The back of 2010 with requests of several entries.</summary>
    private static readonly BlockMachineOptions s_seedPair = Scenario.SmallPair with
    {
        Back = BackSettings.For(BlockProfile.Seed2010) with { RingPagesMax = 1, Limits = new RequestLimits(1, 2, 20, 64 * 1024), RequestsMax = 2 },
    };

    private static readonly (string Name, string Value)[] s_seedNodes =
    [
        (BlockNodes.MaxRequests, "2"), (BlockNodes.MaxRequestSegments, "20"), (BlockNodes.MaxRequestSize, "65536"),
    ];

    private static readonly Scenario s_attach = new()
    {
        Name = "I-09",
        Title = "the front takes its port back while the back binds it",
        Clauses = ["BB-026", "EV-026", "NG-020"],
        Start = ScenarioStart.Back,
        Play = static world => Attach(world, async front =>
        {
            await front.MakeAsync();
            await front.PublishAsync();
            await front.SayAsync(XenbusState.Initialised);
            await front.ClosePortAsync();
            await front.WaitForBackAsync(XenbusState.Connected, XenbusState.Closed);
            await front.CloseAsync();
        }),
        End = s_closed,
    };

    private static readonly Scenario s_use = s_attach with
    {
        Name = "I-65",
        Title = "the front rewrites a request while the back reads it",
        Clauses = ["RG-027", "BB-040"],
        Prepare = static world => ConnectAsync(world),
        Storage = static (machine, path) =>
        {
            var medium = new SmallMedium(path, 8);
            medium.Write(512, Enumerable.Repeat((byte)1, 512).ToArray());
            medium.Write(1024, Enumerable.Repeat((byte)2, 512).ToArray());
            return _ => new SynchronousStorage(machine.World.Driver, medium, 1);
        },
        Play = static world =>
        {
            var front = world.Raw!;
            uint index = front.Produced;
            Use(world, async () =>
            {
                await front.Data.CopyInAsync(0, Enumerable.Repeat((byte)0xFF, 1024).ToArray());
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 1));
                world.Fate("rewriter", () => front.WriteEntryAsync(index, front.Request(BlkifOperation.Read, 7, 1, 2)));
                await front.PushAsync(front.Produced);
                var response = await front.TakeAsync();
                var bytes = new byte[1024];
                await front.Data.CopyOutAsync(0, bytes);

                // One request reads a sector, the other the two behind it. The rewriter may be so late that it destroys the
                // response, which is in the same slot.
                bool isAnswered = response is { Id: not 7 } or { Status: BlkifStatus.Ok };
                bool isOneOfTwo = (Content(bytes.AsSpan(0, 512)), Content(bytes.AsSpan(512))) is (0, 0xFF) or (1, 2);
                PairWorld.Expect(isAnswered && isOneOfTwo, "BB-040", "one of the two requests, whole", $"{response}, {bytes[0]} and {bytes[512]}");
                PairWorld.Expect(await front.CountResponsesAsync() == 0, "RG-025", "one response", "more");
            });
        },
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_attach,
        s_attach with
        {
            Name = "I-13",
            Title = "the front publishes a ring larger than the back offers",
            Clauses = ["NG-008", "NG-009"],
            Options = static _ => Scenario.SmallPair with { Back = Scenario.SmallPair.Back with { RingPagesMax = 2 } },
            Play = static world => Attach(world, async front =>
            {
                await front.MakeAsync(pages: 2);
                await front.PublishAsync((BlockNodes.RingPageOrder, "2"));
                await front.SayAsync(XenbusState.Initialised);
                await front.WaitForBackAsync(XenbusState.Closed);
                await front.CloseAsync();
            }),
            End = s_refused,
        },
        s_attach with
        {
            Name = "I-15",
            Title = "the front publishes two schemes of names that contradict each other",
            Clauses = ["NG-015"],
            Options = static _ => Scenario.SmallPair with { Back = Scenario.SmallPair.Back with { RingPagesMax = 2 } },
            Play = static world => Attach(world, async front =>
            {
                await front.MakeAsync(pages: 2);
                await front.PublishAsync((BlockNodes.RingPageOrder, "1"), (BlockNodes.NumRingPages, "1"));
                await front.SayAsync(XenbusState.Initialised);
                await front.WaitForBackAsync(XenbusState.Closed);
                await front.CloseAsync();
            }),
            End = s_refused,
        },
        s_attach with
        {
            Name = "I-18",
            Title = "the front puts a request into the ring before the back has mapped it, and notifies at any time of the attach",
            Clauses = ["EV-013", "RG-010"],
            Play = static world => Attach(world, async front =>
            {
                await front.MakeAsync();
                await front.PublishAsync();
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 1));
                await front.SayAsync(XenbusState.Initialised);
                await ExpectReadAsync(front, "RG-010");
                await front.CloseAsync();
            }),
        },
        s_use with
        {
            Name = "I-25",
            Title = "the front closes and begins anew before the back has looked",
            Clauses = ["XB-014", "XB-025"],
            Play = static world => world.User(async () =>
            {
                await world.Raw!.SayAsync(XenbusState.Closing);
                await world.Raw.SayAsync(XenbusState.Closed);
                await world.Raw.SayAsync(XenbusState.Initialising);
                await world.Raw.ClosePortAsync();
                PairWorld.Expect(await world.Raw.WaitForBackAsync(XenbusState.InitWait), "XB-014", "a back that begins anew as well", "one that missed the beginning");
                var next = new RawFront(world);
                await next.ConnectAsync();
                await next.PutAsync(next.Request(BlkifOperation.Read, 7, 1, 1));
                await ExpectReadAsync(next, "XB-026");
                await next.CloseAsync();
            }),
        },
        s_use with
        {
            Name = "I-64",
            Title = "the storage completes inside the submission, and the front uses the slot again at once",
            Clauses = ["RG-024", "RG-025"],
            Play = static world => Use(world, () => RefillAsync(world.Raw!)),
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
        s_use,
        s_use with
        {
            Name = "I-66",
            Title = "the front's index jumps further than the ring is long",
            Clauses = ["RG-015", "RG-016", "BB-043"],
            Play = static world => Use(world, async () =>
            {
                var front = world.Raw!;
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 1));
                await front.PushAsync(front.Produced + 100);
                await ExpectHaltAsync(front, "RG-015");
            }),
            End = s_refused,
        },
        s_use with
        {
            Name = "I-67",
            Title = "the front publishes the rest of a request later than its beginning",
            Clauses = ["RG-033", "RG-034"],
            Options = static _ => s_seedPair,
            Prepare = static world => ConnectAsync(world, others: s_seedNodes),
            Storage = static (machine, path) => _ => new SynchronousStorage(machine.World.Driver, new SmallMedium(path, 16), 1),
            Play = static world => Use(world, async () =>
            {
                var front = world.Raw!;
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 12)[..RawFront.EntrySize]);
                await front.PushAsync(front.Produced);
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 12)[RawFront.EntrySize..]);
                await front.PushAsync(front.Produced);
                await world.Machine.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));

                // A back that was so late that it saw both entries serves the request, whose response is as long (RG-035).
                if (await front.CountResponsesAsync() == 2)
                {
                    var response = await front.TakeAsync();
                    PairWorld.Expect(response is { Id: 7, Status: BlkifStatus.Ok }, "RG-033", "a read that succeeds", $"{response}");
                }
                else
                {
                    await ExpectHaltAsync(front, "RG-034");
                }
            }),
        },
        s_use with
        {
            Name = "I-68",
            Title = "a request of two entries begins in the last one of the ring",
            Clauses = ["RG-033", "RG-035"],
            Options = static _ => s_seedPair,
            Prepare = static world => ConnectAsync(world, first: 31, others: s_seedNodes),
            Storage = static (machine, path) => _ => new SynchronousStorage(machine.World.Driver, new SmallMedium(path, 16), 1),
            Play = static world => Use(world, async () =>
            {
                var front = world.Raw!;
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 12));
                await ExpectReadAsync(front, "RG-033");
                uint rest = await front.CountResponsesAsync();
                PairWorld.Expect(rest == 1, "RG-035", "a response of two entries, as the request was", $"one of {rest + 1}");
            }),
        },
        s_use with
        {
            Name = "I-69",
            Title = "the front takes a grant back while the back works with it",
            Clauses = ["GT-022", "GT-007", "BB-011"],
            Play = static world =>
            {
                var front = world.Raw!;
                world.Fate("revoker", async () => await world.Machine.Guest.Grants.TryRevokeAsync(front.DataReference));
                Use(world, async () =>
                {
                    await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 1));
                    await front.PushAsync(front.Produced);
                    var response = await front.TakeAsync();
                    PairWorld.Expect(response is { Id: 7, Status: BlkifStatus.Ok or BlkifStatus.Error }, "BB-011", "a read that succeeds or fails", $"{response}");
                });
            },
        },
        s_use with
        {
            Name = "I-73",
            Title = "the front produces one entry of a request that claims more",
            Clauses = ["BF-040", "RG-034", "RG-016"],
            Options = static _ => s_seedPair,
            Prepare = static world => ConnectAsync(world, others: s_seedNodes),
            Play = static world => Use(world, async () =>
            {
                var front = world.Raw!;
                await front.PutAsync(front.Request(BlkifOperation.Read, 7, 0, 1, count: 255));
                await front.PushAsync(front.Produced);
                await ExpectHaltAsync(front, "RG-034");
            }),
            End = s_refused,
        },
        s_use with
        {
            Name = "I-74",
            Title = "a flush that claims 255 segments, before a read",
            Clauses = ["BB-045", "BB-018"],
            Play = static world => Use(world, async () =>
            {
                var front = world.Raw!;
                await front.PutAsync(front.Request(BlkifOperation.FlushDiskCache, 7, 0, 0, count: 255));
                await front.PutAsync(front.Request(BlkifOperation.Read, 8, 0, 1));
                await front.PushAsync(front.Produced);
                var (first, second) = (await front.TakeAsync(), await front.TakeAsync());
                var read = first is { Id: 8 } ? first : second;
                PairWorld.Expect(first?.Id + second?.Id == 15 && read is { Id: 8, Status: BlkifStatus.Ok }, "BB-045", "an answer for each, and a read that succeeds", $"{first} and {second}");
            }),
        },
    ];

    /// <summary>The value that all bytes have; null when they differ.</summary>
    private static byte? Content(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExcept(bytes[0]) ? null : bytes[0];

    /// <summary>Makes the disk, and lets a scripted front go its way once the back is in InitWait.</summary>
    private static void Attach(PairWorld world, Func<RawFront, ValueTask> body) => world.Toolstack(async () =>
    {
        await world.Tools.AddAsync(world.Disk);
        world.User(async () =>
        {
            var front = new RawFront(world);
            if (await front.WaitForBackAsync(XenbusState.InitWait))
            {
                await body(front);
            }
        });
        await world.Tools.HotplugAsync(world.Disk, DiskRequest.MediumOf(world.Disk));
    });

    /// <summary>Makes the disk and connects a scripted front to it.</summary>
    internal static async ValueTask ConnectAsync(PairWorld world, uint first = 0, params (string Name, string Value)[] others)
    {
        await world.AddAsync(world.Disk);
        world.Raw = new RawFront(world);
        await world.Raw.ConnectAsync(first: first, others: others);
    }

    /// <summary>Lets the scripted front use the disk, and then close: that must work whatever was before.</summary>
    private static void Use(PairWorld world, Func<ValueTask> body) => world.User(async () =>
    {
        await body();
        await world.Raw!.CloseAsync();
    });

    /// <summary>
    /// Fills the ring, and puts one more request into the first slot as soon as its response is there: a back that answers
    /// before it has taken the request away reads the new one in its place (RG-024).
    /// </summary>
    private static async ValueTask RefillAsync(RawFront front)
    {
        uint requests = front.EntryCount + 1;
        for (ulong id = 1; id < requests; id++)
        {
            await front.PutAsync(front.Request(BlkifOperation.FlushDiskCache, id, 0, 0));
        }

        await front.PushAsync(front.Produced);
        var answered = new SortedSet<ulong>();
        for (int i = 0; i < requests; i++)
        {
            var response = await front.TakeAsync();
            PairWorld.Expect(response is { Status: BlkifStatus.Ok } && answered.Add(response.Value.Id), "RG-024", "a success for each request, once", $"{response}");
            if (i == 0)
            {
                await front.PutAsync(front.Request(BlkifOperation.FlushDiskCache, requests, 0, 0));
                await front.PushAsync(front.Produced);
            }
        }

        PairWorld.Expect(answered.Min == 1 && answered.Max == requests, "RG-024", "the requests that were made", $"{answered.Min} to {answered.Max}");
        PairWorld.Expect(await front.CountResponsesAsync() == 0, "RG-025", "no other response", "more");
    }

    /// <summary>Pushes what was put, a read with the id 7, which must succeed.</summary>
    private static async ValueTask ExpectReadAsync(RawFront front, string clause)
    {
        await front.PushAsync(front.Produced);
        var response = await front.TakeAsync();
        PairWorld.Expect(response is { Id: 7, Status: BlkifStatus.Ok }, clause, "a read that succeeds", $"{response}");
    }

    /// <summary>The ring is not followed: nothing is answered, and the back closes by itself, with an error (RG-015, RG-034, BB-043).</summary>
    private static async ValueTask ExpectHaltAsync(RawFront front, string clause)
    {
        PairWorld.Expect(await front.WaitForBackAsync(XenbusState.Closed), clause, "a back that halts the ring and closes", "one that goes on");
        uint responses = await front.CountResponsesAsync();
        PairWorld.Expect(responses == 0, clause, "no response", $"{responses}");
    }

    private static async ValueTask<Breach?> BackClosedAsync(PairWorld world, Reference.XenStore.Client.IStoreClient store, bool hasError)
    {
        var found = new EndFindings(world, store, world.Disk, hasError ? "BackRefused" : "BackClosed");
        return await found.ExpectNodeAsync(world.Disk.BackNode, "state", "6")
            ?? found.ExpectBackHoldsNothing()
            ?? (hasError && await found.ErrorAsync(world.Disk.BackNode) is null ? found.Broken("an error node", "none") : null);
    }
}
