using Conformance.Model.Protocol;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>A hypervisor that does what the script says; rings need nothing.</summary>
internal sealed class ScriptHost : IStoreHost
{
    private readonly Dictionary<int, DomainReport> _domains = [];
    private ulong _incarnations;

    public void Start(int domain) => _domains[domain] = new DomainReport(DomainLife.Running, ++_incarnations);

    public void Set(int domain, DomainLife life)
    {
        if (_domains.TryGetValue(domain, out var report))
        {
            _domains[domain] = report with { Life = life };
        }
    }

    public void End(int domain) => _domains.Remove(domain);

    public DomainReport Query(DomainId domain) =>
        domain.Value == 0 ? new DomainReport(DomainLife.Running, 0) : _domains.GetValueOrDefault(domain.Value, new DomainReport(DomainLife.Absent, 0));

    public bool AttachRing(StoreConnection connection, ulong frame, uint port) => true;

    public void DetachRing(StoreConnection connection)
    {
    }

    public void Wake(StoreConnection connection)
    {
    }
}
