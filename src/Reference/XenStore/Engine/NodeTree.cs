using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// The live tree: one table from path to node, child lists in insertion order, generation counts, and the exact
/// account of who owns how many nodes (XS-127). Every change of the store passes through here.
/// </summary>
internal sealed class NodeTree
{
    private readonly DomainTable _domains;
    [NotState]
    private Node?[] _buckets = new Node?[64];
    [NotState]
    private ulong _generation;

    public NodeTree(DomainTable domains)
    {
        _domains = domains;
        var permissions = new PermissionList([new XsPermission(DomainId.Zero, XsAccess.None)]);
        Root = new Node(null, [], StorePath.RootHash, permissions);
        Enter(Root);
    }

    public Node Root { get; }

    /// <summary>How often a node was made, changed or removed.</summary>
    [field: NotState]
    public ulong Changes { get; private set; }

    /// <summary>Nodes in the tree, the root among them.</summary>
    public int Count { get; private set; }

    public Node? Find(StorePath path)
    {
        for (var node = _buckets[path.Hash & (uint)(_buckets.Length - 1)]; node is not null; node = node.NextInBucket)
        {
            if (node.Hash == path.Hash && node.IsAt(path.Bytes))
            {
                return node;
            }
        }

        return null;
    }

    public ulong NextGeneration() => ++_generation;

    /// <summary>Adds a child that the parent does not have.</summary>
    public Node Create(Node parent, ReadOnlySpan<byte> name, PermissionList permissions, ReadOnlySpan<byte> value)
    {
        var node = new Node(parent, name.ToArray(), StorePath.Extend(parent.Hash, name), permissions);
        node.SetValue(value);
        TransactionEntry.Preserve(parent);
        parent.AppendChild(node);
        TouchChildren(parent);
        Enter(node);
        return node;
    }

    public void SetValue(Node node, ReadOnlySpan<byte> value)
    {
        TransactionEntry.Preserve(node);
        Changes++;
        _domains.Get(node.Permissions.Owner).NodeMemory += value.Length - node.ValueLength;
        node.SetValue(value);
        node.Generation = ++_generation;
    }

    public void SetPermissions(Node node, PermissionList permissions)
    {
        TransactionEntry.Preserve(node);
        Changes++;
        Account(node, -1);
        node.Permissions = permissions;
        Account(node, 1);
        node.Generation = node.AccessGeneration = ++_generation;
    }

    /// <summary>Takes one node out. Whoever removes a node removes its whole subtree, in any order.</summary>
    public void Remove(Node node)
    {
        var parent = node.Parent ?? throw new InvalidOperationException("The root of the store cannot be removed.");
        TransactionEntry.Preserve(node);
        TransactionEntry.Preserve(parent);
        parent.RemoveChild(node);
        Changes++;
        TouchChildren(parent);
        Account(node, -1);
        Leave(node);
    }

    /// <summary>Takes out a node and all below it, without recursion (XS-129).</summary>
    public void RemoveSubtree(Node root)
    {
        var node = root;
        while (true)
        {
            while (node.LastChild is not null)
            {
                node = node.LastChild;
            }

            var parent = node.Parent!;
            Remove(node);
            if (node == root)
            {
                return;
            }

            node = parent;
        }
    }

    private void TouchChildren(Node parent) => parent.Generation = parent.ChildGeneration = ++_generation;

    private void Account(Node node, int sign)
    {
        var owner = _domains.Get(node.Permissions.Owner);
        owner.Nodes += sign;
        owner.NodeMemory += sign * node.Charge;
    }

    private void Enter(Node node)
    {
        Changes++;
        node.Generation = node.ChildGeneration = node.AccessGeneration = ++_generation;
        Account(node, 1);
        if (++Count > _buckets.Length)
        {
            Grow();
        }

        ref var bucket = ref _buckets[node.Hash & (uint)(_buckets.Length - 1)];
        node.NextInBucket = bucket;
        bucket = node;
    }

    private void Leave(Node node)
    {
        ref var bucket = ref _buckets[node.Hash & (uint)(_buckets.Length - 1)];
        if (bucket == node)
        {
            bucket = node.NextInBucket;
        }
        else
        {
            var before = bucket!;
            while (before.NextInBucket != node)
            {
                before = before.NextInBucket!;
            }

            before.NextInBucket = node.NextInBucket;
        }

        node.NextInBucket = null;
        Count--;
    }

    private void Grow()
    {
        var old = _buckets;
        _buckets = new Node?[old.Length * 2];
        foreach (var head in old)
        {
            for (var node = head; node is not null;)
            {
                var next = node.NextInBucket;
                ref var bucket = ref _buckets[node.Hash & (uint)(_buckets.Length - 1)];
                node.NextInBucket = bucket;
                bucket = node;
                node = next;
            }
        }
    }
}
