using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// An open transaction: an overlay of the paths it touched. A look-up that only decides whether a change is allowed
/// depends on the node's existence and permissions; whatever the client is told depends on all of the node (XS-116).
/// </summary>
internal sealed class Transaction : Workspace
{
    /// <summary>What one entry costs its domain beside path and value.</summary>
    private const int EntryCharge = 64;

    private readonly NodeTree _tree;
    [NotState]
    private readonly ByteBuffer _listing = new();
    private readonly TransactionEntryTable _entries = new();
    private readonly List<TransactionEntry> _changed = [];
    [NotState]
    private TransactionEntry? _current;
    private XsError _refusal;
    private long _charge;
    private bool _hasRemoved;

    public Transaction(TransactionNumber number, StoreConnection owner, NodeTree tree)
    {
        Number = number;
        Owner = owner;
        _tree = tree;
        owner.Record.Transactions++;
    }

    public TransactionNumber Number { get; }

    public StoreConnection Owner { get; }

    /// <summary>The first failed change: the commit fails with it as a whole (XS-121).</summary>
    public XsError Failure { get; private set; }

    /// <summary>What this transaction would add to the count of its own domain's nodes.</summary>
    public int OwnNodes { get; private set; }

    /// <summary>In the order of their first access.</summary>
    public IReadOnlyList<TransactionEntry> Entries => _entries.InOrder;

    /// <summary>What the transaction changed, in the order of the first change.</summary>
    public IReadOnlyList<TransactionEntry> Changed => _changed;

    /// <summary>Bytes charged to the domain.</summary>
    public long Charge => _charge;

    public override XsError Refusal => _refusal;

    public override PermissionList Permissions => _current!.Permissions;

    /// <summary>A change failed, or a domain died on whom a change depends: the transaction cannot be committed.</summary>
    public void Fail(XsError error)
    {
        if (Failure == XsError.None)
        {
            Failure = error;
        }
    }

    /// <summary>Gives back what the transaction holds; it changes nothing of what it did or did not commit.</summary>
    public void End()
    {
        foreach (var entry in _entries.InOrder)
        {
            entry.Forget();
        }

        Owner.Record.Transactions--;
        Owner.Record.TransactionMemory -= _charge;
        _charge = 0;
    }

    public override bool Locate(StorePath path)
    {
        var entry = _entries.Find(path) ?? Add(path);
        if (entry is null)
        {
            return false;
        }

        _current = entry;
        return entry.Exists;
    }

    protected override void Admit(StorePath path)
    {
        _current!.IsAdmitted = true;
        if (_entries.Find(path) is { } entry)
        {
            entry.IsAdmitted = true;
        }
    }

    public override ReadOnlySpan<byte> ReadValue()
    {
        // What the transaction wrote itself depends on nobody else.
        _current!.IsRead |= _current.NewValue is null;
        return _current.Value;
    }

    public override PermissionList ReadPermissions()
    {
        _current!.IsRead = true;
        return _current.Permissions;
    }

    public override ReadOnlySpan<byte> ReadChildren(out ulong generation)
    {
        _current!.IsRead = true;
        generation = _current.ChildGeneration;
        _listing.Clear();
        foreach (byte[] name in Children(_current))
        {
            _listing.AppendString(name);
        }

        return _listing.Written;
    }

    public override XsError WriteValue(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value)
    {
        var entry = _current!;
        if (caller.Record.Exceeds(Quota.NodeSize, value.Length))
        {
            return XsError.E2BIG;
        }

        if (!TryCharge(value.Length - (entry.NewValue?.Length ?? 0)))
        {
            return XsError.ENOSPC;
        }

        entry.NewValue = value.ToArray();
        Change(entry, ChangeReach.Subtree);
        return XsError.None;
    }

    public override XsError WritePermissions(StoreConnection caller, StorePath path, PermissionList permissions)
    {
        var entry = _current!;
        if (!TryCharge(permissions.Charge - (entry.NewPermissions?.Charge ?? 0)))
        {
            return XsError.ENOSPC;
        }

        Count(entry, -1);
        entry.NewPermissions = permissions;
        Count(entry, 1);
        Change(entry, ChangeReach.Subtree);
        return XsError.None;
    }

    public override XsError Create(StoreConnection caller, StorePath path, ReadOnlySpan<byte> value)
    {
        var bytes = path.Bytes;
        var parent = _current!;
        var permissions = Inherit(parent.Permissions, caller);
        int levels = StorePath.LevelsBelow(bytes, parent.Path);
        if (caller.Record.Exceeds(Quota.NodeSize, value.Length))
        {
            return XsError.E2BIG;
        }

        if (caller.Record.Exceeds(Quota.Nodes, caller.Record.Nodes + OwnNodes + levels)
            || !TryCharge(value.Length + (levels * permissions.Charge)))
        {
            return XsError.ENOSPC;
        }

        while (parent.Path.Length < bytes.Length)
        {
            int end = NextEnd(bytes, parent.Path.Length);
            var name = bytes[(parent.Path.Length == 1 ? 1 : parent.Path.Length + 1)..end];
            Locate(new StorePath(bytes[..end], StorePath.Extend(parent.Hash, name)));
            if (_refusal != XsError.None)
            {
                return _refusal;
            }

            bool isLast = end == bytes.Length;
            Appear(parent, _current!, permissions, isLast ? value : default, isLast);
            parent = _current!;
        }

        return XsError.None;
    }

