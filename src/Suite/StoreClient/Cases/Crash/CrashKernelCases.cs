using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Crash;

/// <summary>What a kernel does that was started from the crash of another, whose connection it inherits.</summary>
public static class CrashKernelCases
{
    private const string PlatformFeature = "control/platform-feature-xs_reset_watches";

    /// <summary>Where the platform says that it can, the store is asked to forget the watches of the former kernel.</summary>
    [Case("XS-147", Over = Carriers.Both)]
    public static async Task StaleWatchesAreResetWhereThePlatformCan(StoreClientContext c)
    {
        var store = await c.CreateStoreAsync();
        var client = await c.ResultAsync(c.AttachAsync(store, afterCrash: true), "attaching after a crash");
        await store.EventAsync("watched/by/the/former/kernel", "ffff888003a1b2c0");
        var resetting = client.ResetStaleWatchesAsync(c.Cancellation);
        var feature = await store.AnswerAsync(XsMessageType.Read, "1");
        c.Expect(feature.Strings is [PlatformFeature], $"a READ of {PlatformFeature}", feature.ToString());
        var reset = await store.NextAsync(XsMessageType.ResetWatches);
        c.Expect(!resetting.IsCompleted, "a call that goes on until the store has reset the watches", "it ended before the reply");
        await store.ReplyAsync(reset, "OK\0");
        c.Expect(await c.ResultAsync(resetting, "resetting the watches"), "the watches reset", "not reset");
        await ExpectOnlyOwnEventsAsync(c, client, store);
    }

    /// <summary>Where the platform does not say so, RESET_WATCHES is not sent, since older stores do not know it.</summary>
    [Case("XS-147")]
    public static async Task ResetIsNotSentWhereThePlatformCannot(StoreClientContext c)
    {
        foreach (string? feature in new[] { null, "0", "", "no" })
        {
            var store = await c.CreateStoreAsync();
            var client = await c.ResultAsync(c.AttachAsync(store, afterCrash: true), "attaching after a crash");
            var resetting = client.ResetStaleWatchesAsync(c.Cancellation);
            await (feature is null ? store.RefuseAsync(XsMessageType.Read, XsError.ENOENT) : store.AnswerAsync(XsMessageType.Read, feature));
            string situation = feature is null ? $"{PlatformFeature} is absent" : $"{PlatformFeature} holds \"{feature}\"";
            var sent = await store.NextBeforeAsync(resetting);
            c.Expect(sent is null, $"no request when {situation}", sent?.ToString() ?? "");
            c.Expect(!await c.ResultAsync(resetting, "resetting the watches"), $"no reset when {situation}", "a reset");
            await ExpectOnlyOwnEventsAsync(c, client, store);
        }
    }

    /// <summary>The rest of a reply to the former kernel, whose beginning lies in the ring already, is taken as one whole reply and dropped.</summary>
    [Case("XS-011", Over = Carriers.Ring)]
    public static async Task ReplyUnderWayIsNotTornAfterACrash(StoreClientContext c)
    {
        byte[] reply = ScriptedStore.ToBytes(new XsHeader(XsMessageType.Read, 0x5EED, 0, 40), StorePayload.Raw(new string('r', 40)));
        foreach (int cut in new[] { 1, 16, 30, reply.Length })
        {
            var store = await c.CreateStoreAsync(new RingPlan { ResponseCounter = 0xFFFF_FFFA, Stale = reply.AsMemory(0, cut) });
            var client = await c.ResultAsync(c.AttachAsync(store, afterCrash: true), "attaching after a crash");
            var reading = client.ReadAsync("node", c.Cancellation);
            var request = await store.NextAsync(XsMessageType.Read);
            await store.SendBytesAsync(reply[cut..], $"the rest of a reply to the former kernel, from byte {cut} on");
            await store.ReplyAsync(request, "mine");
            await c.ExpectValueAsync("mine", reading, $"a read behind a reply to the former kernel that was cut at byte {cut}");
        }
    }

    private static async Task ExpectOnlyOwnEventsAsync(StoreClientContext c, Targets.IClientUnderTest client, ScriptedStore store)
    {
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        await store.EventAsync("watched", "ffff888003a1b2c0");
        await store.EventAsync("watched/good", token);
        string came = await c.NextCallAsync(probe, "among events of the former kernel");
        c.Expect(came == "watched/good", "watched/good, and no event with a token of the former kernel", came);
    }
}
