using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>What a tool stack asks of the store; EACCES for others, except where said (XS-023).</summary>
public interface IStoreAdministrator
{
    /// <summary>Tells the store of a domain, its interface page and its port for the store (XS-028, XS-029).</summary>
    ValueTask IntroduceAsync(DomainId domain, ulong frame, uint port, CancellationToken cancellation = default);

    /// <summary>Makes the store forget a domain.</summary>
    ValueTask ReleaseAsync(DomainId domain, CancellationToken cancellation = default);

    /// <summary>A domain that was shut down runs again: its next shutdown is told as well (XS-089).</summary>
    ValueTask ResumeDomainAsync(DomainId domain, CancellationToken cancellation = default);

    /// <summary>Gives a domain the rights of another (XS-133).</summary>
    ValueTask SetTargetAsync(DomainId domain, DomainId target, CancellationToken cancellation = default);

    /// <summary>Whether the store serves a domain (XS-131).</summary>
    ValueTask<bool> IsIntroducedAsync(DomainId domain, CancellationToken cancellation = default);

    /// <summary>The home path of a domain (XS-131); anyone may ask.</summary>
    ValueTask<string> GetDomainPathAsync(DomainId domain, CancellationToken cancellation = default);

    /// <summary>A command to the daemon itself and its arguments; the answer is text.</summary>
    ValueTask<string> ControlAsync(IReadOnlyList<string> command, CancellationToken cancellation = default);

    /// <summary>The features offered to a domain; null for the caller itself, which anyone may ask.</summary>
    ValueTask<XsServerFeatures> GetFeaturesAsync(DomainId? domain = null, CancellationToken cancellation = default);

    /// <summary>Sets the features offered to a domain that is not introduced yet.</summary>
    ValueTask SetFeaturesAsync(DomainId domain, XsServerFeatures features, CancellationToken cancellation = default);

    /// <summary>The names of the quotas that the store knows.</summary>
    ValueTask<IReadOnlyList<string>> ListQuotasAsync(CancellationToken cancellation = default);

    /// <summary>The value of a quota; 0 means no limit.</summary>
    /// <param name="quota">Its name.</param>
    /// <param name="domain">Whose; null for the value that new domains get.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    ValueTask<uint> GetQuotaAsync(string quota, DomainId? domain = null, CancellationToken cancellation = default);

    /// <summary>Sets a quota; 0 means no limit.</summary>
    ValueTask SetQuotaAsync(string quota, uint value, DomainId? domain = null, CancellationToken cancellation = default);

    /// <summary>Drops all watches and transactions that the store holds for this connection (XS-091); anyone may ask.</summary>
    ValueTask ResetWatchesAsync(CancellationToken cancellation = default);
}
