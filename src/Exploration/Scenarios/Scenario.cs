using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Scenarios;

/// <summary>What is there when a scenario begins. What leads there is always the same and is not explored.</summary>
public enum ScenarioStart
{
    /// <summary>Two domains. The drivers are not loaded.</summary>
    Nothing,

    /// <summary>The back's driver is loaded; the front's side is the scenario's.</summary>
    Back,

    /// <summary>The drivers are loaded; there is no disk.</summary>
    Drivers,

    /// <summary>All disks are connected and at rest.</summary>
    Connected,
}

/// <summary>
/// One scenario of the connection: who takes part, where they leave their path, what may befall them, and how it must end.
/// Explored in every order that its bounds allow.
/// </summary>
public sealed record Scenario : IScenario
{
    /// <summary>How far a scenario goes that says nothing of it.</summary>
    public static readonly Bounds CustomaryBounds = new() { Delays = 2, Outcomes = 2 };

    /// <summary>The smallest pair: one ring page, one queue, nothing kept from request to request.</summary>
    public static readonly BlockMachineOptions SmallPair = new()
    {
        Front = FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = 0, Queues = 1, IndirectSegments = 0, IsPersistent = false },
        Back = BackSettings.For(BlockProfile.Mainline) with
        {
            RingPagesMax = 1, QueuesMax = 1, IndirectSegmentsMax = 0, RequestsMax = 2, OffersPersistent = false,
            OffersBarrier = false, OffersDiscard = false,
        },
        Guest = new() { GrantFrames = 1 },
    };

    /// <summary>Its number in the list of interleavings, such as <c>I-01</c>, with a letter where there are several.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The clauses that it is about.</summary>
    public required IReadOnlyList<string> Clauses { get; init; }

    /// <summary>What is there at the beginning.</summary>
    public ScenarioStart Start { get; init; } = ScenarioStart.Drivers;

    /// <summary>How many disks there are, one or two; none in a scenario of domains alone.</summary>
    public int DiskCount { get; init; } = 1;

    /// <summary>The machine of a run. It may choose (<see cref="FiberDriver.Choose"/>): each way is explored.</summary>
    public Func<SteppedDriver, BlockMachineOptions> Options { get; init; } = static _ => SmallPair;

    /// <summary>Whether the guest has a driver that obeys the tool stack: it can be suspended.</summary>
    public bool HasControl { get; init; }

    /// <summary>What else leads to where the exploration begins; null for nothing.</summary>
    public Func<PairWorld, ValueTask>? Prepare { get; init; }

    /// <summary>The storage of a disk with that path.</summary>
    public Func<BlockMachine, string, Func<bool, IStorage>> Storage { get; init; } = static (machine, path) =>
    {
        var medium = new SmallMedium(path, 8);
        return _ => new SynchronousStorage(machine.World.Driver, medium, 1);
    };

    /// <summary>Who does in it what the connection model does not allow, because the scenario says so; null for nobody.</summary>
    public Blame? Odd { get; init; }

    /// <summary>Lets the participants act.</summary>
    public required Action<PairWorld> Play { get; init; }

    /// <summary>How it must end.</summary>
    public required EndPredicate End { get; init; }

    /// <summary>How far it is explored unless somebody says otherwise.</summary>
    public Bounds Bounds { get; init; } = CustomaryBounds;

    /// <summary>Its runs with the connection model beside them; null where there is no disk, and so no connection.</summary>
    public IExperiment? Judged => DiskCount > 0 ? new JudgedExperiment(this, new RefinementTally(), Odd) : null;

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace) => PairWorld.Begin(this, driver, trace);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Title}";
}
