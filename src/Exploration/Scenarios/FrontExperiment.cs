using System.Text;
using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// A block front of somebody else, before the reference back: derive from it, write the front in
/// <see cref="DriveAsync"/>, and it is explored as the reference's own front is (docs/explore-your-driver.md). It may touch
/// nothing but the <see cref="IDomain"/> it is given, and holds no state between runs: every run begins anew.
/// </summary>
public abstract class FrontExperiment : IScenario
{
    private const string Medium = "/media/disk";

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual string Title => "attach to the reference back";

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Clauses => ["XB-009"];

    /// <inheritdoc/>
    public virtual Bounds Bounds => Scenario.CustomaryBounds;

    /// <summary>The state that the back must have when the front has done its part (XB-009).</summary>
    protected virtual XenbusState BackAtEnd => XenbusState.Connected;

    /// <summary>The front, from the moment that the tool stack has made its device until it has done its part.</summary>
    /// <param name="domain">The guest it runs in.</param>
    /// <param name="node">The device's own directory, such as <c>device/vbd/51712</c> in full; its nodes name the back.</param>
    protected abstract ValueTask DriveAsync(IDomain domain, string node);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Title}";

    /// <inheritdoc/>
    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
    {
        BlockMachine? machine = null;
        DeviceRequest? disk = null;
        (Holdings, Holdings) before = default;

        // What comes before is always the same: a guest without a front, and a back with its medium that waits for one.
        Setup.Run(driver, "setup", async () =>
        {
            machine = await BlockMachine.BuildAsync(driver, Scenario.SmallPair, trace);
            before = (Holdings.Of(machine.Guest), Holdings.Of(machine.BackDomain));
            machine.Media.Add(Medium, new MemoryMedium(Medium, SectorCount512.FromBytes(512)));
            await machine.BackBus.StartAsync();
            disk = machine.Disk(51712, Medium);
            await machine.Tools.AddAsync(disk);
            await machine.Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
        });
        return new FrontRun(this, machine!, disk!, before);
    }

    private sealed class FrontRun : IExperimentRun
    {
        private readonly BlockMachine _machine;
        private readonly DeviceRequest _disk;
        private readonly (Holdings, Holdings) _before;
        private readonly Fiber _front;
        private Breach? _breach;

        internal FrontRun(FrontExperiment experiment, BlockMachine machine, DeviceRequest disk, (Holdings, Holdings) before)
        {
            (_machine, _disk, _before) = (machine, disk, before);
            Roots = [machine, this];
            _front = machine.Guest.Fibers.Start(experiment.Name, async () =>
            {
                await experiment.DriveAsync(machine.Guest, disk.FrontNode);
                string state = Encoding.ASCII.GetString(await machine.Guest.Store.ReadAsync($"{disk.BackNode}/state"));
                if (!XenbusStates.TryParse(Encoding.ASCII.GetBytes(state), out var back) || back != experiment.BackAtEnd)
                {
                    _breach = new Breach("XB-009", $"expected a back that is {experiment.BackAtEnd} when the front has done its part, got state {state}");
                }
            });
        }

        public IReadOnlyList<object> Roots { get; }

        public bool IsOver => _front.IsEnded;

        public IReadOnlyList<KeyValuePair<string, string>> Shared => SharedState.Of(_machine, [_disk], _before);

        public Breach? FindBreach() => null;

        public Breach? FindBreachAtEnd() => _breach;
    }
}
