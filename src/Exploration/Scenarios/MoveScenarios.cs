using Conformance.Model.Protocol.Control;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-51 to I-57: the guest stands still and goes on on another host.</summary>
public static class MoveScenarios
{
    private static readonly string[] s_lateSteps = ["F4", "F5.0", "F7", "F8", "F9", "F10", "B5", "B7", "B9.0", "B12"];

    private static readonly Scenario s_move = new()
    {
        Name = "I-53",
        Title = "the guest moves, and the back on the new host is ready before the front looks",
        Clauses = ["RS-004", "RS-002"],
        Start = ScenarioStart.Connected,
        HasControl = true,
        Play = static world => world.Toolstack(() => world.MoveAsync()),
        End = EndPredicate.Connected,
        Bounds = Scenario.CustomaryBounds with { Delays = 1 },
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_move with
        {
            Name = "I-51",
            Title = "the guest moves in the middle of an attach, at any step",
            Clauses = ["RS-002", "RS-008", "RS-010", "XB-044"],
            Start = ScenarioStart.Drivers,
            Options = static driver => LateAt(s_lateSteps[driver.Choose("late step", s_lateSteps.Length)], occurrence: 1),
            Play = static world => world.Toolstack(async () =>
            {
                await world.AddAsync(world.Disk);
                await world.ToolFibers.DelayAsync(TimeSpan.FromSeconds(3));
                await world.MoveAsync();
            }),
        },
        s_move with
        {
            Name = "I-52",
            Title = "the guest moves with a write under way",
            Clauses = ["RS-005", "RS-006", "RS-007"],
            Play = static world =>
            {
                world.User(() => UseScenarios.WriteAndReadAsync(world));
                world.Toolstack(() => world.MoveAsync());
            },
        },
        s_move,
        s_move with
        {
            Name = "I-53d",
            Title = "the guest moves, and its home goes before the back in a driver domain looks",
            Clauses = ["XS-058", "XB-032", "RS-004"],
            Options = static _ => Scenario.SmallPair with { DriverDomain = new() { GrantFrames = 1 } },
        },
        s_move with
        {
            Name = "I-53f",
            Title = "the guest moves, and there is no medium on the new host, before the front looks or after",
            Clauses = ["RS-002", "RS-008", "XB-039", "XB-041"],
            Options = static driver => Scenario.SmallPair with
            {
                FrontPlan = driver.Choose("late front", 2) == 1 ? DeviationPlan.Late("F1", TimeSpan.FromSeconds(2), occurrence: 2) : DeviationPlan.None,
            },
            Play = static world => world.Toolstack(() => world.MoveAsync("/media/none")),
            End = EndPredicate.FailedAttach,
        },
        s_move with
        {
            Name = "I-54",
            Title = "the old host removes what the device was there after the move",
            Clauses = ["RS-003"],
            Prepare = static async world => world.NewHost = await NewHost.StartAsync(world),
            Play = static world =>
            {
                var store = world.Stranger("old host");
                world.Toolstack(async () =>
                {
                    await world.NewHost!.TakeAsync(world);
                    world.Fate("old host", () => store.RemoveAsync(world.Disk.BackNode));
                });
            },
            End = new EndPredicate("Moved", static (world, store) => world.NewHost!.FindBreachAsync(world, store)),
        },
        s_move with
        {
            Name = "I-55",
            Title = "a front that says Connected at once moves, and is used meanwhile",
            Clauses = ["XB-052"],
            Options = static _ => Scenario.SmallPair with { Front = FrontSettings.For(BlockProfile.Legacy) with { ConnectsAtOnce = true } },
            Play = static world =>
            {
                world.User(() => UseScenarios.WriteAndReadAsync(world));
                world.Toolstack(() => world.MoveAsync());
            },
        },
        s_move with
        {
            Name = "I-56",
            Title = "the guest moves again before it has recovered",
            Clauses = ["RS-010"],
            Options = static _ => LateAt("B11", occurrence: 2),
            Play = static world => world.Toolstack(async () =>
            {
                await world.MoveAsync();
                await world.ToolFibers.DelayAsync(TimeSpan.FromSeconds(3));
                await world.MoveAsync();
            }),
        },
        s_move with
        {
            Name = "I-57",
            Title = "events wait for the watch thread while the guest moves",
            Clauses = ["CT-009"],
            Play = static world =>
            {
                var store = world.Stranger("noise");
                world.Fate("noise", async () =>
                {
                    // A key that is none: the guest's watch thread looks at it, in a transaction, and has nothing to do.
                    for (int i = 0; i < 2; i++)
                    {
                        await store.WriteAsync($"/local/domain/{world.Machine.Guest.Id}/{ControlNodes.SysRq}", ReadOnlyMemory<byte>.Empty);
                    }
                });
                world.Toolstack(() => world.MoveAsync());
            },
        },
    ];

    private static BlockMachineOptions LateAt(string step, int occurrence)
    {
        var plan = new DeviationPlan([new Deviation(step, DeviationKind.Delay, occurrence, Time: TimeSpan.FromSeconds(6))]);
        return step[0] == 'F' ? Scenario.SmallPair with { FrontPlan = plan } : Scenario.SmallPair with { BackPlan = plan };
    }
}
