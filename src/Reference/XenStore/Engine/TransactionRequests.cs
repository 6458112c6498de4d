using System.Buffers.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>TRANSACTION_START and TRANSACTION_END.</summary>
internal sealed class TransactionRequests(TransactionTable transactions, TransactionCommitter committer)
{
    public XsError Start(in Request request)
    {
        if (request.Transaction is not null)
        {
            return XsError.EBUSY;
        }

        if (request.Payload is not ([] or [0]))
        {
            return XsError.EINVAL;
        }

        var record = request.Caller.Record;
        if (record.Exceeds(Quota.Transactions, record.Transactions + 1))
        {
            return XsError.ENOSPC;
        }

        var transaction = transactions.Start(request.Caller);
        Span<byte> reply = stackalloc byte[11];
        Utf8Formatter.TryFormat(transaction.Number.Value, reply, out int digits);
        reply[digits] = 0;
        return request.Reply(reply[..(digits + 1)]);
    }

    public XsError End(in Request request)
    {
        bool commits = request.Payload.SequenceEqual("T\0"u8);
        if (!commits && !request.Payload.SequenceEqual("F\0"u8))
        {
            return XsError.EINVAL;
        }

        if (request.Transaction is not { } transaction)
        {
            return XsError.ENOENT;
        }

        var error = commits ? committer.Check(transaction) : XsError.None;
        transactions.End(transaction);
        if (commits)
        {
            ConflictGuard.Committed(request.Caller, error);
            if (error == XsError.None)
            {
                committer.Apply(transaction);
            }
        }

        return error == XsError.None ? request.ReplyOk() : error;
    }
}
