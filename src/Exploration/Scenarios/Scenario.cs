using Conformance.Exploration.Engine;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// One scenario of the connection: who takes part, where they leave their path, what may befall them, and how it must end.
/// Explored in every order that its bounds allow.
/// </summary>
public sealed record Scenario : IExperiment
{
    /// <summary>The smallest pair: one ring page, one queue, nothing kept from request to request.</summary>
    public static readonly BlockMachineOptions SmallPair = new()
    {
        Front = FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = 0, Queues = 1, IndirectSegments = 0, IsPersistent = false },
        Back = BackSettings.For(BlockProfile.Mainline) with
        {
            RingPagesMax = 1, QueuesMax = 1, IndirectSegmentsMax = 0, RequestsMax = 2, OffersPersistent = false,
            OffersBarrier = false, OffersDiscard = false,
        },
    };

    /// <summary>Its number in the list of interleavings, such as <c>I-01</c>, with a letter where there are several.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The clauses that it is about.</summary>
    public required IReadOnlyList<string> Clauses { get; init; }

    /// <summary>The machine of a run. It may choose (<see cref="FiberDriver.Choose"/>): each way is explored.</summary>
    public Func<SteppedDriver, BlockMachineOptions> Options { get; init; } = static _ => SmallPair;

    /// <summary>Lets the participants act.</summary>
    public required Action<PairWorld> Play { get; init; }

    /// <summary>How it must end.</summary>
    public required EndPredicate End { get; init; }

    /// <summary>How far it is explored unless somebody says otherwise.</summary>
    public Bounds Bounds { get; init; } = Bounds.None;

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace) => PairWorld.Begin(this, driver, trace);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Title}";
}
