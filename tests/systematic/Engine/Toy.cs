using Conformance.Exploration.Engine;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.Engine;

/// <summary>A world of a few numbered cells, each a shared thing, and fibers that read and write them.</summary>
internal sealed class Toy(string name, Action<ToyWorld> start) : IExperiment
{
    public string Name => name;

    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
    {
        var world = new ToyWorld(driver, trace);
        start(world);
        return world;
    }
}

internal sealed class ToyWorld(SteppedDriver driver, ITraceSink? trace) : IExperimentRun
{
    private readonly int[] cells = new int[8];

    // Who was started before whom is for whoever gives them their turns to know.
    [NotState]
    private readonly List<Fiber> fibers = [];
    [NotState]
    private readonly Dictionary<string, FiberGroup> groups = [];

    public IReadOnlyList<object> Roots => [cells];

    public bool IsOver => IsOverWhen(cells) ?? fibers.TrueForAll(fiber => fiber.IsEnded);

    internal SteppedDriver Driver => driver;

    internal ITraceSink? Trace => trace;

    /// <summary>Whether a run is over; null leaves it to the fibers, of which all must have ended.</summary>
    internal Func<int[], bool?> IsOverWhen { get; set; } = _ => null;

    internal Func<int[], Breach?> Always { get; set; } = _ => null;

    internal Func<int[], Breach?> AtEnd { get; set; } = _ => null;

    public Breach? FindBreach() => Always(cells);

    public Breach? FindBreachAtEnd() => AtEnd(cells);

    internal Fiber Start(string participant, Func<ValueTask> body, string name = "main")
    {
        if (!groups.TryGetValue(participant, out var group))
        {
            groups[participant] = group = new FiberGroup(participant);
        }

        var fiber = driver.Start(group, name, body);
        fibers.Add(fiber);
        return fiber;
    }

    internal ValueTask<int> ReadAsync(int cell) => driver.PerformAsync<Reading, int>(new Reading(this, cell));

    internal ValueTask WriteAsync(int cell, int value) => driver.DoAsync(new Writing(this, cell, value, cell));

    /// <summary>Writes one cell and says it writes another.</summary>
    internal ValueTask LieAsync(int cell, int said) => driver.DoAsync(new Writing(this, cell, 1, said));

    internal int Peek(int cell)
    {
        driver.Audit.Touch(Cell(cell), AccessMode.Read);
        return cells[cell];
    }

    internal static Resource Cell(int cell) => new(ResourceKind.Storage, (ulong)cell);

    private int Read(int cell)
    {
        driver.Audit.Touch(Cell(cell), AccessMode.Read);
        trace?.Record("toy", 0, "read", $"{cell}", $"{cells[cell]}");
        return cells[cell];
    }

    private void Write(int cell, int value)
    {
        driver.Audit.Touch(Cell(cell), AccessMode.Write);
        trace?.Record("toy", 0, "write", $"{cell}", $"{value}");
        cells[cell] = value;
    }

    private readonly struct Reading(ToyWorld world, int cell) : IStep<int>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(Cell(cell));

        public int Perform() => world.Read(cell);
    }

    private readonly struct Writing(ToyWorld world, int cell, int value, int said) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Cell(said));

        public bool Perform()
        {
            world.Write(cell, value);
            return true;
        }
    }
}
