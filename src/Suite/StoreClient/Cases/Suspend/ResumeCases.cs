using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Cases.Suspend;

/// <summary>What a client does when its domain runs again, before another store.</summary>
public static class ResumeCases
{
    private const int Watches = 3;

    /// <summary>Resuming registers every watch again, ends only then, and lets other requests in only then.</summary>
    [Case("XS-141", Over = Carriers.Both)]
    public static async Task EveryWatchIsRegisteredAgainBeforeAnythingElse(StoreClientContext c)
    {
        var (client, _, probes) = await SuspendedAsync(c);
        var held = client.ReadAsync("held", c.Cancellation);
        var next = await c.CreateStoreAsync();
        var resuming = client.ResumeAsync(next.Wire, c.Cancellation);
        var tokens = new Dictionary<string, string>();
        var requests = new List<StoreRequest>();
        for (int i = 0; i < Watches; i++)
        {
            var request = await next.NextAsync("a WATCH again");
            c.Expect(request.Type == XsMessageType.Watch, $"{Watches} WATCHes before anything else", request.ToString());
            c.Expect(!resuming.IsCompleted, "a resume that goes on until every watch is registered", "it ended before");
            tokens[request.Strings[0]] = request.Strings[^1];
            await next.ReplyAsync(request, "OK\0");
            requests.Add(request);
        }

        c.Expect(probes.All(probe => tokens.ContainsKey(probe.Path)), "each watch registered again", string.Join("; ", requests));
        await c.DoneAsync(resuming, "resuming when every watch is registered");
        await next.AnswerAsync(XsMessageType.Read, "value");
        await c.ExpectValueAsync("value", held, "the read that was held back");
        foreach (var probe in probes)
        {
            await next.EventAsync(probe.Path + "/good", tokens[probe.Path]);
            string came = await c.NextCallAsync(probe, "after resuming");
            c.Expect(came == probe.Path + "/good", probe.Path + "/good", came);
        }
    }

    /// <summary>A watch that the store refuses, or has already, keeps none of the others from being registered again.</summary>
    [Case("XS-141")]
    public static async Task RefusedWatchKeepsNoOtherFromBeingRegistered(StoreClientContext c)
    {
        foreach (var error in new[] { XsError.EEXIST, XsError.EACCES })
        {
            var (client, _, probes) = await SuspendedAsync(c);
            var next = await c.CreateStoreAsync();
            var resuming = client.ResumeAsync(next.Wire, c.Cancellation);
            var seen = new HashSet<string>();
            for (int i = 0; i < Watches; i++)
            {
                var request = await next.NextBeforeAsync(resuming);
                if (request is not { Type: XsMessageType.Watch })
                {
                    throw c.Failure($"{Watches} WATCHes although the first was refused with {error}", request?.ToString() ?? $"the end of the resume after {i}");
                }

                seen.Add(request.Strings[0]);
                await (i == 0 ? next.FailAsync(request, $"{error}\0") : next.ReplyAsync(request, "OK\0"));
            }

            c.Expect(seen.Count == probes.Length, $"{Watches} different watches", string.Join(", ", seen));
        }
    }

    /// <summary>The ring is begun anew: wherever the counters stand, and whatever the former store left in it.</summary>
    [Case("XS-141", "XS-011", Over = Carriers.Ring)]
    public static async Task RingIsBegunAnew(StoreClientContext c)
    {
        var (client, _, probes) = await SuspendedAsync(c);
        var next = await c.CreateStoreAsync(new RingPlan
        {
            RequestCounter = 0xFFFF_FFF0,
            ResponseCounter = 0x7FFF_FFF8,
            Stale = StorePayload.Raw("half of a reply that nobody waits for"),
            Fill = 0xA5,
        });
        var resuming = client.ResumeAsync(next.Wire, c.Cancellation);
        for (int i = 0; i < probes.Length; i++)
        {
            await next.AnswerAsync(XsMessageType.Watch, "OK\0");
        }

        await c.DoneAsync(resuming, "resuming on a ring with stale bytes");
        await c.RoundTripAsync(client, next, "after resuming");
    }

    private static async Task<(IClientUnderTest Client, ScriptedStore Former, WatchProbe[] Probes)> SuspendedAsync(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        WatchProbe[] probes = [.. Enumerable.Range(0, Watches).Select(i => c.CreateProbe($"watched/{i}"))];
        foreach (var probe in probes)
        {
            await c.WatchAsync(client, store, probe);
        }

        // One that was removed must not come back.
        var (removed, _) = await c.WatchAsync(client, store, c.CreateProbe("removed"));
        var removing = removed.RemoveAsync(c.Cancellation);
        await store.AnswerAsync(XsMessageType.Unwatch, "OK\0");
        await c.DoneAsync(removing, "removing a watch");
        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "the suspend");
        return (client, store, probes);
    }
}
