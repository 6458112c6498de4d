using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.XenStore.Ring;

/// <summary>The guests of an <see cref="InProcessHypervisor"/>, as a store in its control domain sees them.</summary>
public sealed class HypervisorGuests : IStoreGuests
{
    private readonly InProcessHypervisor _hypervisor;
    private readonly Domain _control;

    /// <summary>Makes the view.</summary>
    public HypervisorGuests(InProcessHypervisor hypervisor)
    {
        ArgumentNullException.ThrowIfNull(hypervisor);
        _hypervisor = hypervisor;
        _control = hypervisor.Find(DomainId.Zero)
            ?? throw new ArgumentException("expected a hypervisor with a control domain, got none", nameof(hypervisor));
    }

    /// <inheritdoc/>
    public event Action? DomainsChanged
    {
        add => _hypervisor.DomainsChanged += value;
        remove => _hypervisor.DomainsChanged -= value;
    }

    /// <inheritdoc/>
    public DomainReport Query(DomainId domain) => _hypervisor.Find(domain) switch
    {
        null => new DomainReport(DomainLife.Absent, 0),
        { Shutdown: null } running => new DomainReport(DomainLife.Running, running.Incarnation),
        var stopped => new DomainReport(DomainLife.Shutdown, stopped.Incarnation),
    };

    /// <inheritdoc/>
    public ISharedPage? MapPage(DomainId domain, ulong frame) => _hypervisor.Find(domain)?.FindPage(frame);

    /// <inheritdoc/>
    public IEventLine? Bind(DomainId domain, uint port, IEventLine? present) =>
        present is EventPort { Peer: { } peer } && peer.Number == port && _hypervisor.Find(domain)?.HasPort(peer) == true
            ? present
            : _hypervisor.Bind(_control, domain, port);

    /// <inheritdoc/>
    public void Close(IEventLine line) => _control.ClosePort((EventPort)line);
}
