using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store;

/// <summary>The XenStore daemon, asked over a socket and over the rings of guests.</summary>
public sealed class StoreRole : ICaseRole
{
    private static readonly CaseWay Socket = new("socket", Carriers.Socket);
    private static readonly CaseWay Ring = new("ring", Carriers.Ring);

    /// <inheritdoc/>
    public string Name => "XenStore daemon";

    /// <inheritdoc/>
    public Type ContextType => typeof(StoreContext);

    /// <inheritdoc/>
    public Blame UnderTest => Blame.Store;

    /// <inheritdoc/>
    public IReadOnlyList<CaseWay> WaysOf(CaseAttribute attribute) => CaseWay.Choose(attribute, "store", Socket, Ring);

    /// <inheritdoc/>
    public bool IsPlayedBy(ITarget target) => target is IStoreTarget;

    /// <inheritdoc/>
    public string? LackOf(ITarget target, CaseDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (target is not IStoreTarget store)
        {
            return "the target plays no XenStore daemon";
        }

        if (!store.HasGuests && (definition.Way == Ring || definition.Needs.HasFlag(Needs.Guests)))
        {
            return "the target has no guests with interface pages";
        }

        return !store.IsFresh && definition.Needs.HasFlag(Needs.OwnDaemon)
            ? "the case needs a daemon of its own; the target shares one"
            : null;
    }

    /// <inheritdoc/>
    public bool IsFresh(ITarget target) => target is IStoreTarget { IsFresh: true };

    /// <inheritdoc/>
    public async ValueTask<ICaseWorld> StartAsync(ITarget target, CancellationToken cancellation) =>
        target is IStoreTarget store
            ? new World(await store.StartAsync(cancellation))
            : throw new IOException($"{target.Name} plays no XenStore daemon");

    /// <inheritdoc/>
    public CaseOutcome? Review(IReadOnlyList<WireRecord> exchange) => StoreWireRules.FindBreach(exchange);

    private sealed class World(IStoreWorld store) : ICaseWorld
    {
        public string? Death => store.Death;

        public CaseContext CreateContext(CaseDefinition definition, CaseSettings settings, string area) =>
            new StoreContext(settings, store, definition.Way.Carrier, area);

        public async ValueTask<string?> FindHangAsync(TimeSpan patience, CancellationToken cancellation)
        {
            try
            {
                var transport = await store.ConnectAsync(cancellation).AsTask().WaitAsync(patience, cancellation);
                await using var session = new StoreSession("probe", transport, new WireLog(), patience, cancellation);
                await session.RequestAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));
                return null;
            }
            catch (Exception silence) when (silence is CaseOutcome or IOException or TimeoutException)
            {
                return $"a new connection got no answer to GET_DOMAIN_PATH ({silence.Message})";
            }
        }

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
