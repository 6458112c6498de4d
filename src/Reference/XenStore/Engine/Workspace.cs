using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// What one request works on: the live tree, or a transaction's view of it. A look-up makes a node current; what
/// follows is about the current node.
/// </summary>
internal abstract class Workspace
{
    /// <summary>Why a look-up could not be made at all; none while all is well.</summary>
    public virtual XsError Refusal => XsError.None;

    /// <summary>Of the current node; not a read of it.</summary>
    public abstract PermissionList Permissions { get; }

    /// <summary>Makes the node at the path current; false when there is none.</summary>
    public abstract bool Locate(StorePath path);

    public abstract ReadOnlySpan<byte> ReadValue();

    public abstract PermissionList ReadPermissions();

    /// <summary>The current node's child names, each with its NUL; <paramref name="generation"/> tells one list from the next (XS-054).</summary>
    public abstract ReadOnlySpan<byte> ReadChildren(out ulong generation);

    /// <summary>Replaces the value of the current node, which is the one at the path.</summary>
    public abstract XsError WriteValue(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value);

    /// <summary>Replaces the permissions of the current node, which is the one at the path.</summary>
    public abstract XsError WritePermissions(StoreConnection caller, StorePath path, PermissionList permissions);

    /// <summary>Creates the path below the current node, which is its nearest existing ancestor (XS-046).</summary>
    public abstract XsError Create(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value);

    /// <summary>Removes the current node, which is the one at the path, with its subtree.</summary>
    public abstract XsError Remove(StorePath path);

    /// <summary>Removes what was looked up at the path and not found; false when its parent is missing, too.</summary>
    public virtual bool TryRemoveMissing(StorePath path) => Locate(path.Parent);

    /// <summary>
    /// Looks a node up for a caller who needs some access. A missing node is ENOENT only if the nearest existing
    /// ancestor grants that access, which is current then; else EACCES, so that existence is not leaked (XS-058).
    /// </summary>
    public XsError Find(StoreConnection caller, StorePath path, XsAccess access, bool asOwner = false)
    {
        var error = Judge(caller, path, access, asOwner);
        if (error is XsError.None or XsError.ENOENT)
        {
            Admit(path);
        }

        return error;
    }

    /// <summary>The caller may know of what it looked up at the path; the current node told it so.</summary>
    protected virtual void Admit(StorePath path)
    {
    }

    private XsError Judge(StoreConnection caller, StorePath path, XsAccess access, bool asOwner)
    {
        if (Locate(path))
        {
            var permissions = Permissions;
            return (permissions.For(caller) & access) == access && (!asOwner || permissions.IsOwnedBy(caller))
                ? XsError.None
                : XsError.EACCES;
        }

        return Refusal != XsError.None ? Refusal : FindAncestor(caller, path, access);
    }

    /// <summary>The permissions of what the caller creates below a node (XS-047).</summary>
    protected static PermissionList Inherit(PermissionList parent, StoreConnection caller) =>
        caller.IsPrivileged ? parent : parent.WithOwner(caller.Domain);

    /// <summary>Makes the nearest existing ancestor current and says what its caller may know of the missing node.</summary>
    [SkipLocalsInit]
    private XsError FindAncestor(StoreConnection caller, StorePath path, XsAccess access)
    {
        // One pass hashes all ancestors: a deep missing path costs no more than its length.
        Span<uint> hashes = stackalloc uint[XsLimits.AbsolutePathMax / 2];
        int level = path.HashAncestors(hashes);
        var bytes = path.Bytes;
        while (true)
        {
            bytes = bytes[..Math.Max(1, bytes.LastIndexOf((byte)'/'))];
            if (Locate(new StorePath(bytes, hashes[--level])))
            {
                return (Permissions.For(caller) & access) != 0 ? XsError.ENOENT : XsError.EACCES;
            }

            if (Refusal != XsError.None)
            {
                return Refusal;
            }
        }
    }

    /// <summary>The end of the path's component that follows its first <paramref name="ancestorLength"/> bytes.</summary>
    protected static int NextEnd(ReadOnlySpan<byte> path, int ancestorLength)
    {
        int start = ancestorLength == 1 ? 1 : ancestorLength + 1;
        int slash = path[start..].IndexOf((byte)'/');
        return slash < 0 ? path.Length : start + slash;
    }
}
