using Conformance.Exploration.Engine;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Systematic.State;

/// <summary>
/// Of a domain's end the store learns when it looks, or within a request that names the domain. Such a request then touches what
/// others see, and has to say so before.
/// </summary>
public sealed class StoreDeathTests
{
    [Fact]
    [Trait("Clause", "XS-061")]
    public void PermissionsThatNameADeadDomain_MeetWhatOthersRead()
    {
        Assert.False(Conflict(isDead: false));
        Assert.True(Conflict(isDead: true));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void WithADeath_ReducedAndUnreduced_Agree()
    {
        var experiment = new Mourning();
        var merged = Explore(experiment, Reduction.States);
        var reduced = Explore(experiment, Reduction.StatesAndOrders);
        Assert.True(merged.IsExhaustive && merged.IsClean, merged.ToString());
        Assert.True(reduced.IsExhaustive && reduced.IsClean, reduced.ToString());
        Assert.Equal((merged.EndStates, merged.EndDigest), (reduced.EndStates, reduced.EndDigest));
        Assert.True(reduced.States < merged.States);
        Assert.True(reduced.Transitions < merged.Transitions);
        Assert.True(merged.EndStates > 1);
    }

    [Fact]
    public void ARequestThatChangesMoreThanItsStepDeclared_IsCaught()
    {
        var report = Explorer.Explore(new Experiment("liar", static (driver, world) =>
        {
            var scope = new FiberScope(driver, new FiberGroup("liar"));
            var connection = world.Store.Engine.Connect();
            var client = new WorldStoreClient(world.Store, connection, driver, scope);
            scope.Start("main", async () => await driver.DoAsync(new QuietWrite(world.Store, client, connection)));
        }));
        Assert.Equal(FailureKind.UndeclaredAccess, Assert.Single(report.Failures).Kind);
    }

    private static ExplorationReport Explore(IExperiment experiment, Reduction reduction) =>
        Explorer.Explore(experiment, new ExplorationOptions { Reduction = reduction, GoesOnAfterFailure = true, CountsCollisions = true });

    /// <summary>Whether permissions for a domain, set within a transaction, meet the look of another at what the domain owned.</summary>
    private static bool Conflict(bool isDead)
    {
        var driver = new SteppedDriver(new SeededChoices(0));
        var world = new XenWorld(driver);
        WorldDomain? guest = null;
        StoreTransaction transaction = default;
        Setup.Run(driver, "setup", async () =>
        {
            guest = await world.CreateDomainAsync();
            transaction = await world.Control.Store.BeginAsync();
            await world.Control.Store.WriteAsync("/a", "1"u8.ToArray(), transaction);
        });
        if (isDead)
        {
            // The store's own look comes after, as it may.
            var killer = driver.Start(new FiberGroup("fate"), "death", () => world.DestroyAsync(guest!));
            driver.Advance(killer);
            driver.Advance(killer);
        }

        var setter = Begin(driver, "setter", () => NameAsync(world.Control.Store, "/a", guest!.Id, transaction));
        var reader = Begin(driver, "reader", async () => await Mourning.ClientOf(world, driver, "reader").FindAsync("/a"));
        return setter.ConflictsWith(reader);
    }

    private static AccessSet Begin(SteppedDriver driver, string name, Func<ValueTask> body)
    {
        var fiber = driver.Start(new FiberGroup(name), "main", body);
        driver.Advance(fiber);
        var accesses = default(AccessSet);
        fiber.Declare(ref accesses);
        return accesses;
    }

    private static ValueTask NameAsync(IStoreClient store, string path, DomainId domain, StoreTransaction transaction) =>
        store.SetPermissionsAsync(path, [new XsPermission(DomainId.Zero, XsAccess.None), new XsPermission(domain, XsAccess.Read)], transaction);

    /// <summary>A guest dies; a tool gives it a node in a transaction meanwhile; somebody looks at what the guest owns, and waits for its end.</summary>
    private sealed class Mourning : IExperiment
    {
        public string Name => "mourning";

        public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace) => new Experiment(Name, static (driver, world) =>
        {
            WorldDomain? guest = null;
            Setup.Run(driver, "setup", async () => guest = await world.CreateDomainAsync());
            string owned = $"/local/domain/{guest!.Id}/data";
            var (tool, reader) = (ClientOf(world, driver, "tool"), ClientOf(world, driver, "reader"));
            driver.Start(new FiberGroup("fate"), "death", () => world.DestroyAsync(guest));
            driver.Start(new FiberGroup("tool"), "main", async () =>
            {
                var transaction = await tool.BeginAsync();
                await tool.WriteAsync("/given", "1"u8.ToArray(), transaction);
                await NameAsync(tool, "/given", guest.Id, transaction);
                try
                {
                    await tool.CommitAsync(transaction);
                }
                catch (StoreException refusal) when (refusal.Error == XsError.EAGAIN)
                {
                    // Whom it names has gone meanwhile.
                }
            });
            driver.Start(new FiberGroup("reader"), "main", async () =>
            {
                await reader.WatchAsync(new StoreWatch("@releaseDomain", static _ => default));
                bool isThere = await reader.FindAsync(owned) is not null;
                await reader.WriteAsync("/seen", isThere ? "1"u8.ToArray() : "0"u8.ToArray());
            });
        }).Begin(driver, trace);

        internal static WorldStoreClient ClientOf(XenWorld world, SteppedDriver driver, string name) =>
            new(world.Store, world.Store.Engine.Connect(), driver, new FiberScope(driver, new FiberGroup(name)));
    }

    /// <summary>A world and whoever acts in it; over when nobody can go on but whoever waits for events.</summary>
    private sealed class Experiment(string name, Action<SteppedDriver, XenWorld> start) : IExperiment
    {
        public string Name => name;

        public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
        {
            var world = new XenWorld(driver, trace);
            start(driver, world);
            return new Standing(driver, world);
        }
    }

    private sealed class Standing(SteppedDriver driver, XenWorld world) : IExperimentRun
    {
        public IReadOnlyList<object> Roots => [world];

        public bool IsOver => driver.FindEnabled().Count == 0;

        public Breach? FindBreach() => null;

        public Breach? FindBreachAtEnd() => null;
    }

    /// <summary>Writes, and says that only the client itself is concerned.</summary>
    private readonly struct QuietWrite(WorldStore store, WorldStoreClient client, StoreConnection connection) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Writes(client.Resource);
            accesses.Reads(WorldStore.Tree);
        }

        public bool Perform()
        {
            byte[] payload = [.. "/a\0"u8, .. "1"u8];
            store.Serve(client, connection, new XsHeader(XsMessageType.Write, 1, 0, (uint)payload.Length), payload);
            return true;
        }
    }
}
