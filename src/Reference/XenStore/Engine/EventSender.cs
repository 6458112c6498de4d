using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Which watches a change concerns.</summary>
internal enum ChangeReach : byte
{
    /// <summary>Watches on the node and on everything above it, as deep as they look.</summary>
    Subtree,

    /// <summary>Watches on the very node: a descendant of a removed node (XS-076).</summary>
    Exact,

    /// <summary>
    /// A parent that a change of its descendant brought along: only watches whose depth ends there, because all others
    /// hear of the descendant itself.
    /// </summary>
    Brought,
}

/// <summary>Permissions that may let a watcher see a change; one that grants read is enough (XS-086).</summary>
internal readonly record struct Visibility(
    PermissionList? Before, PermissionList? ParentBefore = null, PermissionList? After = null, PermissionList? ParentAfter = null)
{
    public bool Allows(StoreConnection watcher) =>
        watcher.IsPrivileged || Grants(Before, watcher) || Grants(ParentBefore, watcher) || Grants(After, watcher) || Grants(ParentAfter, watcher);

    private static bool Grants(PermissionList? permissions, StoreConnection watcher) =>
        permissions is not null && permissions.AllowsRead(watcher);
}

/// <summary>Turns changes into queued events, in the order in which the watches were registered.</summary>
internal sealed class EventSender(WatchTable watches, StoreTracer? tracer)
{
    [NotState]
    private readonly List<Watch> _matches = [];

    public void Changed(StorePath path, ChangeReach reach, in Visibility visibility)
    {
        if (watches.Count == 0 || (reach == ChangeReach.Brought && watches.DepthCount == 0))
        {
            return;
        }

        if (reach == ChangeReach.Exact)
        {
            AddPoint(watches.FindPoint(path.Bytes, path.Hash), path, reach);
        }
        else
        {
            AddAllPoints(path, reach);
        }

        uint hash = path.Hash;
        foreach (var watch in _matches)
        {
            if (visibility.Allows(watch.Owner))
            {
                Send(watch, path.Bytes[watch.PrefixLength..], FrameKind.Event, hash + (uint)watch.PrefixLength);
            }
        }

        _matches.Clear();
    }

    /// <summary>A node goes because a node above it is removed: watches on it alone hear of it, by its own path (XS-075, XS-076).</summary>
    public void RemovedBelow(Node node)
    {
        if (watches.FindPoint(node) is { } point)
        {
            Changed(new StorePath(point.Path, point.Hash), ChangeReach.Exact, new Visibility(node.Permissions, node.Parent!.Permissions));
        }
    }

    /// <summary>The event that every watch starts with (XS-070).</summary>
    public void Initial(Watch watch)
    {
        var path = watch.Point.Path;
        bool special = XsPath.IsSpecial(path);
        Send(watch, path.AsSpan(watch.PrefixLength), special ? FrameKind.SpecialEvent : FrameKind.Event, watch.Point.Hash + (uint)watch.PrefixLength);
    }

    /// <summary>
    /// A domain came, stopped or went (XS-088): watches on the special path hear its bare name, those with a depth of
    /// one or more hear it with the domain's number, and so do watches on that domain alone.
    /// </summary>
    public void Special(ReadOnlySpan<byte> name, DomainId domain, PermissionList permissions)
    {
        Span<byte> scratch = stackalloc byte[32];
        name.CopyTo(scratch);
        scratch[name.Length] = (byte)'/';
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(domain.Value, scratch[(name.Length + 1)..], out int digits);
        var whole = new StorePath(name);
        var single = new StorePath(scratch[..(name.Length + 1 + digits)]);
        AddPoint(watches.FindPoint(whole.Bytes, whole.Hash), whole, ChangeReach.Exact);
        AddPoint(watches.FindPoint(single.Bytes, single.Hash), single, ChangeReach.Exact);
        SortMatches();
        foreach (var watch in _matches)
        {
            if (watch.Owner.IsPrivileged || permissions.AllowsRead(watch.Owner))
            {
                bool bare = watch.Point.Path.Length == name.Length && watch.Depth is null or 0;
                Send(watch, bare ? name : single.Bytes, FrameKind.SpecialEvent, 0);
            }
        }

        _matches.Clear();
    }

    private void AddAllPoints(StorePath path, ChangeReach reach)
    {
        var bytes = path.Bytes;
        uint hash = StorePath.RootHash;
        int pointsHit = AddPoint(watches.FindPoint(bytes[..1], hash), path, reach);
        for (int start = 1; start < bytes.Length;)
        {
            int slash = bytes[start..].IndexOf((byte)'/');
            int end = slash < 0 ? bytes.Length : start + slash;
            hash = StorePath.Extend(hash, bytes[start..end]);
            pointsHit += AddPoint(watches.FindPoint(bytes[..end], hash), path, reach);
            start = end + 1;
        }

        if (pointsHit > 1)
        {
            SortMatches();
        }
    }

    private int AddPoint(WatchPoint? point, StorePath path, ChangeReach reach)
    {
        if (point is null)
        {
            return 0;
        }

        int levels = reach == ChangeReach.Exact ? 0 : StorePath.LevelsBelow(path.Bytes, point.Path);
        for (var watch = point.First; watch is not null; watch = watch.NextAtPoint)
        {
            if (reach == ChangeReach.Brought ? watch.Depth == levels : watch.Depth is null || levels <= watch.Depth)
            {
                _matches.Add(watch);
            }
        }

        return 1;
    }

    private void SortMatches() => _matches.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));

    private void Send(Watch watch, ReadOnlySpan<byte> path, FrameKind kind, uint pathHash)
    {
        var outcome = watch.Owner.QueueEvent(path, watch.Tail, kind, (pathHash * 31) + watch.TokenHash);
        tracer?.Event(watch, path, outcome);
    }
}

/// <summary>What became of an event.</summary>
internal enum EventOutcome
{
    Queued,

    /// <summary>An identical one was queued already (XS-080).</summary>
    Merged,

    /// <summary>It would not fit a message (XS-087).</summary>
    TooLong,

    /// <summary>The client has no memory left for it, or is not served any more.</summary>
    Refused,
}
