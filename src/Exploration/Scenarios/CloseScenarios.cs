using Conformance.Model.Judging;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-20 to I-35: close, removal, reconnection.</summary>
public static class CloseScenarios
{
    private static readonly Scenario s_removal = new()
    {
        Name = "I-20",
        Title = "orderly removal",
        Clauses = ["XB-018", "XB-019", "XB-027"],
        Start = ScenarioStart.Connected,
        Play = Remove,
        End = EndPredicate.Gone,
    };

    private static readonly Scenario s_reconnection = s_removal with
    {
        Name = "I-26",
        Title = "the front closes and connects again, and the disk serves as before",
        Clauses = ["XB-025", "XB-026"],
        Play = static world => world.User(async () =>
        {
            await UseScenarios.WriteAndReadAsync(world);
            await ReconnectAsync(world);
            await UseScenarios.WriteAndReadAsync(world);
        }),
        End = EndPredicate.Connected,
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_removal,
        s_removal with
        {
            Name = "I-20a",
            Title = "orderly removal of a front that says no Closing",
            Options = static _ => Scenario.SmallPair with { Front = Scenario.SmallPair.Front with { WritesClosing = false } },
        },
        s_removal with
        {
            Name = "I-20b",
            Title = "the disk is taken away at any time of its attach",
            Clauses = ["XB-018", "XB-027", "XB-030", "XB-039"],
            Start = ScenarioStart.Drivers,
            Play = static world =>
            {
                world.Toolstack(async () =>
                {
                    await world.AddAsync(world.Disk);
                    if (!await world.Tools.RemoveAsync(world.Disk))
                    {
                        await world.Tools.ForceAsync(world.Disk);
                    }
                });
            },
        },
        s_removal with
        {
            Name = "I-20d",
            Title = "orderly removal, while events come twice and commits fail though nobody was in the way",
            Clauses = ["XS-082", "XS-117", "XB-019"],
            Play = static world =>
            {
                world.World.Whims = Whims.DoubledEvents | Whims.FailedCommits;
                Remove(world);
            },
        },
        s_removal with
        {
            Name = "I-20n",
            Title = "orderly removal of a disk whose front was never loaded",
            Clauses = ["XB-029"],
            Start = ScenarioStart.Back,
            Prepare = static world => world.AddAsync(world.Disk),
            Play = static world => world.Toolstack(() => MustRemoveAsync(world, "XB-029")),
        },
        s_removal with
        {
            Name = "I-21",
            Title = "the front has a user when it is to close",
            Clauses = ["XB-023", "XB-024", "XB-028", "BF-023"],
            Play = static world =>
            {
                Use(world, reads: true);
                world.Toolstack(async () => await world.Tools.AskToCloseAsync(world.Disk));
            },
            End = EndPredicate.ClosedDown,
        },
        s_removal with
        {
            Name = "I-22",
            Title = "the tool stack changes its mind while the front may have a user: what has begun to close closes, and is kept",
            Clauses = ["XB-009", "XB-023", "XB-024"],
            Play = static world =>
            {
                Use(world, reads: true);
                world.Toolstack(async () =>
                {
                    await world.Tools.AskToCloseAsync(world.Disk);
                    await world.Store.WriteAsync($"{world.Disk.BackNode}/online", "1"u8.ToArray());
                });
            },
            End = EndPredicate.ClosedKeep,
        },
        s_removal with
        {
            Name = "I-23",
            Odd = Blame.ToolStack,
            Title = "both are told to close at once",
            Clauses = ["XB-022", "XB-019", "XB-028"],
            Play = static world =>
            {
                world.Toolstack(async () => await world.Tools.AskToCloseAsync(world.Disk));
                TellFrontToClose(world);
            },
            End = EndPredicate.ClosedDown,
        },
        s_removal with
        {
            Name = "I-24",
            Odd = Blame.ToolStack,
            Title = "the front closes first, the back is late and maps the ring still, the disk is kept",
            Clauses = ["XB-021", "GT-008", "GT-010"],
            Options = static _ => Scenario.SmallPair with { BackPlan = DeviationPlan.Late("B23", TimeSpan.FromSeconds(2)) },
            Play = static world =>
            {
                TellFrontToClose(world);
                world.User(async () =>
                {
                    // Whoever uses the grant table next tries again to end what the front could not.
                    var guest = world.Machine.Guest;
                    await guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                    if (await guest.Grants.ReserveAsync(1) is { } other)
                    {
                        await guest.Grants.ReleaseAsync(other);
                    }
                });
            },
            End = EndPredicate.ClosedKeep,
        },
        s_reconnection with
        {
            Name = "I-25d",
            Title = "the driver's front asks for a new connection before the back has closed",
            Clauses = ["XB-025"],
            Options = static _ => Scenario.SmallPair with { BackPlan = DeviationPlan.Late("B20", TimeSpan.FromSeconds(1)) },
        },
        s_reconnection,
        s_removal with
        {
            Name = "I-27",
            Title = "online becomes 0 while the front reconnects",
            Clauses = ["XB-027", "XB-030"],
            Play = static world =>
            {
                world.User(() => world.Device!.ReconnectAsync());
                world.Toolstack(() => MustRemoveAsync(world, "XB-027"));
            },
            End = EndPredicate.Gone,
        },
        s_removal with
        {
            Name = "I-28",
            Title = "forced removal",
            Clauses = ["XB-032", "XB-033"],
            Play = static world => world.Toolstack(() => world.Tools.ForceAsync(world.Disk)),
        },
        s_removal with
        {
            Name = "I-29",
            Title = "removal with a read under way",
            Clauses = ["BB-028", "BB-044", "XB-020"],
            Play = static world =>
            {
                Read(world);
                Remove(world);
            },
        },
        s_removal with
        {
            Name = "I-30",
            Title = "two disks are removed at once",
            Clauses = ["BB-024"],
            DiskCount = 2,
            Play = static world =>
            {
                world.Toolstack(async () => await world.Tools.RemoveAsync(world.Disks[0]));
                world.Toolstack(async () => await world.Tools.RemoveAsync(world.Disks[1]));
            },
        },
        s_removal with
        {
            Name = "I-34",
            Title = "a step of the close fails",
            Clauses = ["XB-042", "BB-012"],
            Options = static driver => driver.Choose("who fails", 2) == 0
                ? Scenario.SmallPair with { FrontPlan = AttachScenarios.FailAt(driver, ["F20", "F22", "F23", "F24"]) }
                : Scenario.SmallPair with { BackPlan = AttachScenarios.FailAt(driver, ["B20", "B21", "B22", "B23", "B24"]) },
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
        s_reconnection with
        {
            Name = "I-35",
            Title = "the front closes and connects twice while it is used",
            Clauses = ["XB-056", "BB-030", "BB-047"],
            Play = static world =>
            {
                Read(world);
                world.User(async () =>
                {
                    await ReconnectAsync(world);
                    Read(world);
                    await ReconnectAsync(world);
                    await UseScenarios.WriteAndReadAsync(world);
                });
            },
        },
        s_reconnection with
        {
            Name = "I-35a",
            Title = "the front closes and begins anew again at once, whether or not it was connected meanwhile",
            Clauses = ["XB-056", "BB-030"],
            Play = static world => world.User(async () =>
            {
                await world.Device!.ReconnectAsync();
                await ReconnectAsync(world);
                await UseScenarios.WriteAndReadAsync(world);
            }),
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
        s_removal with
        {
            Name = "I-75",
            Title = "the last user goes while the front is told to close",
            Clauses = ["BF-041"],
            Play = static world =>
            {
                Use(world);
                Remove(world);
            },
        },
    ];

    internal static void Read(PairWorld world) => world.User(async () =>
    {
        // The disk may go meanwhile; what must not be is a read that ends well with other bytes, or never ends.
        var bytes = new byte[512];
        bytes.AsSpan().Fill(0xFF);
        var result = await world.Device!.ReadAsync(default, bytes);
        PairWorld.Expect(result != DiskResult.Ok || !bytes.AsSpan().ContainsAnyExcept((byte)0), "RG-025", "zeros", "something else");
    });

    /// <summary>
    /// Closes and begins anew, and waits for the disk to be announced: a front that closes ends the disk (F22), so until F11 it is
    /// gone to its users, in every order.
    /// </summary>
    private static async ValueTask ReconnectAsync(PairWorld world)
    {
        var fibers = world.Machine.Guest.Fibers;
        var announced = fibers.CreateSignal("the disk to be announced again");
        world.Machine.Fronts.Announced = _ => announced.Set();
        await world.Device!.ReconnectAsync();
        while (!world.Device!.IsAnnounced)
        {
            await fibers.WaitAsync(announced);
        }
    }

    private static void Remove(PairWorld world) => world.Toolstack(async () =>
    {
        if (!await world.Tools.RemoveAsync(world.Disk))
        {
            await world.Tools.ForceAsync(world.Disk);
        }
    });

    /// <summary>Takes the disk away; a back that does not close breaks the clause.</summary>
    internal static async ValueTask MustRemoveAsync(PairWorld world, string clause) =>
        PairWorld.Expect(await world.Tools.RemoveAsync(world.Disk), clause, "a back that closes", "one that does not");

    private static void Use(PairWorld world, bool reads = false)
    {
        var disk = world.Device!;
        world.User(async () =>
        {
            if (await disk.OpenAsync() == DiskResult.Ok)
            {
                await world.Machine.Guest.Fibers.YieldAsync();
                if (reads)
                {
                    var result = await disk.ReadAsync(default, new byte[512]);
                    PairWorld.Expect(result == DiskResult.Ok, "XB-024", "a disk that works as long as somebody has it open", $"{result}");
                }

                await disk.CloseAsync();
            }
        });
    }

    private static void TellFrontToClose(PairWorld world)
    {
        var store = world.Stranger("somebody");
        world.Fate("close", () => store.WriteAsync($"{world.Disk.FrontNode}/state", "5"u8.ToArray()));
    }
}
