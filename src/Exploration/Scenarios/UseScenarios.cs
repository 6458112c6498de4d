using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-40 to I-75: deaths, suspension and the data path of a connected disk.</summary>
public static class UseScenarios
{
    /// <summary>A pair of 2010 whose front has one request at a time: it stops at once, as one whose ring is full does.</summary>
    private static readonly BlockMachineOptions s_oneRequest = Scenario.SmallPair with
    {
        Front = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new RequestLimits(1, 1, 11, 44 * 1024) },
        Back = BackSettings.For(BlockProfile.Seed2010) with { RingPagesMax = 1, Limits = new RequestLimits(1, 2, 11, 44 * 1024), RequestsMax = 2 },
    };

    private static readonly BlockMachineOptions s_driverDomain = Scenario.SmallPair with { DriverDomain = new() { GrantFrames = 1 } };

    private static readonly Scenario s_reads = new()
    {
        Name = "I-60",
        Title = "two users read at once, while the other end may go to sleep",
        Clauses = ["RG-020", "RG-024"],
        Start = ScenarioStart.Connected,
        Play = static world =>
        {
            MustRead(world);
            MustRead(world);
        },
        End = EndPredicate.Connected,
    };

    private static readonly Scenario s_persistent = s_reads with
    {
        Name = "I-71",
        Title = "a read comes when the front gives back persistent grants that are idle, of which the back keeps one",
        Clauses = ["BF-028"],
        Bounds = Bounds.None,
        Options = static _ => Scenario.SmallPair with
        {
            Front = Scenario.SmallPair.Front with { IsPersistent = true, PersistentIdle = TimeSpan.FromSeconds(1) },
            Back = Scenario.SmallPair.Back with { OffersPersistent = true, PersistentGrantsMax = 1 },
        },
        Storage = static (machine, path) => _ => new SynchronousStorage(machine.World.Driver, new SmallMedium(path, 16), 1),
        Play = static world => world.User(async () =>
        {
            await MustReadAsync(world, sectors: 16);
            await world.Machine.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            await MustReadAsync(world);
        }),
        End = EndPredicate.Serving,
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_reads with
        {
            Name = "I-40",
            Title = "the front's domain dies with a read under way",
            Clauses = ["GT-032", "XB-046"],
            Play = static world =>
            {
                CloseScenarios.Read(world);
                world.Fate("death", () => world.World.DestroyAsync(world.Machine.Guest));
            },
            End = EndPredicate.FrontDead,
        },
        s_reads with
        {
            Name = "I-41",
            Title = "the back's domain dies",
            Clauses = ["XB-047", "GT-033", "EV-007"],
            Bounds = Bounds.None,
            Options = static _ => s_driverDomain,
            Play = KillBack,
            End = EndPredicate.BackLost,
        },
        s_reads with
        {
            Name = "I-41r",
            Title = "the back's domain dies with a read under way",
            Clauses = ["XB-047", "GT-033", "EV-007"],
            Options = static _ => s_driverDomain,
            Play = static world =>
            {
                CloseScenarios.Read(world);
                KillBack(world);
            },
            End = EndPredicate.BackLost,
        },
        s_reads with
        {
            Name = "I-50",
            Title = "a suspend is cancelled with a read under way",
            Clauses = ["CT-012", "XS-142", "GT-061"],
            Bounds = Bounds.None,
            Play = static world =>
            {
                MustRead(world);
                world.User(async () =>
                {
                    if (await world.Machine.FrontBus.SuspendAsync())
                    {
                        await world.Machine.FrontBus.CancelSuspendAsync();
                    }
                });
            },
        },
        s_reads,
        s_reads with
        {
            Name = "I-60u",
            Title = "two users read, and upcalls come for nothing",
            Clauses = ["EV-013", "RG-024"],
            Play = static world =>
            {
                world.World.Whims = Whims.SpuriousUpcalls;
                MustRead(world);
                MustRead(world);
            },
        },
        s_reads with
        {
            Name = "I-61",
            Title = "two users read while the front has one request structure",
            Clauses = ["BF-017"],
            Options = static _ => s_oneRequest,
        },
        s_reads with
        {
            Name = "I-62",
            Title = "the back has one request structure for two requests",
            Clauses = ["BB-021"],
            Options = static _ => Scenario.SmallPair with { Back = Scenario.SmallPair.Back with { RequestsMax = 1 } },
        },
        s_reads with
        {
            Name = "I-63",
            Title = "the front has neither a request structure nor a grant for a second read",
            Clauses = ["BF-016"],
            Options = static _ => s_oneRequest,
            Play = static world =>
            {
                MustRead(world);
                MustRead(world);
                world.User(async () =>
                {
                    var grants = world.Machine.Guest.Grants;
                    if (await grants.ReserveAsync(world.Machine.Guest.GrantTable.FreeCount) is { } all)
                    {
                        await world.Machine.Guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                        await grants.ReleaseAsync(all);
                    }
                });
            },
        },
        s_persistent,
        s_persistent with
        {
            Name = "I-71r",
            Title = "the back gives a persistent grant up for another, and the disk is taken away",
            Clauses = ["BB-032", "BF-028"],
            Bounds = Scenario.CustomaryBounds,
            Play = static world => world.User(async () =>
            {
                // Two pages, of which the back can keep one; the next read may have the other.
                await MustReadAsync(world, sectors: 16);
                await MustReadAsync(world);
                world.Toolstack(() => CloseScenarios.MustRemoveAsync(world, "BB-032"));
            }),
            End = EndPredicate.Gone,
        },
        s_reads with
        {
            Name = "I-72",
            Title = "the medium grows while it is read",
            Clauses = ["NG-036", "BB-007"],
            Storage = static (machine, path) =>
            {
                var medium = new SmallMedium(path, 8, later: 16);
                return _ => new SynchronousStorage(machine.World.Driver, medium, 1);
            },
            Play = static world =>
            {
                MustRead(world);
                world.Host(async () => PairWorld.Expect(await world.Machine.Backs.Devices[0].ResizeAsync(), "NG-036", "another size", "the same"));
            },
            End = new EndPredicate("Grown", static async (world, store) =>
                await EndRules.ConnectedAsync(world, store)
                ?? (world.Device!.Capacity.Value == 16 ? null : new Breach("NG-036", $"expected a disk of 16 sectors, got {world.Device!.Capacity}"))),
        },
    ];

    private static void KillBack(PairWorld world) => world.Fate("death", () => world.World.DestroyAsync(world.Machine.BackDomain));

    private static void MustRead(PairWorld world) => world.User(() => MustReadAsync(world));

    private static async ValueTask MustReadAsync(PairWorld world, int sectors = 1)
    {
        var bytes = new byte[512 * sectors];
        bytes.AsSpan().Fill(0xFF);
        await MustAsync(world.Device!.ReadAsync(default, bytes));
        PairWorld.Expect(!bytes.AsSpan().ContainsAnyExcept((byte)0), "RG-025", "zeros", "something else");
    }

    /// <summary>Writes a sector that nobody else reads, and reads it back.</summary>
    internal static async ValueTask WriteAndReadAsync(PairWorld world)
    {
        var (disk, sector) = (world.Device!, new Sector512(1));
        var bytes = new byte[512];
        bytes.AsSpan().Fill(7);
        await MustAsync(disk.WriteAsync(sector, bytes));
        bytes.AsSpan().Clear();
        await MustAsync(disk.ReadAsync(sector, bytes));
        PairWorld.Expect(!bytes.AsSpan().ContainsAnyExcept((byte)7), "RS-005", "what was written", $"{bytes[0]}");
    }

    internal static async ValueTask MustAsync(ValueTask<DiskResult> operation)
    {
        var result = await operation;
        PairWorld.Expect(result == DiskResult.Ok, "RG-025", "an operation that succeeds", $"{result}");
    }
}
