using Conformance.Model.Protocol;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>A world for the engine: domains are what the test says, rings are recorded.</summary>
internal sealed class FakeHost : IStoreHost
{
    private readonly Dictionary<ushort, DomainReport> _domains = [];
    private ulong _incarnations;

    public List<(StoreConnection Connection, ulong Frame, uint Port)> Attached { get; } = [];

    public List<StoreConnection> Detached { get; } = [];

    public List<StoreConnection> Woken { get; } = [];

    public bool RefusesRings { get; set; }

    public void Start(ushort domain) => _domains[domain] = new DomainReport(DomainLife.Running, ++_incarnations);

    public void Set(ushort domain, DomainLife life) => _domains[domain] = _domains[domain] with { Life = life };

    public void End(ushort domain) => _domains.Remove(domain);

    public DomainReport Query(DomainId domain) =>
        _domains.GetValueOrDefault(domain.Value, new DomainReport(DomainLife.Absent, 0));

    public bool AttachRing(StoreConnection connection, ulong frame, uint port)
    {
        if (!RefusesRings)
        {
            Attached.Add((connection, frame, port));
        }

        return !RefusesRings;
    }

    public void DetachRing(StoreConnection connection) => Detached.Add(connection);

    public void Wake(StoreConnection connection) => Woken.Add(connection);
}
