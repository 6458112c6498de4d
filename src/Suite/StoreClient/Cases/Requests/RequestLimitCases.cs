using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Cases.Requests;

/// <summary>What a client must not send.</summary>
public static class RequestLimitCases
{
    /// <summary>A request of 4096 bytes is sent; one byte more would cost the connection, so it is refused by the client itself.</summary>
    [Case("XS-012", Over = Carriers.Both)]
    public static async Task RequestAboveTheLimitIsNotSent(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        int room = XsLimits.PayloadMax - "node\0".Length;
        foreach (int above in new[] { 1, 2, 5000, 70_000 })
        {
            var failure = await c.EndAsync(client.WriteAsync("node", new byte[room + above], c.Cancellation), $"a write of {above} bytes too many");
            c.Expect(failure is not null, $"a refusal of a write of {above} bytes too many", "success without a reply");
        }

        var writing = client.WriteAsync("node", new byte[room], c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Write);
        c.Expect(request.Payload.Length == XsLimits.PayloadMax, $"a WRITE of {XsLimits.PayloadMax} bytes and none of the larger ones before it", request.ToString());
        await store.ReplyAsync(request, "OK\0");
        await c.DoneAsync(writing, "the largest write");
    }
}
