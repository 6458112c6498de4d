using Conformance.Adapters.SoftwareXen;
using Conformance.Suite.Cases;
using Conformance.Suite.Store;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>A real daemon with a session maker, for one test; skips the test where the daemon is not installed.</summary>
internal sealed class RealStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private RealStore(SoftwareXenWorld world)
    {
        World = world;
        Context = new StoreContext(new CaseSettings(new("XS", 1), 1, Patience, CancellationToken.None), world, Carriers.Socket, "area");
    }

    public SoftwareXenWorld World { get; }

    public StoreContext Context { get; }

    /// <summary>Both daemons, for theories.</summary>
    public static TheoryData<string> Daemons => ["xenstored", "oxenstored"];

    public static SoftwareXenStoreTarget Target(string daemon) =>
        daemon == XenStoredProcess.ProgramName ? new XenStoredTarget() : new OXenStoredTarget();

    public static async Task<RealStore> StartAsync(string daemon)
    {
        var target = Target(daemon);
        var found = target.Probe();
        Skip.IfNot(found.IsAvailable, found.Explanation);
        return new RealStore((SoftwareXenWorld)await target.StartAsync(CancellationToken.None));
    }

    /// <summary>Ends a wait that should have come to its end, so that a test fails and does not hang.</summary>
    public static Task Within(Task task) => task.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await World.DisposeAsync();
    }
}
