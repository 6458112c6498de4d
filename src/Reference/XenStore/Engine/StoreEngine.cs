using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>The store itself: whole requests in, replies and events out. Not thread-safe: one caller at a time.</summary>
public sealed class StoreEngine
{
    /// <summary>Makes an empty store.</summary>
    public StoreEngine(StoreSettings settings, IStoreHost host, ITraceSink? trace = null) => throw new NotSupportedException();

    /// <summary>Opens a connection over a socket of the store's own domain: privileged.</summary>
    public StoreConnection Connect() => throw new NotSupportedException();

    /// <summary>The connection of an introduced domain, or null.</summary>
    public StoreConnection? FindGuest(DomainId domain) => throw new NotSupportedException();

    /// <summary>Ends a socket connection: its watches, transactions and output vanish.</summary>
    public void Close(StoreConnection connection) => throw new NotSupportedException();

    /// <summary>Serves one whole request; <paramref name="payload"/> is <c>header.Length</c> bytes, at most 4096.</summary>
    public void Process(StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload) => throw new NotSupportedException();

    /// <summary>The guest asked for a reset of its connection (XS-025): drops watches, transactions, queued output.</summary>
    public void Reset(StoreConnection connection) => throw new NotSupportedException();

    /// <summary>
    /// The transport gave up on a guest's ring (XS-006, XS-013): the connection is ignored from now on, and the domain
    /// stays known until it really dies (XS-090).
    /// </summary>
    public void Abandon(StoreConnection connection) => throw new NotSupportedException();

    /// <summary>The hypervisor says that some domain changed its life: asks the host for every introduced one.</summary>
    public void DomainsChanged() => throw new NotSupportedException();

    /// <summary>Time has passed. Events that an unprivileged client left unread for too long are dropped with its connection (XS-125).</summary>
    public void Elapse(TimeSpan sinceStart) => throw new NotSupportedException();
}

/// <summary>One client of the store, as the engine sees it.</summary>
public sealed class StoreConnection
{
    /// <summary>The domain at the other end; 0 for a socket.</summary>
    public DomainId Domain => throw new NotSupportedException();

    /// <summary>Whether this client came over a socket.</summary>
    public bool IsSocket => throw new NotSupportedException();

    /// <summary>A name for traces: <c>dom0/3</c> for the third socket connection, <c>dom5</c> for a guest.</summary>
    public string Name => throw new NotSupportedException();

    /// <summary>Bits for the server_features word of the guest's page (XS-027).</summary>
    public XsServerFeatures Features => throw new NotSupportedException();

    /// <summary>False while the client has used up its outstanding requests or its memory: take no more from it (XS-124).</summary>
    public bool AcceptsRequests => throw new NotSupportedException();

    /// <summary>Whether there are bytes for the client.</summary>
    public bool HasOutput => throw new NotSupportedException();

    /// <summary>The transport's own record of this connection.</summary>
    public object? Transport { get; set; }

    /// <summary>The next bytes for the client, as many as lie together; empty when there are none.</summary>
    public ReadOnlyMemory<byte> PeekOutput() => throw new NotSupportedException();

    /// <summary>The client took the first <paramref name="count"/> bytes of <see cref="PeekOutput"/>; any split is fine.</summary>
    public void ConsumeOutput(int count) => throw new NotSupportedException();
}
