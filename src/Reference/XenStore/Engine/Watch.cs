using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>One registered watch, in three lists: its point's, its owner's and the look-up bucket's.</summary>
internal sealed class Watch(StoreConnection owner, WatchPoint point, byte[] tail, int? depth, int prefixLength, long sequence)
{
    public StoreConnection Owner { get; } = owner;

    public WatchPoint Point { get; } = point;

    /// <summary>What follows the path in an event: the token between two NULs.</summary>
    public byte[] Tail { get; } = tail;

    public uint TokenHash { get; } = StorePath.Extend(0, tail.AsSpan(1, tail.Length - 2));

    public ReadOnlySpan<byte> Token => Tail.AsSpan(1, Tail.Length - 2);

    /// <summary>Levels below the path that count; null for all (XS-092).</summary>
    public int? Depth { get; } = depth;

    /// <summary>Bytes that an event's path loses because the watch was set by a relative path (XS-074).</summary>
    public int PrefixLength { get; } = prefixLength;

    /// <summary>Order of registration over the whole store.</summary>
    [field: NotState]
    public long Sequence { get; } = sequence;

    [field: NotState]
    public Watch? NextAtPoint { get; set; }

    [field: NotState]
    public Watch? PreviousAtPoint { get; set; }

    public Watch? NextOfOwner { get; set; }

    public Watch? PreviousOfOwner { get; set; }

    [field: NotState]
    public Watch? NextInBucket { get; set; }

    /// <summary>Bytes that count against the owner's memory.</summary>
    public int Charge => Point.Path.Length + Tail.Length;

    public bool Is(StoreConnection owner, ReadOnlySpan<byte> path, ReadOnlySpan<byte> token) =>
        Owner == owner && Token.SequenceEqual(token) && Point.Path.AsSpan().SequenceEqual(path);
}

/// <summary>A path that somebody watches, with its watches in the order they were registered.</summary>
internal sealed class WatchPoint(byte[] path, uint hash)
{
    public byte[] Path { get; } = path;

    public uint Hash { get; } = hash;

    [field: NotState]
    public Watch? First { get; private set; }

    [field: NotState]
    public Watch? Last { get; private set; }

    [field: NotState]
    public WatchPoint? NextInBucket { get; set; }

    public void Append(Watch watch)
    {
        watch.PreviousAtPoint = Last;
        if (Last is null)
        {
            First = watch;
        }
        else
        {
            Last.NextAtPoint = watch;
        }

        Last = watch;
    }

    public void Remove(Watch watch)
    {
        if (watch.PreviousAtPoint is null)
        {
            First = watch.NextAtPoint;
        }
        else
        {
            watch.PreviousAtPoint.NextAtPoint = watch.NextAtPoint;
        }

        if (watch.NextAtPoint is null)
        {
            Last = watch.PreviousAtPoint;
        }
        else
        {
            watch.NextAtPoint.PreviousAtPoint = watch.PreviousAtPoint;
        }
    }
}
