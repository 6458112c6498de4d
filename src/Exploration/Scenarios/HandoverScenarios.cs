using Conformance.Exploration.Engine;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-03, I-14, I-31 to I-33, I-42 and I-43: one comes after another who left without a word.</summary>
public static class HandoverScenarios
{
    private const string Stops = "@releaseDomain";

    private static readonly Scenario s_kernel = new()
    {
        Name = "I-32",
        Title = "a kernel finds the disk Connected to the one before it",
        Clauses = ["XB-054", "XB-059", "XB-013"],
        Start = ScenarioStart.Back,
        Prepare = static async world =>
        {
            await RawFrontScenarios.ConnectAsync(world);
            world.ForgetEarlierFront();
        },
        Play = static world => world.User(world.Machine.FrontBus.StartAsync),
        End = EndPredicate.Connected,
    };

    private static readonly Scenario s_back = new()
    {
        Name = "I-31",
        Title = "the back's process ends without a word and another takes its place",
        Clauses = ["RS-015", "EV-009", "XB-053"],
        Start = ScenarioStart.Connected,
        Options = static _ => Scenario.SmallPair with { DriverDomain = new() { GrantFrames = 1 } },
        Play = static world => world.Fate("restart", () => RestartBackAsync(world, Scenario.SmallPair.Back)),
        End = EndPredicate.Connected,
    };

    /// <summary>Each stop was seen, or the run would have failed before; nobody waits for one any more.</summary>
    private static readonly EndPredicate s_seen = new("Seen", static (world, _) =>
    {
        var waiting = world.World.Store.Engine.Watches.Where(watch => watch.Path == Stops).ToList();
        return new(waiting.Count == 0 ? null : new Breach("XS-088", $"expected nobody who waits for a stop, got {waiting[0].Client}"));
    });

