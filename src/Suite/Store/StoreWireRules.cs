using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store;

/// <summary>What must hold for every message that a store sends, whatever the case is about.</summary>
public static class StoreWireRules
{
    private static ReadOnlySpan<byte> Ok => "OK\0"u8;

    /// <summary>The first breach in an exchange; null when there is none.</summary>
    public static CaseOutcome? FindBreach(IReadOnlyList<WireRecord> exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var garbled = GarbledParties(exchange);
        var outstanding = new List<(string Party, XsHeader Header)>();
        foreach (var record in exchange)
        {
            if (record is { Direction: WireDirection.Sent, Header: { } request })
            {
                outstanding.Add((record.Party, request));
            }
            else if (record is { Direction: WireDirection.Received, Header: { } header })
            {
                var breach = FindBreach(record, header)
                    ?? (garbled.Contains(record.Party) ? null : FindUnasked(record, header, outstanding));
                if (breach is not null)
                {
                    return breach;
                }
            }
        }

        return null;
    }

    private static CaseOutcome? FindBreach(WireRecord record, XsHeader header)
    {
        var payload = record.Payload.Span;
        if (header.Length > XsLimits.PayloadMax)
        {
            return Breach(12, record, $"at most {XsLimits.PayloadMax} bytes of payload");
        }

        if (header.Type == XsMessageType.Error && !XsErrors.TryParse(payload, out _))
        {
            return Breach(17, record, "one of the known error names with its NUL");
        }

        if (header.Type == XsMessageType.WatchEvent && !IsEvent(header, payload))
        {
            return Breach(73, record, "an event of exactly two strings, each with its NUL, with req_id and tx_id 0");
        }

        return AnswersOk(header.Type) && !payload.SequenceEqual(Ok)
            ? Breach(19, record, $"the three bytes \"OK|\" as the answer to {header.Type}")
            : null;
    }

    // After bytes that are no message nobody can say which requests the store has seen.
    private static HashSet<string> GarbledParties(IReadOnlyList<WireRecord> exchange) =>
        [.. exchange
            .Where(record => record.Direction == WireDirection.Sent
                && (record.Header is not { } header || header.Length != (uint)record.Payload.Length))
            .Select(record => record.Party)];

    private static CaseOutcome? FindUnasked(WireRecord record, XsHeader reply, List<(string Party, XsHeader Header)> outstanding)
    {
        if (reply.Type == XsMessageType.WatchEvent)
        {
            return null;
        }

        int index = outstanding.FindIndex(request => request.Party == record.Party
            && request.Header.RequestId == reply.RequestId
            && request.Header.TransactionId == reply.TransactionId
            && (reply.Type == XsMessageType.Error || reply.Type == request.Header.Type));
        if (index < 0)
        {
            return Breach(16, record, "the type, req_id and tx_id of a request that still awaits its reply");
        }

        outstanding.RemoveAt(index);
        return null;
    }

    private static bool IsEvent(XsHeader header, ReadOnlySpan<byte> payload) =>
        header is { RequestId: 0, TransactionId: 0 } && payload.Length > 0 && payload[^1] == 0 && payload.Count((byte)0) == 2;

    private static bool AnswersOk(XsMessageType type) => type is XsMessageType.Watch or XsMessageType.Unwatch
        or XsMessageType.TransactionEnd or XsMessageType.Introduce or XsMessageType.Release or XsMessageType.Write
        or XsMessageType.Mkdir or XsMessageType.Rm or XsMessageType.SetPerms or XsMessageType.Resume
        or XsMessageType.SetTarget or XsMessageType.ResetWatches;

    private static CaseOutcome Breach(int clause, WireRecord record, string expected) => CaseOutcome.Fail(
        new ClauseId("XS", clause), Blame.Store,
        $"expected {expected}; came {record.Header} {WireText.Quote(record.Payload.Span)} on {record.Party}");
}
