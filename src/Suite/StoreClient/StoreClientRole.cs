using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient;

/// <summary>The XenStore client, put before a scripted store over a stream or over a ring.</summary>
public sealed class StoreClientRole : ICaseRole
{
    private static readonly CaseWay Stream = new("client-stream", Carriers.Socket);
    private static readonly CaseWay Ring = new("client-ring", Carriers.Ring);

    /// <inheritdoc/>
    public string Name => "XenStore client";

    /// <inheritdoc/>
    public Type ContextType => typeof(StoreClientContext);

    /// <inheritdoc/>
    public Blame UnderTest => Blame.Client;

    /// <inheritdoc/>
    public IReadOnlyList<CaseWay> WaysOf(CaseAttribute attribute) => CaseWay.Choose(attribute, "client", Stream, Ring);

    /// <inheritdoc/>
    public bool IsPlayedBy(ITarget target) => target is IStoreClientTarget;

    /// <inheritdoc/>
    public string? LackOf(ITarget target, CaseDefinition definition) =>
        IsPlayedBy(target) ? null : "the target plays no XenStore client";

    /// <inheritdoc/>
    public bool IsFresh(ITarget target) => true;

    /// <inheritdoc/>
    public ValueTask<ICaseWorld> StartAsync(ITarget target, CancellationToken cancellation) =>
        target is IStoreClientTarget client
            ? new ValueTask<ICaseWorld>(new World(client))
            : throw new IOException($"{target?.Name} plays no XenStore client");

    /// <inheritdoc/>
    public CaseOutcome? Review(IReadOnlyList<WireRecord> exchange) => StoreClientWireRules.FindBreach(exchange);

    /// <summary>The client lives in the case: each case attaches as many as it wants.</summary>
    private sealed class World(IStoreClientTarget target) : ICaseWorld
    {
        public string? Death => null;

        public CaseContext CreateContext(CaseDefinition definition, CaseSettings settings, string area) =>
            new StoreClientContext(settings, target, definition.Way.Carrier);

        public ValueTask<string?> FindHangAsync(TimeSpan patience, CancellationToken cancellation) => new((string?)null);

        public ValueTask DisposeAsync() => default;
    }
}
