using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.XenStore.Ring;

/// <summary>What a store that serves guests asks of the hypervisor. Called on the store's thread alone.</summary>
public interface IStoreGuests
{
    /// <summary>Some domain was created, changed its life, or was destroyed. Raised on any thread.</summary>
    event Action? DomainsChanged;

    /// <summary>How a domain is doing.</summary>
    DomainReport Query(DomainId domain);

    /// <summary>The page with that frame number of a domain, or null (XS-132).</summary>
    ISharedPage? MapPage(DomainId domain, ulong frame);

    /// <summary>
    /// Connects to a port that the guest left unbound for the store; null when it cannot be had. If
    /// <paramref name="present"/> is connected to that very port, it is the answer: a port is bound but once (XS-029).
    /// </summary>
    IEventLine? Bind(DomainId domain, uint port, IEventLine? present);

    /// <summary>Gives up the store's end of a line.</summary>
    void Close(IEventLine line);
}
