using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Machine;

/// <summary>
/// What cases have that run on a machine of their own: a world with a control domain, a tool stack, and a clock that
/// passes only when nothing else can happen. The case's method runs as a fiber, several times, each time on a fresh
/// machine and in another order of the same steps.
/// </summary>
public abstract class MachineContext : CaseContext
{
    /// <summary>In how many orders each case runs.</summary>
    public const int Orders = 8;

    private const long MostSteps = 2_000_000;

    private XenWorld? world;

    /// <summary>Made by the runner, one a case.</summary>
    protected MachineContext(CaseSettings settings)
        : base(settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Seed = settings.Seed;
    }

    /// <summary>The machine of this run.</summary>
    public XenWorld World => world ?? throw new InvalidOperationException("expected a case that runs, got one that has not begun");

    /// <summary>Who schedules.</summary>
    public FiberDriver Driver => World.Driver;

    /// <summary>The control domain; its store client may read and write everywhere.</summary>
    public WorldDomain Control => World.Control;

    /// <summary>The control domain's view of the store.</summary>
    public IStoreClient Store => World.Control.Store;

    /// <summary>The tool stack.</summary>
    public DeviceManager Tools { get; private set; } = null!;

    /// <summary>Every step of this run so far.</summary>
    public TraceTail Trace { get; private set; } = new();

    /// <summary>Which of the orders this run is, from 0.</summary>
    public int Order { get; private set; }

    private int Seed { get; }

    /// <summary>Makes another domain.</summary>
    public ValueTask<WorldDomain> CreateDomainAsync(DomainOptions? options = null) => World.CreateDomainAsync(options);

    /// <summary>Lets everything come to rest that does not wait for more than a quarter of an hour.</summary>
    public ValueTask SettleAsync() => Driver.DelayAsync(TimeSpan.FromMinutes(15));

    /// <summary>The text of a node; null when there is none.</summary>
    public ValueTask<string?> ReadAsync(string path) => Store.ReadOptionalAsync(path);

    /// <summary>Sets a node as the tool stack would.</summary>
    public ValueTask WriteAsync(string path, string value) => Store.WriteAsync(path, Encoding.UTF8.GetBytes(value));

    /// <summary>Waits until the state node of a directory holds a state; fails the case for <paramref name="clause"/> when it never does.</summary>
    public async ValueTask ExpectStateAsync(string clause, string node, params XenbusState[] states)
    {
        bool reached = await Tools.WaitForStateAsync($"{node}/state", states.Contains, TimeSpan.FromMinutes(5));
        Expect(clause, reached, $"{node} to reach {string.Join(" or ", states)}", $"{await ReadAsync($"{node}/state") ?? "no state"} after five minutes in which nothing else could happen");
    }

    /// <summary>Writes something the case does into its exchange.</summary>
    public void Note(string what) => Trace.Record("case", 0, "-", what, "OK");

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Prepares one run, inside its first fiber.</summary>
    protected virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    /// <summary>Looks at the machine once the case has come to its end: rules that hold in every case.</summary>
    protected virtual ValueTask ReviewAsync() => ValueTask.CompletedTask;

    /// <summary>Runs the case in all its orders; ends with the first that does not pass.</summary>
    /// <exception cref="CaseOutcome">It did not pass.</exception>
    internal void Run(Func<CaseContext, Task> body)
    {
        for (Order = 0; Order < Orders && !Cancellation.IsCancellationRequested; Order++)
        {
            ulong seed = ((ulong)(uint)Seed << 16) + (uint)Order;
            Trace = new TraceTail();
            try
            {
                var driver = new SteppedDriver(new SeededChoices(seed));
                driver.Run(() => RunOnceAsync(driver, body), MostSteps);
            }
            catch (Exception end) when (end is FiberFailedException or StandstillException or UndeclaredAccessException)
            {
                Trace.CopyTo(Log);
                Log.Note("run", string.Create(CultureInfo.InvariantCulture, $"order {Order + 1} of {Orders}, schedule seed {seed}"));
                throw Weigh(end);
            }
        }

        // A case that was cut off has not held in the orders it did not see.
        Cancellation.ThrowIfCancellationRequested();
        Trace.CopyTo(Log);
    }

    private async ValueTask RunOnceAsync(FiberDriver driver, Func<CaseContext, Task> body)
    {
        world = new XenWorld(driver, Trace);
        Tools = new DeviceManager(world.Control);
        await PrepareAsync();
        await body(this);
        await ReviewAsync();
    }

    /// <summary>What a run says that did not come to its end.</summary>
    private Exception Weigh(Exception end) => end switch
    {
        FiberFailedException { InnerException: CaseOutcome outcome } => outcome,
        UndeclaredAccessException undeclared => Failure("every access to something shared inside a step that declares it", undeclared.Message),
        FiberFailedException { InnerException: UndeclaredAccessException undeclared } => Failure("every access to something shared inside a step that declares it", undeclared.Message),
        FiberFailedException { Fiber: "run/main" } failed => failed.InnerException!,
        FiberFailedException failed => Failure("no exception out of a driver", $"{failed.InnerException!.GetType().Name} out of {failed.Message}"),
        StandstillException standstill => Failure("a run that goes on", standstill.Message),
        _ => end,
    };
}
