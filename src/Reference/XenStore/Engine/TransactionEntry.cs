using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// What a transaction knows of one path: what it found there at its first access, and what it made of it. Nothing is
/// copied at that access; the node's old state is copied here when somebody else is about to change it (XS-113).
/// </summary>
internal sealed class TransactionEntry
{
    [NotState]
    private TransactionEntry? _nextReader;
    [NotState]
    private TransactionEntry? _previousReader;
    private byte[] _oldValue = [];
    private PermissionList? _oldPermissions;
    private byte[][] _oldChildren = [];

    public TransactionEntry(byte[] path, uint hash, Node? found)
    {
        Path = path;
        Hash = hash;
        Found = found;
        Exists = found is not null;
        if (found is null)
        {
            return;
        }

        FoundGeneration = found.Generation;
        FoundAccess = found.AccessGeneration;
        ChildGeneration = found.ChildGeneration;
        _nextReader = found.FirstReader;
        if (_nextReader is not null)
        {
            _nextReader._previousReader = this;
        }

        found.FirstReader = this;
    }

    public byte[] Path { get; }

    public uint Hash { get; }

    /// <summary>The node at the first access; null when there was none.</summary>
    public Node? Found { get; }

    [field: Label]
    public ulong FoundGeneration { get; }

    [field: Label]
    public ulong FoundAccess { get; }

    /// <summary>Whether the live node changed since; its old state is kept here then.</summary>
    public bool IsOutdated { get; private set; }

    /// <summary>Whether the client was told more of what was found here than that it may go on (XS-116).</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether the client may know of this path at all; a refused look-up is remembered too.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether others may have to wait because of this entry: nobody waits for what its owner was refused (XS-126).</summary>
    public bool IsHeld => IsAdmitted || IsChanged;

    /// <summary>Whether there is a node in the transaction's view.</summary>
    public bool Exists { get; set; }

    /// <summary>Whether the transaction was ever asked to remove this node, with all below it.</summary>
    public bool WasRemoved { get; set; }

    /// <summary>Whether the transaction changed something here: one event at commit (XS-119).</summary>
    public bool IsChanged { get; set; }

    public ChangeReach Reach { get; set; }

    /// <summary>The value that the transaction wrote; null while it is the one found.</summary>
    public byte[]? NewValue { get; set; }

    /// <summary>The permissions that the transaction set; null while they are the ones found.</summary>
    public PermissionList? NewPermissions { get; set; }

    /// <summary>Children that the transaction created, in the order of their first creation.</summary>
    public List<TransactionEntry>? Added { get; set; }

    [field: Label]
    public ulong ChildGeneration { get; set; }

    [field: NotState]
    public TransactionEntry? NextInBucket { get; set; }

    public PermissionList Permissions => NewPermissions ?? (IsOutdated ? _oldPermissions! : Found!.Permissions);

    public ReadOnlySpan<byte> Value => NewValue is not null ? NewValue : IsOutdated ? _oldValue : Found!.Value;

    /// <summary>The names that were found here, whatever the transaction did to them.</summary>
    public IEnumerable<byte[]> FoundChildren
    {
        get
        {
            if (IsOutdated)
            {
                foreach (byte[] name in _oldChildren)
                {
                    yield return name;
                }

                yield break;
            }

            for (var child = Found?.FirstChild; child is not null; child = child.NextSibling)
            {
                yield return child.Name;
            }
        }
    }

    /// <summary>Keeps the state of a node that is about to change for those who found it as it is.</summary>
    public static void Preserve(Node node)
    {
        if (node.FirstReader is null)
        {
            return;
        }

        var children = new byte[node.ChildCount][];
        int i = 0;
        for (var child = node.FirstChild; child is not null; child = child.NextSibling)
        {
            children[i++] = child.Name;
        }

        byte[] value = node.Value.ToArray();
        for (var entry = node.FirstReader; entry is not null;)
        {
            var next = entry._nextReader;
            entry._oldValue = value;
            entry._oldPermissions = node.Permissions;
            entry._oldChildren = children;
            entry.IsOutdated = true;
            entry._nextReader = entry._previousReader = null;
            entry = next;
        }

        node.FirstReader = null;
    }

    /// <summary>The transaction ends: nothing has to be kept for it any more.</summary>
    public void Forget()
    {
        if (Found is null || IsOutdated)
        {
            return;
        }

        if (_previousReader is null)
        {
            Found.FirstReader = _nextReader;
        }
        else
        {
            _previousReader._nextReader = _nextReader;
        }

        if (_nextReader is not null)
        {
            _nextReader._previousReader = _previousReader;
        }

        _nextReader = _previousReader = null;
    }
}