    public override XsError Remove(StorePath path)
    {
        var root = _current!;
        var pending = new Stack<TransactionEntry>();
        pending.Push(root);
        while (pending.TryPop(out var entry))
        {
            // Whoever adds a node below what is removed here changes what this removal means.
            entry.IsRead = true;
            foreach (byte[] name in Children(entry))
            {
                Locate(new StorePath(Join(entry.Path, name), StorePath.Extend(entry.Hash, name)));
                if (_refusal != XsError.None)
                {
                    return _refusal;
                }

                // Somebody else may have removed a child that was found here; that alone fails the commit.
                if (_current!.Exists)
                {
                    pending.Push(_current);
                }
                else
                {
                    _current.WasRemoved = true;
                }
            }

            Count(entry, -1);
            entry.Exists = false;
            Change(entry, entry == root ? ChangeReach.Subtree : ChangeReach.Exact);
        }

        root.WasRemoved = _hasRemoved = true;
        Locate(path.Parent);
        if (_refusal == XsError.None)
        {
            _current!.ChildGeneration = _tree.NextGeneration();
        }

        return _refusal;
    }

    public override bool TryRemoveMissing(StorePath path)
    {
        if (!Locate(path.Parent))
        {
            return false;
        }

        // The parent was listed, perhaps, before somebody else removed the node: the list is without it from here on.
        if (_entries.Find(path) is { WasRemoved: false } missing && IsFoundChild(_current!, missing))
        {
            missing.WasRemoved = true;
            _current!.ChildGeneration = _tree.NextGeneration();
        }

        return true;
    }

    /// <summary>What is known of a path; null when it was not touched.</summary>
    public TransactionEntry? FindEntry(StorePath path) => _entries.Find(path);

    private static byte[] Join(byte[] parent, byte[] name) =>
        parent.Length == 1 ? [(byte)'/', .. name] : [.. parent, (byte)'/', .. name];

    private IEnumerable<byte[]> Children(TransactionEntry entry)
    {
        foreach (byte[] name in entry.FoundChildren)
        {
            // What only somebody else removed since stays listed: a list that was read does not change (XS-113).
            if (_entries.FindChild(entry, name) is not { Exists: false } child || !(child.IsChanged || child.WasRemoved))
            {
                yield return name;
            }
        }

        foreach (var added in entry.Added ?? [])
        {
            if (added.Exists)
            {
                yield return added.Path[(Array.LastIndexOf(added.Path, (byte)'/') + 1)..];
            }
        }
    }

    private static bool IsFoundChild(TransactionEntry parent, TransactionEntry entry)
    {
        foreach (byte[] name in parent.FoundChildren)
        {
            if (new StorePath(entry.Path, entry.Hash).Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private void Appear(TransactionEntry parent, TransactionEntry entry, PermissionList permissions, ReadOnlySpan<byte> value, bool isNamed)
    {
        // A name that was found here and that somebody else removed since is listed already.
        if (entry.Found is null && !entry.IsChanged && !(parent.IsOutdated && IsFoundChild(parent, entry)))
        {
            (parent.Added ??= []).Add(entry);
        }

        parent.ChildGeneration = entry.ChildGeneration = _tree.NextGeneration();
        entry.Exists = true;
        entry.NewValue = value.ToArray();
        entry.NewPermissions = permissions;
        Count(entry, 1);
        Change(entry, isNamed ? ChangeReach.Subtree : ChangeReach.Brought);
    }

    private void Change(TransactionEntry entry, ChangeReach reach)
    {
        if (!entry.IsChanged)
        {
            entry.IsChanged = true;
            entry.Reach = reach;
            _changed.Add(entry);
        }
        else if (entry.Reach != reach)
        {
            // Two kinds of change in one event: the wider reach covers both.
            entry.Reach = ChangeReach.Subtree;
        }
    }

    private void Count(TransactionEntry entry, int sign)
    {
        if (entry.Permissions.Owner == Owner.Domain)
        {
            OwnNodes += sign;
        }
    }

    private TransactionEntry? Add(StorePath path)
    {
        if (Owner.Record.Exceeds(Quota.TransactionNodes, _entries.InOrder.Count + 1) || !TryCharge(path.Bytes.Length + EntryCharge))
        {
            _refusal = XsError.ENOSPC;
            Fail(_refusal);
            return null;
        }

        var found = IsBelowRemoved(path) ? null : _tree.Find(path);
        var entry = new TransactionEntry(path.Bytes.ToArray(), path.Hash, found);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>Whether a node above was removed here: what others create below it since is not in this view.</summary>
    private bool IsBelowRemoved(StorePath path)
    {
        if (!_hasRemoved)
        {
            return false;
        }

        var bytes = path.Bytes;
        uint hash = StorePath.RootHash;
        for (int start = 1; bytes[start..].IndexOf((byte)'/') is >= 0 and var slash; start += slash + 1)
        {
            hash = StorePath.Extend(hash, bytes.Slice(start, slash));
            if (_entries.Find(new StorePath(bytes[..(start + slash)], hash)) is { WasRemoved: true })
            {
                return true;
            }
        }

        return false;
    }

    private bool TryCharge(long bytes)
    {
        if (bytes > 0 && Owner.Record.Exceeds(Quota.Memory, Owner.Record.LastingMemory + bytes))
        {
            return false;
        }

        _charge += bytes;
        Owner.Record.TransactionMemory += bytes;
        return true;
    }
}
