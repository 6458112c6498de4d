using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>The entries of one transaction, found by path and kept in the order of their first access.</summary>
internal sealed class TransactionEntryTable
{
    private readonly List<TransactionEntry> _entries = [];
    [NotState]
    private TransactionEntry?[] _buckets = new TransactionEntry?[8];

    public IReadOnlyList<TransactionEntry> InOrder => _entries;

    public TransactionEntry? Find(StorePath path)
    {
        for (var entry = BucketOf(path.Hash); entry is not null; entry = entry.NextInBucket)
        {
            if (entry.Hash == path.Hash && path.Bytes.SequenceEqual(entry.Path))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The entry of a child, without building its path.</summary>
    public TransactionEntry? FindChild(TransactionEntry parent, byte[] name)
    {
        uint hash = StorePath.Extend(parent.Hash, name);
        int length = parent.Path.Length + name.Length + (parent.Path.Length == 1 ? 0 : 1);
        for (var entry = BucketOf(hash); entry is not null; entry = entry.NextInBucket)
        {
            var path = entry.Path.AsSpan();
            if (entry.Hash == hash && path.Length == length && path.EndsWith(name) && StorePath.IsBelow(path, parent.Path))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Adds an entry for a path that has none.</summary>
    public void Add(TransactionEntry entry)
    {
        _entries.Add(entry);
        if (_entries.Count > _buckets.Length)
        {
            Grow();
        }
        else
        {
            Link(entry);
        }
    }

    private ref TransactionEntry? BucketOf(uint hash) => ref _buckets[hash & (uint)(_buckets.Length - 1)];

    private void Link(TransactionEntry entry)
    {
        ref var bucket = ref BucketOf(entry.Hash);
        entry.NextInBucket = bucket;
        bucket = entry;
    }

    private void Grow()
    {
        _buckets = new TransactionEntry?[_buckets.Length * 2];
        _entries.ForEach(Link);
    }
}
