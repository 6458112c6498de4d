using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>What a reply repeats of its request, and how it says that a request failed.</summary>
public static class ReplyCases
{
    /// <summary>A success repeats type, req_id and tx_id.</summary>
    [Case("XS-016", "XS-001", Over = Carriers.Both)]
    public static async Task SuccessRepeatsTypeAndIds(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        foreach (uint requestId in new uint[] { 0, 1, 0x8000_0000, uint.MaxValue })
        {
            byte[] payload = StorePayload.Strings(area);
            var sent = new XsHeader(XsMessageType.Mkdir, requestId, transaction, (uint)payload.Length);
            await session.SendAsync(sent, payload);
            var reply = await session.ReceiveReplyAsync("MKDIR");
            c.Expect(
                reply.Header == sent with { Length = 3 } && reply.Text == "OK\0",
                $"a reply \"OK|\" with the type and ids of {sent}",
                $"{reply.Header} {reply.Summary}");
        }
    }

    /// <summary>A failure repeats req_id and tx_id and has the type ERROR.</summary>
    [Case("XS-016", "XS-017", Over = Carriers.Both)]
    public static async Task FailureRepeatsIdsWithTypeError(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] payload = StorePayload.Strings(area + "/missing/node");
        await session.SendAsync(new XsHeader(XsMessageType.Read, 77, 0, (uint)payload.Length), payload);
        var reply = await session.ReceiveReplyAsync("READ");
        c.Expect(
            reply.Header is { Type: XsMessageType.Error, RequestId: 77, TransactionId: 0 },
            "an ERROR with req_id 77 and tx_id 0",
            $"{reply.Header} {reply.Summary}");
        c.Expect("XS-017", reply.Error == XsError.ENOENT, "the name ENOENT with its NUL", reply.Summary);
    }
}
