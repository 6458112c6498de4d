using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Requests outside a transaction: each change is visible, accounted and told at once.</summary>
[NotState]
internal sealed class LiveWorkspace(NodeTree tree, DomainTable domains, WatchTable watches, EventSender events) : Workspace
{
    private readonly ByteBuffer _listing = new();
    private readonly byte[] _path = new byte[XsLimits.AbsolutePathMax];
    private Node _current = tree.Root;
    private Node? _listed;
    private ulong _listedGeneration;

    public override PermissionList Permissions => _current.Permissions;

    public override bool Locate(StorePath path)
    {
        if (tree.Find(path) is not { } node)
        {
            return false;
        }

        _current = node;
        return true;
    }

    public override ReadOnlySpan<byte> ReadValue() => _current.Value;

    public override PermissionList ReadPermissions() => _current.Permissions;

    public override ReadOnlySpan<byte> ReadChildren(out ulong generation)
    {
        // Paging through a long list asks for it again and again; the last list is kept for that.
        generation = _current.ChildGeneration;
        if (_listed != _current || _listedGeneration != generation)
        {
            _listing.Clear();
            for (var child = _current.FirstChild; child is not null; child = child.NextSibling)
            {
                _listing.AppendString(child.Name);
            }

            _listed = _current;
            _listedGeneration = generation;
        }

        return _listing.Written;
    }

    public override XsError WriteValue(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value)
    {
        int growth = value.Length - _current.ValueLength;
        if (caller.Record.Exceeds(Quota.NodeSize, value.Length))
        {
            return XsError.E2BIG;
        }

        if (!HasMemory(caller, _current.Permissions, growth))
        {
            return XsError.ENOSPC;
        }

        tree.SetValue(_current, value);
        events.Changed(path, ChangeReach.Subtree, new Visibility(_current.Permissions, _current.Parent?.Permissions));
        return XsError.None;
    }

    public override XsError WritePermissions(StoreConnection caller, StorePath path, PermissionList permissions)
    {
        var before = _current.Permissions;
        if (!HasMemory(caller, permissions, permissions.Charge - before.Charge))
        {
            return XsError.ENOSPC;
        }

        tree.SetPermissions(_current, permissions);
        events.Changed(path, ChangeReach.Subtree, new Visibility(before, _current.Parent?.Permissions, permissions));
        return XsError.None;
    }

    public override XsError Create(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value)
    {
        var bytes = path.Bytes;
        var node = _current;
        var permissions = Inherit(node.Permissions, caller);
        int levels = StorePath.LevelsBelow(bytes, bytes[..node.PathLength]);
        if (caller.Record.Exceeds(Quota.NodeSize, value.Length))
        {
            return XsError.E2BIG;
        }

        int charge = bytes.Length - node.PathLength + value.Length + (levels * permissions.Charge);
        if (caller.Record.Exceeds(Quota.Nodes, caller.Record.Nodes + levels) || !HasMemory(caller, permissions, charge))
        {
            return XsError.ENOSPC;
        }

        while (node.PathLength < bytes.Length)
        {
            int start = node.PathLength == 1 ? 1 : node.PathLength + 1;
            int end = NextEnd(bytes, node.PathLength);
            bool isLast = end == bytes.Length;
            node = tree.Create(node, bytes[start..end], permissions, isLast ? value : default);
            events.Changed(
                new StorePath(bytes[..end], node.Hash),
                isLast ? ChangeReach.Subtree : ChangeReach.Brought,
                new Visibility(permissions, node.Parent!.Permissions));
        }

        return XsError.None;
    }

    public override XsError Remove(StorePath path)
    {
        Remove(_current);
        return XsError.None;
    }

    /// <summary>Removes a node with its subtree and tells the watchers while the permissions can still be seen.</summary>
    public void Remove(Node root)
    {
        if (watches.Count > 0)
        {
            var path = new StorePath(root.CopyPath(_path), root.Hash);
            events.Changed(path, ChangeReach.Subtree, new Visibility(root.Permissions, root.Parent!.Permissions));
            for (var node = root.NextInSubtree(root); node is not null; node = node.NextInSubtree(root))
            {
                events.RemovedBelow(node);
            }
        }

        // A removed node must not stay reachable through the listing kept for paging.
        _listed = null;
        _current = tree.Root;
        tree.RemoveSubtree(root);
    }

    private bool HasMemory(StoreConnection caller, PermissionList permissions, int growth)
    {
        if (caller.IsPrivileged || growth <= 0)
        {
            return true;
        }

        var owner = domains.Get(permissions.Owner);
        return !owner.Exceeds(Quota.Memory, owner.LastingMemory + growth);
    }
}
