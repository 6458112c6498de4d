using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Who serves which type of message, and on what conditions.</summary>
internal sealed class RequestTable
{
    private readonly Entry[] _entries = new Entry[(int)XsMessageType.SetQuota + 1];

    public RequestTable(
        NodeRequests nodes,
        PermissionRequests permissions,
        WatchRequests watches,
        TransactionRequests transactions,
        DomainRequests domains,
        FeatureRequests features,
        ControlRequests control)
    {
        Set(XsMessageType.Read, nodes.Read);
        Set(XsMessageType.Directory, nodes.Directory);
        Set(XsMessageType.DirectoryPart, nodes.DirectoryPart);
        Set(XsMessageType.Write, nodes.Write, isChange: true);
        Set(XsMessageType.Mkdir, nodes.Mkdir, isChange: true);
        Set(XsMessageType.Rm, nodes.Remove, isChange: true);
        Set(XsMessageType.GetPerms, permissions.Get);
        Set(XsMessageType.SetPerms, permissions.Set, isChange: true);
        Set(XsMessageType.Watch, watches.Watch, ignoresTransaction: true);
        Set(XsMessageType.Unwatch, watches.Unwatch, ignoresTransaction: true);
        Set(XsMessageType.ResetWatches, watches.Reset, ignoresTransaction: true);
        Set(XsMessageType.TransactionStart, transactions.Start);
        Set(XsMessageType.TransactionEnd, transactions.End);
        Set(XsMessageType.Introduce, domains.Introduce, isPrivileged: true);
        Set(XsMessageType.Release, domains.Release, isPrivileged: true);
        Set(XsMessageType.Resume, domains.Resume, isPrivileged: true);
        Set(XsMessageType.SetTarget, domains.SetTarget, isPrivileged: true);
        Set(XsMessageType.IsDomainIntroduced, domains.IsIntroduced, isPrivileged: true);
        Set(XsMessageType.GetDomainPath, DomainRequests.GetPath);
        Set(XsMessageType.GetFeature, features.GetFeature);
        Set(XsMessageType.SetFeature, features.SetFeature, isPrivileged: true);
        Set(XsMessageType.GetQuota, features.GetQuota, isPrivileged: true);
        Set(XsMessageType.SetQuota, features.SetQuota, isPrivileged: true);
        Set(XsMessageType.Control, control.Serve, isPrivileged: true);
    }

    /// <summary>Whether there is such a request at all (XS-022).</summary>
    public static bool Serves(XsMessageType type) =>
        type <= XsMessageType.SetQuota && type is not (XsMessageType.WatchEvent or XsMessageType.Error or XsMessageType.Restrict);

    public bool TryFind(XsMessageType type, out Entry entry)
    {
        entry = Serves(type) ? _entries[(int)type] : default;
        return Serves(type);
    }

    private void Set(
        XsMessageType type, RequestHandler handler, bool isPrivileged = false, bool isChange = false, bool ignoresTransaction = false) =>
        _entries[(int)type] = new Entry(handler, isPrivileged, isChange, ignoresTransaction);

    /// <summary>One type of message.</summary>
    /// <param name="Handler">Serves it.</param>
    /// <param name="IsPrivileged">Answered EACCES to unprivileged clients (XS-023).</param>
    /// <param name="IsChange">Changes nodes, or would.</param>
    /// <param name="IgnoresTransaction">Takes no notice of the transaction it names (XS-079, XS-091).</param>
    public readonly record struct Entry(RequestHandler Handler, bool IsPrivileged, bool IsChange, bool IgnoresTransaction);
}
