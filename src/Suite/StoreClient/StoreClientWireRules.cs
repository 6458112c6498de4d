using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.StoreClient;

/// <summary>What must hold for every request that a client sends, whatever the case is about.</summary>
public static class StoreClientWireRules
{
    /// <summary>The first breach in an exchange; null when there is none.</summary>
    public static CaseOutcome? FindBreach(IReadOnlyList<WireRecord> exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var outstanding = new HashSet<(string Party, uint RequestId)>();
        foreach (var record in exchange)
        {
            if (record is { Direction: WireDirection.Sent, Header: { } reply })
            {
                if (reply.Type != XsMessageType.WatchEvent)
                {
                    outstanding.Remove((record.Party, reply.RequestId));
                }
            }
            else if (record.Direction == WireDirection.Sent)
            {
                // Bytes that are no whole message may hold the reply to anything.
                outstanding.RemoveWhere(request => request.Party == record.Party);
            }
            else if (record is { Direction: WireDirection.Received, Header: { } request })
            {
                if (!IsRequest(request.Type))
                {
                    return Breach(2, record, "a type that a client may send");
                }

                if (!outstanding.Add((record.Party, request.RequestId)))
                {
                    return Breach(20, record, "a req_id that no request without a reply has");
                }
            }
        }

        return null;
    }

    private static bool IsRequest(XsMessageType type) =>
        Enum.IsDefined(type) && type is not (XsMessageType.WatchEvent or XsMessageType.Error or XsMessageType.Restrict or XsMessageType.Invalid);

    private static CaseOutcome Breach(int clause, WireRecord record, string expected) => CaseOutcome.Fail(
        new ClauseId("XS", clause), Blame.Client,
        $"expected {expected}; came {record.Header} {WireText.Quote(record.Payload.Span)} on {record.Party}");
}
