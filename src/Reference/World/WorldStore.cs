using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.World;

/// <summary>
/// The store of a world: the engine itself, without a daemon or rings between. A request and its reply are one step, so
/// that what can interleave is what the store makes visible, and not the bytes that carry it.
/// </summary>
public sealed partial class WorldStore : IStoreHost
{
    private readonly InProcessHypervisor _hypervisor;
    private readonly FiberDriver _driver;
    private readonly List<WorldStoreClient> _woken = [];
    private readonly Signal _domainsChanged;
    private readonly List<WorldStoreClient> _clients = [];

    /// <summary>Makes an empty store.</summary>
    /// <param name="hypervisor">Whose domains it serves.</param>
    /// <param name="driver">Who schedules its clients.</param>
    /// <param name="trace">Takes the store's steps; null for none.</param>
    public WorldStore(InProcessHypervisor hypervisor, FiberDriver driver, ITraceSink? trace)
    {
        ArgumentNullException.ThrowIfNull(hypervisor);
        ArgumentNullException.ThrowIfNull(driver);
        _hypervisor = hypervisor;
        _driver = driver;
        Engine = new StoreEngine(new StoreSettings(), this, trace);
        _domainsChanged = new Signal(driver, Resource, "a domain to change its life");
        hypervisor.DomainsChanged += _domainsChanged.Set;
        driver.Start(new FiberGroup("xenstored"), "domains", FollowDomainsAsync);
    }

    /// <summary>What a step on the store touches.</summary>
    public static readonly Resource Resource = new(ResourceKind.Store, 0);

    /// <summary>The tree alone, as whoever only reads it needs it.</summary>
    internal static readonly Resource Tree = new(ResourceKind.Store, 1);

    /// <summary>The store itself.</summary>
    public StoreEngine Engine { get; }

    /// <summary>See <see cref="XenWorld.Whims"/>.</summary>
    internal Whims Whims { get; set; }

    /// <summary>Whether something happens now that may happen for no reason.</summary>
    internal bool Happens(Whims whim, string what) => (Whims & whim) != 0 && _driver.Choose(what, 2) == 1;

    DomainReport IStoreHost.Query(DomainId domain) => _hypervisor.Find(domain) switch
    {
        null => new DomainReport(DomainLife.Absent, 0),
        { IsDestroyed: true } dead => new DomainReport(DomainLife.Dying, dead.Incarnation),
        { Shutdown: not null } stopped => new DomainReport(DomainLife.Shutdown, stopped.Incarnation),
        var running => new DomainReport(DomainLife.Running, running.Incarnation),
    };

    bool IStoreHost.AttachRing(StoreConnection connection, ulong frame, uint port) => true;

    void IStoreHost.DetachRing(StoreConnection connection) => connection.Transport = null;

    void IStoreHost.Wake(StoreConnection connection)
    {
        if (connection.Transport is WorldStoreClient client && !_woken.Contains(client))
        {
            _woken.Add(client);
        }
    }

    /// <summary>Knows a client; the answer is a name for what belongs to it: its watches, its transactions and the events that wait for it.</summary>
    internal Resource Add(WorldStoreClient client)
    {
        _clients.Add(client);
        return new(ResourceKind.Store, 1 + (ulong)_clients.Count);
    }

    /// <summary>Serves one request whole, and gives every client what it caused.</summary>
    internal void Serve(WorldStoreClient client, StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload)
    {
        ulong before = Engine.Changes;
        Engine.Elapse(_driver.Now);
        Engine.Process(connection, in header, payload);

        // What a request is said to touch is held against what it did.
        bool isSeenByOthers = Engine.Changes != before || _woken.Exists(woken => woken != client);
        _driver.Audit.Touch(isSeenByOthers ? Resource : client.Resource, isSeenByOthers ? AccessMode.Write : AccessMode.Read);
        Deliver();
    }

    /// <summary>Lets the store see how late it is: changes that wait for a protected transaction wait no longer than allowed.</summary>
    internal void Elapse()
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        Engine.Elapse(_driver.Now);
        Deliver();
    }

    /// <summary>Drops what a connection had, as when a domain comes up in a new world.</summary>
    internal void Reset(StoreConnection connection)
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        Engine.Reset(connection);
        Deliver();
    }

    /// <summary>The store hears of deaths some time after they happened, of several at once perhaps (I-43).</summary>
    private async ValueTask FollowDomainsAsync()
    {
        while (true)
        {
            await _driver.WaitAsync(_domainsChanged);
            await _driver.PerformAsync<DomainCheck, bool>(new DomainCheck(this));
        }
    }

    private bool CheckDomains()
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        Engine.DomainsChanged();
        Deliver();
        return true;
    }

    private void Deliver()
    {
        for (int i = 0; i < _woken.Count; i++)
        {
            _woken[i].TakeOutput();
        }

        _woken.Clear();
    }

    private readonly struct DomainCheck(WorldStore store) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(Resource);

        public bool Perform() => store.CheckDomains();
    }
}
