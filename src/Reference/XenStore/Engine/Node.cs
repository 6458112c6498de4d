using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>One node of the live tree. Children hang in a list in the order they came; look-up is by the tree's table.</summary>
internal sealed class Node
{
    private byte[] _value = [];

    public Node(Node? parent, byte[] name, uint hash, PermissionList permissions)
    {
        Parent = parent;
        Name = name;
        Hash = hash;
        Permissions = permissions;
        PathLength = parent is null ? 1 : parent.PathLength + name.Length + (parent.Parent is null ? 0 : 1);
    }

    /// <summary>The last component; empty for the root.</summary>
    public byte[] Name { get; }

    /// <summary>Null for the root alone.</summary>
    public Node? Parent { get; }

    public PermissionList Permissions { get; set; }

    /// <summary>Changes with the value, the permissions and the child list (XS-116).</summary>
    [field: Label]
    public ulong Generation { get; set; }

    /// <summary>Changes with the child list alone (XS-054).</summary>
    [field: Label]
    public ulong ChildGeneration { get; set; }

    /// <summary>Changes with the permissions alone; a node that is removed and created again has another.</summary>
    [field: Label]
    public ulong AccessGeneration { get; set; }

    /// <summary>Of the whole path.</summary>
    public uint Hash { get; }

    /// <summary>Bytes of the whole path.</summary>
    public int PathLength { get; }

    public int ChildCount { get; private set; }

    public Node? FirstChild { get; private set; }

    public Node? LastChild { get; private set; }

    public Node? NextSibling { get; private set; }

    public Node? PreviousSibling { get; private set; }

    /// <summary>The next node in the same bucket of the tree's table.</summary>
    [field: NotState]
    public Node? NextInBucket { get; set; }

    /// <summary>What open transactions remember of this node while it is as they found it.</summary>
    [field: NotState]
    public TransactionEntry? FirstReader { get; set; }

    public int ValueLength { get; private set; }

    public ReadOnlySpan<byte> Value => _value.AsSpan(0, ValueLength);

    /// <summary>Bytes that count against the owner's memory.</summary>
    public int Charge => ValueLength + Name.Length + Permissions.Charge;

    /// <summary>Replaces the value, in place where it fits without waste.</summary>
    public void SetValue(ReadOnlySpan<byte> value)
    {
        if (value.Length > _value.Length || _value.Length > (2 * value.Length) + 32)
        {
            _value = value.IsEmpty ? [] : new byte[value.Length];
        }

        value.CopyTo(_value);
        ValueLength = value.Length;
    }

    public void AppendChild(Node child)
    {
        child.PreviousSibling = LastChild;
        if (LastChild is null)
        {
            FirstChild = child;
        }
        else
        {
            LastChild.NextSibling = child;
        }

        LastChild = child;
        ChildCount++;
    }

    public void RemoveChild(Node child)
    {
        if (child.PreviousSibling is null)
        {
            FirstChild = child.NextSibling;
        }
        else
        {
            child.PreviousSibling.NextSibling = child.NextSibling;
        }

        if (child.NextSibling is null)
        {
            LastChild = child.PreviousSibling;
        }
        else
        {
            child.NextSibling.PreviousSibling = child.PreviousSibling;
        }

        ChildCount--;
    }

    /// <summary>Whether this node stands at the path; compares from the leaf up, without building a string.</summary>
    public bool IsAt(ReadOnlySpan<byte> path)
    {
        if (path.Length != PathLength)
        {
            return false;
        }

        int end = path.Length;
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            int start = end - node.Name.Length;
            if (start < 1 || path[start - 1] != (byte)'/' || !path[start..end].SequenceEqual(node.Name))
            {
                return false;
            }

            end = start - 1;
        }

        return true;
    }

    /// <summary>Writes the whole path to the start of <paramref name="destination"/> and returns that part of it.</summary>
    public Span<byte> CopyPath(Span<byte> destination)
    {
        var path = destination[..PathLength];
        path[0] = (byte)'/';
        int end = PathLength;
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            node.Name.CopyTo(path[(end - node.Name.Length)..]);
            end -= node.Name.Length + 1;
            path[end] = (byte)'/';
        }

        return path;
    }

    /// <summary>The next node of the subtree of <paramref name="root"/>, parents before children; null after the last.</summary>
    public Node? NextInSubtree(Node root)
    {
        if (FirstChild is not null)
        {
            return FirstChild;
        }

        for (var node = this; node != root; node = node.Parent!)
        {
            if (node.NextSibling is not null)
            {
                return node.NextSibling;
            }
        }

        return null;
    }
}
