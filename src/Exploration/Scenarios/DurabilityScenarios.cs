using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Ports;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-70: what of the writes to a connected disk a loss of power may take.</summary>
public static class DurabilityScenarios
{
    private const int Sectors = 3;

    /// <summary>When users come: the disk is there by then.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        new()
        {
            Name = "I-70",
            Title = "writes on both sides of a barrier, and a flush, on storage that completes in any order",
            Clauses = ["BB-019", "BI-022", "BI-023"],
            Options = static _ => Scenario.SmallPair with { Back = Scenario.SmallPair.Back with { OffersBarrier = true, RequestsMax = Sectors } },
            Prepare = static world =>
            {
                string path = world.Disk.BackNodes["params"];
                var medium = new PromiseMedium(path, Sectors);
                world.Medium = medium;
                world.Machine.Media.Add(path, _ => new QueuedStorage(world.World.Driver, world.Machine.BackDomain.Fibers.Group, medium, 1, new(1)));

                // Whoever was there before the disk has its turn before the disk's queues: in the plain order the ring has all three
                // writes before the back looks, and the one behind the barrier is durable by nothing but the flush.
                world.User(() => WriteAsync(world, sector: 0, isBarrier: false));
                world.User(() => WriteAsync(world, sector: 1, isBarrier: true));
                world.User(async () =>
                {
                    await WriteAsync(world, sector: 2, isBarrier: false);
                    await FlushAsync(world);
                });
                return world.AddAsync(world.Disk);
            },
            Play = static _ => { },
            End = EndPredicate.Connected,
        },
    ];

    /// <summary>Writes a sector of a page of its own: between the note of its place and the ring nobody else can come.</summary>
    private static async ValueTask WriteAsync(PairWorld world, int sector, bool isBarrier)
    {
        var memory = world.Machine.Guest.Memory;
        IOwnPage[] pages = [await memory.AllocateAsync() ?? throw new InvalidOperationException("expected a page for a sector, there is none left")];
        var buffer = new DiskBuffer(pages, 0, Sector512.Size);
        var first = new Sector512((ulong)sector);
        await world.Machine.Guest.Fibers.DelayAsync(s_pause);
        world.Medium!.NoteAsked(sector, isBarrier);
        await UseScenarios.MustAsync(isBarrier ? world.Device!.WriteOrderedAsync(first, buffer) : world.Device!.WriteAsync(first, buffer));
        world.Medium!.NoteCompleted(sector);
        await memory.FreeAsync(pages[0]);
    }

    private static async ValueTask FlushAsync(PairWorld world)
    {
        int[] completed = world.Medium!.FindCompleted();
        await UseScenarios.MustAsync(world.Device!.FlushAsync());
        foreach (int sector in completed)
        {
            PairWorld.Expect(world.Medium!.IsDurable(sector), "BI-023", $"sector {sector}, written before the flush was asked for, to be durable", "one that a loss of power may lose");
        }
    }
}
