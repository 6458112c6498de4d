using Conformance.Exploration.Engine;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// One run of a <see cref="Scenario"/>: a guest with a front, a back, a tool stack of its own, a disk that does not exist
/// yet, and whoever the scenario lets act. The run is over when all of these have done their part and everything is at rest.
/// </summary>
public sealed class PairWorld : IExperimentRun
{
    /// <summary>The path of the medium.</summary>
    public const string MediumPath = "/media/disk";

    /// <summary>How long everything may take to come to rest once all have done their part, by the world's clock.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromMinutes(15);

    private readonly List<Fiber> _parts = [];
    private readonly Scenario _scenario;
    private readonly ToolStackView _observer;
    private Breach? _breach;
    private bool _isOver;

    private PairWorld(Scenario scenario, BlockMachine machine)
    {
        _scenario = scenario;
        Machine = machine;
        ToolDomain = new ToolStackView(machine.World, "toolstack");
        _observer = new ToolStackView(machine.World, "observer");
        Tools = new DeviceManager(ToolDomain);
        Disk = machine.Disk(51712, MediumPath);
    }

    /// <summary>The machine: guest, domain of the back, and their drivers.</summary>
    public BlockMachine Machine { get; }

    /// <summary>The world.</summary>
    public XenWorld World => Machine.World;

    /// <summary>The tool stack, a participant of its own.</summary>
    public DeviceManager Tools { get; }

    /// <summary>What the tool stack is to make.</summary>
    public DeviceRequest Disk { get; }

    /// <summary>What the guest and the domain of the back held before there was a disk.</summary>
    internal (Holdings Guest, Holdings Back) Before { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<object> Roots { get; private set; } = [];

    /// <inheritdoc/>
    public bool IsOver => _isOver;

    internal ToolStackView ToolDomain { get; }

    /// <inheritdoc/>
    public Breach? FindBreach() => _breach;

    /// <inheritdoc/>
    public Breach? FindBreachAtEnd() => null;

    /// <summary>Lets the tool stack do something beside all others.</summary>
    public Fiber Toolstack(Func<ValueTask> body) => Part(ToolDomain.Fibers.Start("part", body));

    /// <summary>Lets somebody in the guest do something, such as a user of the disk.</summary>
    public Fiber User(Func<ValueTask> body) => Part(Machine.Guest.Fibers.Start("user", body));

    /// <summary>Has something happen from outside, at any time: a death, a change of the medium. It is one step.</summary>
    public Fiber Fate(string name, Func<ValueTask> body) => Part(World.Driver.Start(new FiberGroup("fate"), name, body));

    internal static PairWorld Begin(Scenario scenario, SteppedDriver driver, ITraceSink? trace)
    {
        var options = scenario.Options(driver);
        PairWorld? world = null;
        Setup.Run(driver, "setup", async () =>
        {
            var machine = await BlockMachine.BuildAsync(driver, options, trace);
            machine.Media.Add(MediumPath, new SmallMedium(MediumPath, 8));
            await machine.StartAsync();
            world = new PairWorld(scenario, machine)
            {
                Before = (Holdings.Of(machine.Guest), Holdings.Of(machine.BackDomain)),
            };
        });
        world!.Roots = [world];
        scenario.Play(world);
        world._observer.Fibers.Start("end", world.RestAsync);
        return world;
    }

    private Fiber Part(Fiber fiber)
    {
        _parts.Add(fiber);
        return fiber;
    }

    private async ValueTask RestAsync()
    {
        foreach (var part in _parts)
        {
            await part.JoinAsync();
        }

        await _observer.Fibers.DelayAsync(s_rest);
        _breach = await _scenario.End.JudgeAsync(this, _observer.Store);
        _isOver = true;
    }
}
