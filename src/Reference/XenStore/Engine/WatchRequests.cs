using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>WATCH, UNWATCH and RESET_WATCHES; none of them belongs to a transaction (XS-079).</summary>
internal sealed class WatchRequests(PathResolver paths, WatchTable watches, EventSender events, TransactionTable transactions)
{
    public XsError Watch(in Request request)
    {
        var caller = request.Caller;
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var text) || !reader.TryNext(out var token) || !TryDepth(ref reader, caller, out int? depth)
            || !paths.TryResolveAny(caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        if (watches.Find(caller, path, token) is not null)
        {
            return XsError.EEXIST;
        }

        var record = caller.Record;
        if (record.Exceeds(Quota.Watches, record.Watches + 1)
            || record.Exceeds(Quota.Memory, record.LastingMemory + path.Bytes.Length + token.Length + 2))
        {
            return XsError.ENOSPC;
        }

        int prefix = XsPath.IsAbsolute(text) ? 0 : path.Bytes.Length - text.Length;
        var watch = watches.Add(caller, path, token, depth, prefix);
        var error = request.ReplyOk();
        events.Initial(watch);
        return error;
    }

    public XsError Unwatch(in Request request)
    {
        var reader = new PayloadReader(request.Payload);
        if (!reader.TryNext(out var text) || !reader.TryNext(out var token) || reader.TryNext(out _)
            || !paths.TryResolveAny(request.Caller, text, out var path))
        {
            return XsError.EINVAL;
        }

        if (watches.Find(request.Caller, path, token) is not { } watch)
        {
            return XsError.ENOENT;
        }

        watches.Remove(watch);
        return request.ReplyOk();
    }

    public XsError Reset(in Request request)
    {
        if (request.Payload is not ([] or [0]))
        {
            return XsError.EINVAL;
        }

        watches.RemoveAll(request.Caller);
        transactions.EndAll(request.Caller);
        return request.ReplyOk();
    }

    /// <summary>Nothing more, or a depth if that feature is offered to the caller (XS-092).</summary>
    private static bool TryDepth(ref PayloadReader reader, StoreConnection caller, out int? depth)
    {
        depth = null;
        if (reader.Rest.IsEmpty)
        {
            return true;
        }

        if (!caller.Features.HasFlag(XsServerFeatures.WatchDepth) || !PayloadReader.TrySingle(reader.Rest, out var number)
            || !XsNumber.TryParse(number, int.MaxValue, out ulong value))
        {
            return false;
        }

        depth = (int)value;
        return true;
    }
}
