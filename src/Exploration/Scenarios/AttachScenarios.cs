using Conformance.Model.Judging;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-01 to I-17: the attach.</summary>
public static class AttachScenarios
{
    private static readonly string[] s_frontSteps = ["F1", "F4", "F5.0", "F6", "F7", "F8", "F9", "F10", "F11", "F12"];
    private static readonly string[] s_backSteps = ["B2", "B4", "B5", "B7", "B8.0", "B9.0", "B10.0", "B11", "B12"];

    /// <summary>The plain attach: the tool stack makes the disk and plugs the medium in.</summary>
    public static readonly Scenario Plain = new()
    {
        Name = "I-00",
        Title = "plain attach",
        Clauses = ["XB-010", "XB-051"],
        Play = Attach,
        End = EndPredicate.Connected,
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        Plain,
        Plain with
        {
            Name = "I-01",
            Title = "the front skips InitWait",
            Clauses = ["XB-010", "NG-007", "NG-048", "XB-053"],
            Options = static _ => Scenario.SmallPair with { Front = FrontSettings.For(BlockProfile.Legacy) },
        },
        Plain with
        {
            Name = "I-02",
            Title = "the front goes from Initialising to Connected",
            Clauses = ["XB-011"],
            Options = static _ => Scenario.SmallPair with { Front = FrontSettings.For(BlockProfile.Legacy) with { ConnectsAtOnce = true } },
        },
        Plain with
        {
            Name = "I-04",
            Title = "nodes appear that nobody needs",
            Clauses = ["XS-082", "XB-015", "XB-016"],
            Play = static world => AttachBeside(world, "noise", static async (world, store) =>
            {
                await store.WriteAsync($"{world.Disk.BackNode}/noise", "1"u8.ToArray());
                await store.WriteAsync($"{world.Disk.FrontNode}/noise", "1"u8.ToArray());
            }),
        },
        Plain with
        {
            Name = "I-04c",
            Title = "commits fail though nobody was in the way",
            Clauses = ["XS-117", "XS-118"],
            Play = static world => AttachUnder(world, Whims.FailedCommits),
        },
        Plain with
        {
            Name = "I-04d",
            Title = "watch events come twice",
            Clauses = ["XS-082", "XB-015", "XB-016"],
            Play = static world => AttachUnder(world, Whims.DoubledEvents),
        },
        Plain with
        {
            Name = "I-05",
            Title = "the front commits without having published",
            Clauses = ["NG-004", "XS-085", "XS-144"],
            Options = static _ => Scenario.SmallPair with { FrontPlan = DeviationPlan.Single("F7", DeviationKind.Skip) },
            Odd = Blame.Front,
            End = EndPredicate.FailedAttach,
        },
        Plain with
        {
            Name = "I-06",
            Title = "the medium comes at any time",
            Clauses = ["NG-047", "XB-053"],
            Play = static world =>
            {
                world.Toolstack(async () =>
                {
                    await world.Tools.AddAsync(world.Disk);
                    if (world.World.Driver.Choose("late medium", 2) == 1)
                    {
                        await world.ToolFibers.DelayAsync(TimeSpan.FromSeconds(1));
                    }

                    await world.Tools.HotplugAsync(world.Disk, DiskRequest.MediumOf(world.Disk));
                });
            },
        },
        Plain with
        {
            Name = "I-07",
            Title = "the front fails at any step",
            Clauses = ["BF-003", "XB-039", "XB-040"],
            Options = static driver => Scenario.SmallPair with { FrontPlan = FailAt(driver, s_frontSteps) },
            End = EndPredicate.AnyOf(EndPredicate.FailedAttach, EndPredicate.ClosedKeep),
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
        Plain with
        {
            Name = "I-08",
            Title = "the back fails at any step",
            Clauses = ["BB-025", "BB-026", "XB-039", "XB-018", "XB-041"],
            Options = static driver => Scenario.SmallPair with { BackPlan = FailAt(driver, s_backSteps) },
            End = EndPredicate.FailedAttach,
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
        Plain with
        {
            Name = "I-10",
            Title = "the front's domain dies at any time of the attach",
            Clauses = ["XB-032", "XB-046", "GT-032"],
            Play = static world =>
            {
                world.Toolstack(async () =>
                {
                    try
                    {
                        await world.AddAsync(world.Disk);
                    }
                    catch (StoreException)
                    {
                        // There is no home any more in which the disk could be.
                    }
                });
                world.Fate("death", () => world.World.DestroyAsync(world.Machine.Guest));
            },
            End = EndPredicate.FrontDead,
        },
        Plain with
        {
            Name = "I-11",
            Title = "the back's directory is removed at any time of the attach",
            Clauses = ["XB-005", "XB-006", "XB-007", "XB-033"],
            Play = static world => AttachBeside(world, "remover", static (world, store) => store.RemoveAsync(world.Disk.BackNode)),
            End = EndPredicate.BackLost,
        },
        Plain with
        {
            Name = "I-12",
            Title = "the front's directory is removed at any time of the attach",
            Clauses = ["XB-032", "XB-040", "XB-042"],
            Play = static world => AttachBeside(world, "remover", static (world, store) => store.RemoveAsync(world.Disk.FrontNode)),
            End = EndPredicate.FrontDead,
        },
        Plain with
        {
            Name = "I-16",
            Title = "somebody writes where both ends publish",
            Clauses = ["XS-117", "XS-118", "NG-043"],
            Play = static world => AttachBeside(world, "storm", static async (world, store) =>
            {
                for (int i = 0; i < 2; i++)
                {
                    await store.WriteAsync($"{world.Disk.FrontNode}/storm{i}", "1"u8.ToArray());
                    await store.WriteAsync($"{world.Disk.BackNode}/storm{i}", "1"u8.ToArray());
                }
            }),
        },
        Plain with
        {
            Name = "I-17",
            Title = "a disk that is there at boot, whose back fails",
            Clauses = ["XB-038", "XB-039", "XB-044", "XB-045"],
            Start = ScenarioStart.Nothing,
            Options = static driver => Scenario.SmallPair with { BackPlan = FailAt(driver, ["B5", "B8.0"]) },
            Play = static world =>
            {
                world.Toolstack(() => world.AddAsync(world.Disk));
                world.Machine.BackDomain.Fibers.Start("load", world.Machine.BackBus.StartAsync);
                world.User(world.Machine.FrontBus.StartAsync);
            },
            End = EndPredicate.FailedAttach,
        },
    ];

    internal static DeviationPlan FailAt(SteppedDriver driver, string[] steps) =>
        DeviationPlan.Single(steps[driver.Choose("failing step", steps.Length)], DeviationKind.Fail);

    private static void Attach(PairWorld world) => world.Toolstack(() => world.AddAsync(world.Disk));

    private static void AttachUnder(PairWorld world, Whims whims)
    {
        world.World.Whims = whims;
        Attach(world);
    }

    /// <summary>Attaches, while somebody else acts at any time once the disk was made.</summary>
    private static void AttachBeside(PairWorld world, string who, Func<PairWorld, IStoreClient, ValueTask> act)
    {
        var store = world.Stranger(who);
        world.Toolstack(async () =>
        {
            await world.Tools.AddAsync(world.Disk);
            world.Fate(who, () => act(world, store));
            await world.Tools.HotplugAsync(world.Disk, DiskRequest.MediumOf(world.Disk));
        });
    }
}
