using System.Globalization;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// A block front of somebody else, before the reference back: derive from it, write the front in
/// <see cref="DriveAsync"/>, and it is explored as the reference's own front is (docs/explore-your-driver.md). It may touch
/// nothing but the <see cref="IDomain"/> it is given, and holds no state between runs: every run begins anew. Its runs are held
/// against all that runs of the reference are: S4 and S6 in every state, what both ends hold at the end, the connection model.
/// </summary>
public abstract class FrontExperiment : IScenario
{
    /// <summary>A front may speak any dialect; the back is the reference's.</summary>
    private static readonly JudgeOptions s_dialects = new() { Backs = [Dialects.Reference] };

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual string Title => "attach to the reference back";

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Clauses => ["XB-009"];

    /// <inheritdoc/>
    public virtual Bounds Bounds => Scenario.CustomaryBounds;

    /// <summary>Itself: its runs are always judged.</summary>
    public IExperiment? Judged => this;

    /// <summary>The state that the back must have when the front has done its part and all is at rest (XB-009).</summary>
    protected virtual XenbusState BackAtEnd => XenbusState.Connected;

    /// <summary>The state that the front must have then (XB-009).</summary>
    protected virtual XenbusState FrontAtEnd => BackAtEnd;

    /// <summary>The front, from the moment that the tool stack has made its device until it has done its part.</summary>
    /// <param name="domain">The guest it runs in.</param>
    /// <param name="node">The device's own directory, such as <c>device/vbd/51712</c> in full; its nodes name the back.</param>
    protected abstract ValueTask DriveAsync(IDomain domain, string node);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Title}";

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
    {
        // What comes before is always the same: a guest without a front, and a back with its medium that waits for one.
        var scenario = new Scenario
        {
            Name = Name,
            Title = Title,
            Clauses = Clauses,
            Start = ScenarioStart.Back,
            Prepare = static world => world.AddAsync(world.Disk),
            Play = world => world.User(() => DriveAsync(world.Machine.Guest, world.Disk.FrontNode)),
            End = new EndPredicate("Left", FindBreachAsync),
        };
        return new JudgedExperiment(scenario, new RefinementTally(), options: s_dialects).Begin(driver, trace);
    }

    private async ValueTask<Breach?> FindBreachAsync(PairWorld world, IStoreClient store)
    {
        var states = new EndFindings(world, store, world.Disk, "XB-009");
        var held = new EndFindings(world, store, world.Disk, "S6");
        return await states.ExpectStatesAsync(Text(FrontAtEnd), Text(BackAtEnd))
            ?? await states.ExpectNoErrorAsync()
            ?? (BackAtEnd == XenbusState.Connected ? held.ExpectOnlySharedHeld() : held.ExpectHeld(pages: 0, ports: 0) ?? held.ExpectNoMemory());

        static string Text(XenbusState state) => ((int)state).ToString(CultureInfo.InvariantCulture);
    }
}
