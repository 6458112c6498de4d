using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Sessions;

/// <summary>The well-formed requests by name; each returns the reply, success or error.</summary>
public static class StoreRequests
{
    /// <summary>READ.</summary>
    public static Task<StoreMessage> ReadAsync(this StoreSession session, string path, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.Read, StorePayload.Strings(path), transaction);

    /// <summary>WRITE of text.</summary>
    public static Task<StoreMessage> WriteAsync(this StoreSession session, string path, string value, uint transaction = 0) =>
        session.WriteAsync(path, Encoding.Latin1.GetBytes(value), transaction);

    /// <summary>WRITE of bytes.</summary>
    public static Task<StoreMessage> WriteAsync(this StoreSession session, string path, ReadOnlyMemory<byte> value, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.Write, StorePayload.PathAndBytes(path, value.Span), transaction);

    /// <summary>MKDIR.</summary>
    public static Task<StoreMessage> MkdirAsync(this StoreSession session, string path, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.Mkdir, StorePayload.Strings(path), transaction);

    /// <summary>RM.</summary>
    public static Task<StoreMessage> RmAsync(this StoreSession session, string path, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.Rm, StorePayload.Strings(path), transaction);

    /// <summary>DIRECTORY.</summary>
    public static Task<StoreMessage> DirectoryAsync(this StoreSession session, string path, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.Directory, StorePayload.Strings(path), transaction);

    /// <summary>DIRECTORY_PART from a byte offset.</summary>
    public static Task<StoreMessage> DirectoryPartAsync(this StoreSession session, string path, int offset, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.DirectoryPart, StorePayload.Strings(path, offset.ToString(CultureInfo.InvariantCulture)), transaction);

    /// <summary>GET_PERMS.</summary>
    public static Task<StoreMessage> GetPermsAsync(this StoreSession session, string path, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.GetPerms, StorePayload.Strings(path), transaction);

    /// <summary>SET_PERMS with entries such as <c>n5</c>, the owner's first.</summary>
    public static Task<StoreMessage> SetPermsAsync(this StoreSession session, string path, params ReadOnlySpan<string> entries) =>
        session.RequestAsync(XsMessageType.SetPerms, StorePayload.Strings([path, .. entries]));

    /// <summary>SET_PERMS inside a transaction.</summary>
    public static Task<StoreMessage> SetPermsAsync(this StoreSession session, uint transaction, string path, params ReadOnlySpan<string> entries) =>
        session.RequestAsync(XsMessageType.SetPerms, StorePayload.Strings([path, .. entries]), transaction);

    /// <summary>WATCH.</summary>
    public static Task<StoreMessage> WatchAsync(this StoreSession session, string path, string token) =>
        session.RequestAsync(XsMessageType.Watch, StorePayload.Strings(path, token));

    /// <summary>UNWATCH.</summary>
    public static Task<StoreMessage> UnwatchAsync(this StoreSession session, string path, string token) =>
        session.RequestAsync(XsMessageType.Unwatch, StorePayload.Strings(path, token));

    /// <summary>TRANSACTION_START; the reply's text is the id.</summary>
    public static Task<StoreMessage> StartTransactionAsync(this StoreSession session) =>
        session.RequestAsync(XsMessageType.TransactionStart, StorePayload.Strings(""));

    /// <summary>TRANSACTION_END with T.</summary>
    public static Task<StoreMessage> CommitAsync(this StoreSession session, uint transaction) =>
        session.RequestAsync(XsMessageType.TransactionEnd, StorePayload.Strings("T"), transaction);

    /// <summary>TRANSACTION_END with F.</summary>
    public static Task<StoreMessage> AbortAsync(this StoreSession session, uint transaction) =>
        session.RequestAsync(XsMessageType.TransactionEnd, StorePayload.Strings("F"), transaction);

    /// <summary>INTRODUCE.</summary>
    public static Task<StoreMessage> IntroduceAsync(this StoreSession session, DomainId domain, ulong frame, uint port) =>
        session.RequestAsync(XsMessageType.Introduce, StorePayload.Strings(
            $"{domain}", frame.ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A request whose payload is one domain number: RELEASE, RESUME, IS_DOMAIN_INTRODUCED, GET_DOMAIN_PATH.</summary>
    public static Task<StoreMessage> AboutDomainAsync(this StoreSession session, XsMessageType type, DomainId domain) =>
        session.RequestAsync(type, StorePayload.Strings($"{domain}"));

    /// <summary>SET_TARGET: <paramref name="domain"/> gets the rights of <paramref name="target"/>.</summary>
    public static Task<StoreMessage> SetTargetAsync(this StoreSession session, DomainId domain, DomainId target) =>
        session.RequestAsync(XsMessageType.SetTarget, StorePayload.Strings($"{domain}", $"{target}"));

    /// <summary>RESET_WATCHES.</summary>
    public static Task<StoreMessage> ResetWatchesAsync(this StoreSession session, uint transaction = 0) =>
        session.RequestAsync(XsMessageType.ResetWatches, StorePayload.Strings(""), transaction);
}
