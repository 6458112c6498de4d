using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <content>What a tool stack asks.</content>
public sealed partial class StoreClient
{
    /// <inheritdoc/>
    public ValueTask IntroduceAsync(DomainId domain, ulong frame, uint port, CancellationToken cancellation = default) =>
        CallDoneAsync(About(XsMessageType.Introduce, domain).Number(frame).Number(port), default, cancellation);

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(DomainId domain, CancellationToken cancellation = default) =>
        CallDoneAsync(About(XsMessageType.Release, domain), default, cancellation);

    /// <inheritdoc/>
    public ValueTask ResumeDomainAsync(DomainId domain, CancellationToken cancellation = default) =>
        CallDoneAsync(About(XsMessageType.Resume, domain), default, cancellation);

    /// <inheritdoc/>
    public ValueTask SetTargetAsync(DomainId domain, DomainId target, CancellationToken cancellation = default) =>
        CallDoneAsync(About(XsMessageType.SetTarget, domain).Number(target.Value), default, cancellation);

    /// <inheritdoc/>
    public async ValueTask<bool> IsIntroducedAsync(DomainId domain, CancellationToken cancellation = default)
    {
        var request = About(XsMessageType.IsDomainIntroduced, domain);
        return await CallTextAsync(request, cancellation).ConfigureAwait(false) switch
        {
            "T" => true,
            "F" => false,
            _ => throw new StoreException(XsError.EIO, request.Description),
        };
    }

    /// <inheritdoc/>
    public ValueTask<string> GetDomainPathAsync(DomainId domain, CancellationToken cancellation = default) =>
        CallTextAsync(About(XsMessageType.GetDomainPath, domain), cancellation);

    /// <inheritdoc/>
    public async ValueTask<string> ControlAsync(IReadOnlyList<string> command, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var request = new StorePayload(XsMessageType.Control, string.Join(' ', command));
        foreach (string word in command)
        {
            request.Text(word);
        }

        // Daemons differ in whether they end this answer with a NUL.
        var reply = await CallAsync(request, default, cancellation).ConfigureAwait(false);
        return Encoding.Latin1.GetString(reply).TrimEnd('\0');
    }

    /// <inheritdoc/>
    public async ValueTask<XsServerFeatures> GetFeaturesAsync(DomainId? domain = null, CancellationToken cancellation = default)
    {
        var request = domain is { } other ? About(XsMessageType.GetFeature, other) : new StorePayload(XsMessageType.GetFeature);
        return (XsServerFeatures)await CallNumberAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask SetFeaturesAsync(DomainId domain, XsServerFeatures features, CancellationToken cancellation = default) =>
        CallDoneAsync(About(XsMessageType.SetFeature, domain).Number((uint)features), default, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListQuotasAsync(CancellationToken cancellation = default)
    {
        string names = await CallTextAsync(new StorePayload(XsMessageType.GetQuota), cancellation).ConfigureAwait(false);
        return names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <inheritdoc/>
    public ValueTask<uint> GetQuotaAsync(string quota, DomainId? domain = null, CancellationToken cancellation = default) =>
        CallNumberAsync(Quota(XsMessageType.GetQuota, quota, domain), cancellation);

    /// <inheritdoc/>
    public ValueTask SetQuotaAsync(string quota, uint value, DomainId? domain = null, CancellationToken cancellation = default) =>
        CallDoneAsync(Quota(XsMessageType.SetQuota, quota, domain).Number(value), default, cancellation);

    /// <inheritdoc/>
    public async ValueTask ResetWatchesAsync(CancellationToken cancellation = default)
    {
        await CallDoneAsync(new StorePayload(XsMessageType.ResetWatches).Text(string.Empty), default, cancellation).ConfigureAwait(false);
        _watches.Clear();
        int ended;
        lock (_openTransactions)
        {
            ended = _openTransactions.Count;
            _openTransactions.Clear();
        }

        for (; ended > 0; ended--)
        {
            _gate.Leave();
        }
    }

    private static StorePayload About(XsMessageType type, DomainId domain) =>
        new StorePayload(type, string.Create(CultureInfo.InvariantCulture, $"domain {domain.Value}")).Number(domain.Value);

    private static StorePayload Quota(XsMessageType type, string quota, DomainId? domain)
    {
        ArgumentNullException.ThrowIfNull(quota);
        var request = new StorePayload(type, quota);
        return (domain is { } other ? request.Number(other.Value) : request).Text(quota);
    }

    private async ValueTask<string> CallTextAsync(StorePayload request, CancellationToken cancellation) =>
        StoreReply.Text(await CallAsync(request, default, cancellation).ConfigureAwait(false), request);

    private async ValueTask<uint> CallNumberAsync(StorePayload request, CancellationToken cancellation) =>
        StoreReply.Number(await CallAsync(request, default, cancellation).ConfigureAwait(false), request);
}
