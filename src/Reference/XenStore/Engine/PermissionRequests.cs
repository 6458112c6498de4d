using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>GET_PERMS and SET_PERMS, on nodes and on special watches.</summary>
internal sealed class PermissionRequests(PathResolver paths, SpecialNodes special, DomainLifecycle lifecycle)
{
    private readonly ByteBuffer _reply = new();

    public XsError Get(in Request request)
    {
        if (!PayloadReader.TrySingle(request.Payload, out var text) || !paths.TryResolveAny(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        PermissionList permissions;
        if (path.IsSpecial)
        {
            var error = FindSpecial(request.Caller, path, asOwner: false, out permissions);
            if (error != XsError.None)
            {
                return error;
            }
        }
        else
        {
            var error = request.Workspace.Find(request.Caller, path, XsAccess.Read);
            if (error != XsError.None)
            {
                return error;
            }

            permissions = request.Workspace.ReadPermissions();
        }

        _reply.Clear();
        permissions.AppendTo(_reply);
        return request.Reply(_reply.Written);
    }

    public XsError Set(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var text) || !TryParse(ref reader, out var entries)
            || !paths.TryResolveAny(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        if (request.Caller.Record.Exceeds(Quota.NodePermissions, entries.Length))
        {
            return XsError.ENOSPC;
        }

        // Asking after the domains comes first: it may find that one has died, and its nodes go then.
        bool isOwnerKnown = TryMakeList(entries, out var permissions);
        if (!isOwnerKnown || !request.Caller.IsServed)
        {
            // It may even have been the caller's own domain: what that asked for last has no effect then.
            return XsError.ENOENT;
        }

        var error = path.IsSpecial ? SetSpecial(request.Caller, path, permissions) : SetOnNode(request, path, permissions);
        return error == XsError.None ? request.ReplyOk() : error;
    }

    /// <summary>One permission or more; what follows the last NUL is reserved.</summary>
    private static bool TryParse(ref PayloadReader reader, out XsPermission[] entries)
    {
        var list = new List<XsPermission>();
        entries = [];
        while (reader.TryNext(out var text))
        {
            if (!XsPermission.TryParse(text, out var entry))
            {
                return false;
            }

            list.Add(entry);
        }

        entries = [.. list];
        return entries.Length > 0;
    }

    private static XsError SetOnNode(in Request request, StorePath path, PermissionList permissions)
    {
        var workspace = request.Workspace;
        var error = workspace.Find(request.Caller, path, XsAccess.Write, asOwner: true);
        if (error != XsError.None)
        {
            return error;
        }

        return MayOwn(request.Caller, workspace.Permissions, permissions)
            ? workspace.WritePermissions(request.Caller, path, permissions)
            : XsError.EPERM;
    }

    private XsError SetSpecial(StoreConnection caller, StorePath path, PermissionList permissions)
    {
        var error = FindSpecial(caller, path, asOwner: true, out var current);
        if (error != XsError.None)
        {
            return error;
        }

        if (!MayOwn(caller, current, permissions))
        {
            return XsError.EPERM;
        }

        special.Set(path.Bytes, permissions);
        return XsError.None;
    }

    /// <summary>Only a privileged caller gives a node another owner (XS-057).</summary>
    private static bool MayOwn(StoreConnection caller, PermissionList current, PermissionList wanted) =>
        caller.IsPrivileged || current.Owner == wanted.Owner;

    private XsError FindSpecial(StoreConnection caller, StorePath path, bool asOwner, out PermissionList permissions)
    {
        permissions = special.Find(path.Bytes)!;
        if (permissions is null)
        {
            return caller.IsPrivileged ? XsError.ENOENT : XsError.EACCES;
        }

        return (asOwner ? permissions.IsOwnedBy(caller) : permissions.AllowsRead(caller)) ? XsError.None : XsError.EACCES;
    }

    /// <summary>
    /// An owner has to exist. Another entry may name a domain that does not: it is kept and shown, but a domain that
    /// gets that number later has nothing from it (XS-061).
    /// </summary>
    private bool TryMakeList(XsPermission[] entries, out PermissionList permissions)
    {
        bool[]? unknown = null;
        for (int i = 0; i < entries.Length; i++)
        {
            if (lifecycle.LookUp(entries[i].Domain) is null)
            {
                (unknown ??= new bool[entries.Length])[i] = true;
            }
        }

        permissions = new PermissionList(entries, unknown);
        return unknown?[0] != true;
    }
}
