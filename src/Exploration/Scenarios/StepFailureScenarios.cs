using Conformance.Exploration.Engine;
using Conformance.Model.Judging;
using Conformance.Reference.Block;
using Conformance.Reference.Deviations;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// One scenario for each step of the attach and of the close, at each end: that step fails, with two ring pages and two queues
/// so that there are earlier ones of its kind to undo. What an attach has taken by then must be given back before anybody takes
/// the disk away, and then nothing of it may be left: no grant, port, mapping, page, watch or node.
/// </summary>
public static class StepFailureScenarios
{
    private static readonly BlockMachineOptions s_widePair = Scenario.SmallPair with
    {
        Front = Scenario.SmallPair.Front with { RingPageOrder = 1, Queues = 2 },
        Back = Scenario.SmallPair.Back with { RingPagesMax = 2, QueuesMax = 2 },
    };

    /// <summary>An attach of the pair that the failing ones are made of.</summary>
    internal static readonly Scenario Wide = AttachScenarios.Plain with
    {
        Name = "I-00w",
        Title = "attach with two queues of two pages",
        Options = static _ => s_widePair,
        End = new EndPredicate("Connected", EndRules.ConnectedWidelyAsync),
    };

    /// <summary>The steps of the front's attach, in order.</summary>
    internal static readonly string[] FrontAttach =
    [
        "F0", "F1", "F2", "F3", "F4", "F5.0", "F5.1", "F6.0", "F5.2", "F5.3", "F6.1", "F7", "F8", "F9", "F10", "F11", "F12",
    ];

    /// <summary>The steps of the back's attach, in order.</summary>
    internal static readonly string[] BackAttach =
    [
        "B2", "B4", "B5", "B7", "B8.0", "B8.1", "B9.0", "B8.2", "B8.3", "B9.1", "B10.0", "B10.1", "B11", "B12",
    ];

    /// <summary>The steps of the front's close.</summary>
    internal static readonly string[] FrontClose = ["F20", "F21", "F22", "F23", "F24"];

    /// <summary>The steps of the back's close that it takes whoever begins.</summary>
    internal static readonly string[] BackClose = ["B21", "B22", "B23", "B24"];

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        Wide,
        .. FrontAttach.Select(step => FailedAttach("I-07", "front", step, s_widePair with { FrontPlan = Fails(step) }, ["BF-003", "XB-039", "XB-040"])),
        .. BackAttach.Select(step => FailedAttach("I-08", "back", step, s_widePair with { BackPlan = Fails(step) }, ["BB-025", "BB-026", "XB-039"])),
        .. FrontClose.Select(step => FailedClose("front", step, s_widePair with { FrontPlan = Fails(step) })),
        .. BackClose.Select(step => FailedClose("back", step, s_widePair with { BackPlan = Fails(step) })),
        FailedClose("back", "B20", s_widePair with { BackPlan = Fails("B20") }) with
        {
            // The back takes this step itself only where the front closes first.
            Odd = Blame.ToolStack,
            Play = static world => world.Toolstack(async () =>
            {
                await world.Store.WriteAsync($"{world.Disk.FrontNode}/state", "5"u8.ToArray());
                await world.ToolFibers.DelayAsync(TimeSpan.FromMinutes(1));
                await RemoveAsync(world);
            }),
        },
    ];

    private static DeviationPlan Fails(string step) => DeviationPlan.Single(step, DeviationKind.Fail);

    private static Scenario FailedAttach(string number, string end, string step, BlockMachineOptions options, string[] clauses) => Wide with
    {
        Name = $"{number}-{step}",
        Title = $"step {step} of the {end}'s attach fails, and the disk is taken away",
        Clauses = clauses,
        Options = _ => options,
        Play = static world => world.Toolstack(async () =>
        {
            await world.AddAsync(world.Disk);
            await world.ToolFibers.DelayAsync(TimeSpan.FromMinutes(1));
            if (await EndPredicate.FailedAttach.FindBreachAsync(world, world.Store) is { } breach)
            {
                throw new BreachException(breach);
            }

            await RemoveAsync(world);
        }),
        End = EndPredicate.Gone,
    };

    private static Scenario FailedClose(string end, string step, BlockMachineOptions options) => Wide with
    {
        Name = $"I-34-{step}",
        Title = $"step {step} of the {end}'s close fails",
        Clauses = ["XB-042", "BB-012"],
        Start = ScenarioStart.Connected,
        Options = _ => options,
        Play = static world => world.Toolstack(() => RemoveAsync(world)),
        End = EndPredicate.Gone,
    };

    private static async ValueTask RemoveAsync(PairWorld world)
    {
        if (!await world.Tools.RemoveAsync(world.Disk))
        {
            await world.Tools.ForceAsync(world.Disk);
        }
    }
}