    /// <summary>Connected or failed, what each end has in its directory is of one back and of one connection.</summary>
    private static readonly EndPredicate s_weaker = new("Weaker", static async (world, store) =>
    {
        var found = new EndFindings(world, store, world.Disk, "NG-019");
        bool isAnew = await store.FindAsync($"{world.Disk.FrontNode}/{BlockNodes.RingRef}") is not null;
        return await found.ExpectGoneAsync($"{world.Disk.BackNode}/{BlockNodes.MultiQueueMaxQueues}")
            ?? (isAnew ? await found.ExpectGoneAsync($"{world.Disk.FrontNode}/{BlockNodes.MultiQueueNumQueues}") : null)
            ?? (isAnew ? await found.ExpectGoneAsync($"{world.Disk.FrontNode}/{BlockNodes.QueuePrefix}0") : null)
            ?? await EndPredicate.AnyOf(EndPredicate.Connected, EndPredicate.FailedAttach).FindBreachAsync(world, store);
    });

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_kernel with
        {
            Name = "I-03",
            Title = "the back connects to what an earlier kernel published while the next one starts",
            Clauses = ["XB-013", "XB-014", "XB-017", "XB-059"],
            Start = ScenarioStart.Nothing,
            Prepare = static async world =>
            {
                await world.AddAsync(world.Disk);
                var earlier = new RawFront(world);
                await earlier.MakeAsync();
                await earlier.PublishAsync();
                await earlier.SayAsync(XenbusState.Initialised);
                world.ForgetEarlierFront();
            },
            Play = static world =>
            {
                world.Machine.BackDomain.Fibers.Start("load", world.Machine.BackBus.StartAsync);
                world.User(world.Machine.FrontBus.StartAsync);
            },
        },
        s_back with
        {
            Name = "I-14",
            Title = "the back that takes the other's place offers less, and reads what the front publishes for it",
            Clauses = ["NG-019", "RS-007"],
            Options = static driver => Scenario.SmallPair with
            {
                DriverDomain = new() { GrantFrames = 1 },
                FrontPlan = driver.Choose("late front", 2) == 1 ? DeviationPlan.Late("F26", TimeSpan.FromSeconds(2)) : DeviationPlan.None,
                Front = Scenario.SmallPair.Front with { RingPageOrder = 1, Queues = 2 },
                Back = Scenario.SmallPair.Back with { RingPagesMax = 2, QueuesMax = 2 },
            },

            // A back that reads what was published for the one before it fails; if the front has reacted, it reads what is meant
            // for it. Between the two the front sees that the back is anew, and is late to act on it.
            Play = static world => world.Fate("restart", () => RestartBackAsync(world, Scenario.SmallPair.Back, world.World.Driver.Choose("late step", 3) switch
            {
                0 => null,
                1 => DeviationPlan.Late("B5", TimeSpan.FromSeconds(1)),
                _ => DeviationPlan.Late("B7", TimeSpan.FromSeconds(1)),
            })),
            End = s_weaker,
        },
        s_back,
        s_kernel,
        s_kernel with
        {
            Name = "I-33",
            Title = "a boot loader used the disk with a larger ring and left it closed or half closed",
            Clauses = ["XB-059", "NG-019"],
            Options = static _ => Scenario.SmallPair with { Back = Scenario.SmallPair.Back with { RingPagesMax = 2 } },
            Prepare = static async world =>
            {
                await world.AddAsync(world.Disk);
                world.Raw = new RawFront(world);
                await world.Raw.ConnectAsync(pages: 2, others: (BlockNodes.RingPageOrder, "1"));
                if (world.World.Driver.Choose("left", 2) == 0)
                {
                    await world.Raw!.CloseAsync();
                }
                else
                {
                    await world.Raw!.SayAsync(XenbusState.Closing);
                }

                world.ForgetEarlierFront();
            },
        },
        s_back with
        {
            Name = "I-42",
            Title = "the back's domain dies and another gets its number",
            Clauses = ["XS-060", "XS-061", "GT-007"],
            Play = static world => world.Fate("reuse", () => ReuseAsync(world)),
            End = EndPredicate.BackLost,
        },
        s_back with
        {
            Name = "I-43",
            Title = "two domains stop at once, and the tool stack waits for both and takes them away",
            Clauses = ["XS-088"],
            Start = ScenarioStart.Nothing,
            DiskCount = 0,
            Options = static _ => Scenario.SmallPair,
            Play = static world => world.Toolstack(async () =>
            {
                var (one, other) = (await world.World.CreateDomainAsync(), await world.World.CreateDomainAsync());
                world.Toolstack(() => SeeStopAndDestroyAsync(world, one, TimeSpan.FromSeconds(1)));
                world.Toolstack(() => SeeStopAndDestroyAsync(world, other, TimeSpan.FromSeconds(10)));
                world.Fate("stop", async () =>
                {
                    await world.World.ShutdownAsync(one, ShutdownReason.PowerOff);
                    await world.World.ShutdownAsync(other, ShutdownReason.PowerOff);
                });
            }),
            End = s_seen,
        },
    ];

    /// <summary>Ends the back's drivers without a word and starts others in their place.</summary>
    internal static async ValueTask RestartBackAsync(PairWorld world, BackSettings settings, DeviationPlan? plan = null)
    {
        var domain = await world.World.RestartAsync(world.Machine.BackDomain);
        string path = world.Disk.BackNodes["params"];
        var media = new StorageLookup(world.World.Driver, domain.Fibers.Group);
        media.Add(path, _ => new SynchronousStorage(world.World.Driver, new SmallMedium(path, 8), 1));
        world.BackBus = new DeviceBus(domain, new BackFlavour(), new BackDriver(settings, media, plan));
        domain.Fibers.Start("load", world.BackBus.StartAsync);
    }

    /// <summary>
    /// What was the old domain's is nothing of the new one's: it may not read the front's nodes, and once the front has reacted
    /// it can map nothing of the front's. Until then it can map what is granted to its number, which no front can prevent.
    /// </summary>
    private static async ValueTask ReuseAsync(PairWorld world)
    {
        var number = world.Machine.BackDomain.Id;
        await world.World.DestroyAsync(world.Machine.BackDomain);

        // One that does not know of the death yet lets the number read what it makes.
        const string Late = "/tool/late";
        await world.Store.WriteAsync(Late, "1"u8.ToArray());
        await world.Store.SetPermissionsAsync(Late, [new XsPermission(DomainId.Zero, XsAccess.None), new XsPermission(number, XsAccess.Read)]);
        var next = await world.World.CreateDomainAsync(new DomainOptions { Id = number, GrantFrames = 1 });
        await ExpectNoAccessAsync(next, $"{world.Disk.FrontNode}/state");
        await ExpectNoAccessAsync(next, Late);

        await world.World.Driver.DelayAsync(TimeSpan.FromMinutes(5));
        for (uint reference = 8; reference < 16; reference++)
        {
            var mapping = await next.Grants.MapAsync(world.Machine.Guest.Id, new GrantRef(reference), GrantAccess.ReadWrite);
            PairWorld.Expect(mapping.Page is null, "GT-007", "nothing that the new domain can map", $"reference {reference}");
        }
    }

    private static async ValueTask ExpectNoAccessAsync(WorldDomain next, string node)
    {
        try
        {
            await next.Store.ReadAsync(node);
            PairWorld.Expect(false, "XS-061", $"a domain that may not read {node}, which its predecessor might", "one that may");
        }
        catch (StoreException refusal)
        {
            PairWorld.Expect(refusal.Error == XsError.EACCES, "XS-061", "EACCES", $"{refusal.Error}");
        }
    }

    /// <summary>Its stop is told, and so is its end, which no other's is near (XS-088).</summary>
    private static async ValueTask SeeStopAndDestroyAsync(PairWorld world, WorldDomain guest, TimeSpan after)
    {
        var fibers = world.ToolFibers;
        var since = fibers.Now;
        var reason = await new GuestControl(world.World).WaitForShutdownAsync(guest);
        PairWorld.Expect(reason == ShutdownReason.PowerOff, "XS-088", "a stop that is seen", $"{reason}");
        PairWorld.Expect(fibers.Now - since < GuestControl.AnswerLimit, "XS-088", "a stop that the store tells of", "one that was seen by a look when nobody waits any longer");

        bool isTold = false;
        var watch = new StoreWatch(Stops, _ =>
        {
            isTold = true;
            return ValueTask.CompletedTask;
        });
        await world.Store.WatchAsync(watch);
        await fibers.DelayAsync(after);
        isTold = false;
        await world.World.DestroyAsync(guest);
        await fibers.DelayAsync(TimeSpan.FromSeconds(1));
        PairWorld.Expect(isTold, "XS-088", "an end that the store tells of", "silence");
        await world.Store.UnwatchAsync(watch);
    }
}
