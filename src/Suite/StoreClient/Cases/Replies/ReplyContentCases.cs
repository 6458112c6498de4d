using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.StoreClient.Cases.Replies;

/// <summary>What a client makes of what a reply says.</summary>
public static class ReplyContentCases
{
    /// <summary>A reply that announces more than 4096 bytes is rejected: whoever waits gets an error, at once and not data.</summary>
    [Case("XS-014", "XS-012", Over = Carriers.Both)]
    public static async Task OversizeReplyIsRejected(StoreClientContext c)
    {
        foreach (uint length in new uint[] { XsLimits.PayloadMax + 1, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, uint.MaxValue })
        {
            foreach (var type in new[] { XsMessageType.Read, XsMessageType.Error, XsMessageType.WatchEvent })
            {
                var (client, store) = await c.OpenAsync();
                var reading = client.ReadAsync("node", c.Cancellation);
                var request = await store.NextAsync(XsMessageType.Read);
                await store.SendAsync(request.Header with { Type = type, Length = length }, []);
                var failure = await c.EndAsync(reading, $"a read after the header of a {type} that announces {length} bytes");
                c.Expect(failure is not null, $"an error after a {type} that announces {length} bytes", "a value");
            }
        }
    }

    /// <summary>A reply of exactly 4096 bytes is fine, and so is an empty one.</summary>
    [Case("XS-012", Over = Carriers.Both)]
    public static async Task LargestAndEmptyReplyAreTaken(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await c.RoundTripAsync(client, store, "of 4096 bytes", new string('x', XsLimits.PayloadMax));
        await c.RoundTripAsync(client, store, "of no bytes", "");
        await c.RoundTripAsync(client, store, "after both");
    }

    /// <summary>An error whose name the client does not know is EINVAL, and never a success.</summary>
    [Case("XS-018")]
    public static async Task UnknownErrorNameIsEinval(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (string name in new[] { "EBADF", "ENOENTX", "ENOEN", "enoent", "OK", "0", "None", "", new string('E', 4000) })
        {
            var reading = client.ReadAsync("node", c.Cancellation);
            await store.FailAsync(await store.NextAsync(XsMessageType.Read), name + "\0");
            await c.ExpectErrorAsync(XsError.EINVAL, reading, $"a read refused with {WireText.Quote(StorePayload.Raw(name + "\0"))}");
        }
    }

    /// <summary>An error is a failure whatever its payload: none at all, no NUL, several strings.</summary>
    [Case("XS-018")]
    public static async Task MalformedErrorIsNoSuccess(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (string payload in new[] { "", "EACCES", "\0\0\0", "OK", "EIO\0EIO\0", "\xFF\xFE" })
        {
            var reading = client.ReadAsync("node", c.Cancellation);
            await store.FailAsync(await store.NextAsync(XsMessageType.Read), payload);
            var failure = await c.EndAsync(reading, $"a read refused with {WireText.Quote(StorePayload.Raw(payload))}");
            c.Expect(failure is not null, $"a failure from an ERROR with the payload {WireText.Quote(StorePayload.Raw(payload))}", "a value");
        }

        await c.RoundTripAsync(client, store, "after malformed errors");
    }

    /// <summary>Every error of the protocol is told as what it is.</summary>
    [Case("XS-017")]
    public static async Task KnownErrorNamesAreTold(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (var error in Enum.GetValues<XsError>().Where(error => error != XsError.None))
        {
            var reading = client.ReadAsync("node", c.Cancellation);
            await store.RefuseAsync(XsMessageType.Read, error);
            await c.ExpectErrorAsync(error, reading, $"a read refused with {error}");
        }
    }
}
