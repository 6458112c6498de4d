using Conformance.Model.Protocol;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Sessions;

/// <summary>A guest that was created, given a home of its own and introduced, and its session over the interface page.</summary>
/// <param name="Domain">The domain, for its life cycle and its bare page.</param>
/// <param name="Session">Its session; unprivileged.</param>
public sealed record StoreGuest(IGuestDomain Domain, StoreSession Session)
{
    /// <summary>The domain's number.</summary>
    public DomainId Id => Domain.Id;

    /// <summary>Its home path.</summary>
    public string Home => $"/local/domain/{Id}";
}
