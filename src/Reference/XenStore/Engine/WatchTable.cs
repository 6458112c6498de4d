using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// All watches: one table from path to the watches on it, so that a change looks at its own path's components and at
/// nothing else, and one from owner, path and token to the watch.
/// </summary>
internal sealed class WatchTable
{
    [NotState]
    private WatchPoint?[] _points = new WatchPoint?[16];
    [NotState]
    private Watch?[] _watches = new Watch?[16];
    [NotState]
    private long _sequence;

    public int Count { get; private set; }

    /// <summary>Watches that look only so deep.</summary>
    public int DepthCount { get; private set; }

    public int PointCount { get; private set; }

    public WatchPoint? FindPoint(ReadOnlySpan<byte> path, uint hash)
    {
        for (var point = _points[hash & (uint)(_points.Length - 1)]; point is not null; point = point.NextInBucket)
        {
            if (point.Hash == hash && point.Path.AsSpan().SequenceEqual(path))
            {
                return point;
            }
        }

        return null;
    }

    public WatchPoint? FindPoint(Node node)
    {
        for (var point = _points[node.Hash & (uint)(_points.Length - 1)]; point is not null; point = point.NextInBucket)
        {
            if (point.Hash == node.Hash && node.IsAt(point.Path))
            {
                return point;
            }
        }

        return null;
    }

    public Watch? Find(StoreConnection owner, StorePath path, ReadOnlySpan<byte> token)
    {
        for (var watch = _watches[BucketOf(owner, path.Hash, StorePath.Extend(0, token))]; watch is not null; watch = watch.NextInBucket)
        {
            if (watch.Is(owner, path.Bytes, token))
            {
                return watch;
            }
        }

        return null;
    }

    /// <summary>Adds a watch that is not there yet and charges its owner.</summary>
    public Watch Add(StoreConnection owner, StorePath path, ReadOnlySpan<byte> token, int? depth, int prefixLength)
    {
        byte[] tail = [0, .. token, 0];
        var watch = new Watch(owner, FindOrAddPoint(path), tail, depth, prefixLength, ++_sequence);
        watch.Point.Append(watch);
        owner.Watches.Append(watch);
        if (++Count > _watches.Length)
        {
            GrowWatches();
        }

        Link(watch);
        DepthCount += depth is null ? 0 : 1;
        owner.Record.Watches++;
        owner.Record.WatchMemory += watch.Charge;
        return watch;
    }

    public void Remove(Watch watch)
    {
        watch.Point.Remove(watch);
        watch.Owner.Watches.Remove(watch);
        Unlink(watch);
        Count--;
        DepthCount -= watch.Depth is null ? 0 : 1;
        watch.Owner.Record.Watches--;
        watch.Owner.Record.WatchMemory -= watch.Charge;
        if (watch.Point.First is null)
        {
            RemovePoint(watch.Point);
        }
    }

    /// <summary>Removes every watch of a client (XS-091).</summary>
    public void RemoveAll(StoreConnection owner)
    {
        while (owner.Watches.First is { } watch)
        {
            Remove(watch);
        }
    }

    private WatchPoint FindOrAddPoint(StorePath path)
    {
        if (FindPoint(path.Bytes, path.Hash) is { } known)
        {
            return known;
        }

        if (++PointCount > _points.Length)
        {
            GrowPoints();
        }

        var point = new WatchPoint(path.Bytes.ToArray(), path.Hash);
        Link(point);
        return point;
    }

    private void RemovePoint(WatchPoint point)
    {
        PointCount--;
        ref var bucket = ref _points[point.Hash & (uint)(_points.Length - 1)];
        if (bucket == point)
        {
            bucket = point.NextInBucket;
            return;
        }

        var before = bucket!;
        while (before.NextInBucket != point)
        {
            before = before.NextInBucket!;
        }

        before.NextInBucket = point.NextInBucket;
    }

    private void Link(WatchPoint point)
    {
        ref var bucket = ref _points[point.Hash & (uint)(_points.Length - 1)];
        point.NextInBucket = bucket;
        bucket = point;
    }

    private void Link(Watch watch)
    {
        ref var bucket = ref _watches[BucketOf(watch)];
        watch.NextInBucket = bucket;
        bucket = watch;
    }

    private void Unlink(Watch watch)
    {
        ref var bucket = ref _watches[BucketOf(watch)];
        if (bucket == watch)
        {
            bucket = watch.NextInBucket;
            return;
        }

        var before = bucket!;
        while (before.NextInBucket != watch)
        {
            before = before.NextInBucket!;
        }

        before.NextInBucket = watch.NextInBucket;
    }

    private uint BucketOf(Watch watch) => BucketOf(watch.Owner, watch.Point.Hash, watch.TokenHash);

    private uint BucketOf(StoreConnection owner, uint pathHash, uint tokenHash) =>
        ((pathHash * 31) + tokenHash + ((uint)owner.Number * 0x9E3779B1)) & (uint)(_watches.Length - 1);

    private void GrowPoints()
    {
        var old = _points;
        _points = new WatchPoint?[old.Length * 2];
        foreach (var head in old)
        {
            for (var point = head; point is not null;)
            {
                var next = point.NextInBucket;
                Link(point);
                point = next;
            }
        }
    }

    private void GrowWatches()
    {
        var old = _watches;
        _watches = new Watch?[old.Length * 2];
        foreach (var head in old)
        {
            for (var watch = head; watch is not null;)
            {
                var next = watch.NextInBucket;
                Link(watch);
                watch = next;
            }
        }
    }
}

/// <summary>The watches of one client, in the order they were registered.</summary>
internal sealed class WatchList
{
    private Watch? _last;

    public Watch? First { get; private set; }

    public void Append(Watch watch)
    {
        watch.PreviousOfOwner = _last;
        if (_last is null)
        {
            First = watch;
        }
        else
        {
            _last.NextOfOwner = watch;
        }

        _last = watch;
    }

    public void Remove(Watch watch)
    {
        if (watch.PreviousOfOwner is null)
        {
            First = watch.NextOfOwner;
        }
        else
        {
            watch.PreviousOfOwner.NextOfOwner = watch.NextOfOwner;
        }

        if (watch.NextOfOwner is null)
        {
            _last = watch.PreviousOfOwner;
        }
        else
        {
            watch.NextOfOwner.PreviousOfOwner = watch.PreviousOfOwner;
        }
    }
}
