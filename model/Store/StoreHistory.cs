namespace Conformance.Model.Store;

/// <summary>A request and its reply, as one client saw them.</summary>
/// <param name="Client">Which client; its requests are served in the order in which they stand in the history.</param>
/// <param name="Request">What it asked.</param>
/// <param name="Reply">What came back; null if the client never heard, so that the request may have been served or not.</param>
/// <param name="Invoked">When it was sent: any clock that all clients share.</param>
/// <param name="Returned">When the reply was there; ignored without a reply.</param>
public sealed record StoreOperation(int Client, StoreRequest Request, StoreReply? Reply, long Invoked, long Returned)
{
    /// <summary>The operation as a reader of a verdict wants it.</summary>
    public override string ToString() => $"client {Client}: {Request} -> {Reply?.ToString() ?? "no reply"}";
}

/// <summary>A watch event that a client received.</summary>
/// <param name="Client">Which client.</param>
/// <param name="Path">The path in the event.</param>
/// <param name="Token">The token in the event.</param>
/// <param name="Received">When it was there, by the clock of the operations.</param>
public sealed record StoreDelivery(int Client, string Path, string Token, long Received)
{
    /// <summary>The event as a reader of a verdict wants it.</summary>
    public override string ToString() => $"client {Client}: event {Path} \"{Token}\"";
}

/// <summary>What clients of one store did and saw at the same time.</summary>
/// <param name="Operations">Requests with their replies; those of one client in the order in which it sent them.</param>
/// <param name="Deliveries">Events; those of one client in the order in which it received them.</param>
/// <param name="IsSettled">Whether every client read all that was sent to it, so that no event may be missing at the end.</param>
public sealed record StoreHistory(IReadOnlyList<StoreOperation> Operations, IReadOnlyList<StoreDelivery> Deliveries, bool IsSettled);
