using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>One request about a node, not yet sent, so that a case can try it under several transaction ids.</summary>
/// <param name="Type">What it asks.</param>
/// <param name="Payload">Its payload.</param>
internal sealed record NodeRequest(XsMessageType Type, byte[] Payload)
{
    /// <summary>One of each kind that reads, all about <paramref name="path"/>.</summary>
    public static IReadOnlyList<NodeRequest> Reading(string path) =>
    [
        new(XsMessageType.Read, StorePayload.Strings(path)),
        new(XsMessageType.Directory, StorePayload.Strings(path)),
        new(XsMessageType.GetPerms, StorePayload.Strings(path)),
    ];

    /// <summary>One of each kind that writes, about <paramref name="path"/> or a node below it.</summary>
    /// <param name="path">An existing node.</param>
    /// <param name="permission">A permission entry that names the node's owner.</param>
    public static IReadOnlyList<NodeRequest> Writing(string path, string permission) =>
    [
        new(XsMessageType.Write, StorePayload.PathAndBytes(path, "changed"u8)),
        new(XsMessageType.Mkdir, StorePayload.Strings(path + "/made")),
        new(XsMessageType.SetPerms, StorePayload.Strings(path, permission)),
        new(XsMessageType.Rm, StorePayload.Strings(path)),
    ];

    /// <summary>Sends it and waits for the reply.</summary>
    public Task<StoreMessage> SendAsync(StoreSession session, uint transaction) =>
        session.RequestAsync(Type, Payload, transaction);
}
