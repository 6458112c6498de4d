using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Backpressure;

/// <summary>Busy clients leave room for others.</summary>
public static class FairnessCases
{
    private const int Rings = 12;

    /// <summary>With many rings full of requests, each is served to the end.</summary>
    [Case("XS-125", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-070")]
    public static async Task EachOfManyBusyRingsIsServed(StoreContext c)
    {
        var rings = new List<(StoreGuest Guest, BusyRing Ring)>();
        for (int i = 0; i < Rings; i++)
        {
            rings.Add(await StartAsync(c));
        }

        for (int round = 0; round < 10; round++)
        {
            var put = new int[Rings];
            for (int i = 0; i < Rings; i++)
            {
                put[i] = await rings[i].Ring.PutAsync();
            }

            // The last is served although all before it wait for their replies to be taken.
            for (int i = Rings - 1; i >= 0; i--)
            {
                for (int reply = 0; reply < put[i]; reply++)
                {
                    await rings[i].Guest.Session.ReceiveReplyAsync($"a request of ring {i + 1} of {Rings}");
                }
            }
        }
    }

    /// <summary>While other rings are kept full, a single request waits for a bounded number of theirs.</summary>
    [Case("XS-125", Over = Carriers.Both, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-070")]
    public static async Task OneRequestWaitsForABoundedNumberOfOthers(StoreContext c)
    {
        const int Turns = 60;
        // Far more than any fair turn, so that a late wake-up of this side on a busy machine does not count.
        const int MostForOne = 5000;
        var (session, _) = await c.OpenAsync();
        var rings = new List<BusyRing>();
        for (int i = 0; i < Rings; i++)
        {
            rings.Add((await StartAsync(c)).Ring);
        }

        // Everyone's queue is full at each turn, and only then does the one ask: it must come to its turn.
        for (int turn = 0; turn < Turns; turn++)
        {
            int before = await FillAsync(rings);
            await session.SendAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));
            var answer = session.ReceiveReplyAsync("one request among many");
            int served = 0;
            while (!answer.IsCompleted && served <= MostForOne * Rings)
            {
                served = await FillAsync(rings) - before;
                await Task.Yield();
            }

            await answer;
            c.Expect(served <= MostForOne * Rings, $"at most {MostForOne} requests of each other ring before one of this", $"{served} in all");
        }
    }

    private static async Task<(StoreGuest Guest, BusyRing Ring)> StartAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        return (guest, await BusyRing.StartAsync(c, guest.Domain, XsMessageType.GetDomainPath, StorePayload.Strings("0")));
    }

    private static async Task<int> FillAsync(List<BusyRing> rings)
    {
        int taken = 0;
        foreach (var ring in rings)
        {
            await ring.DiscardRepliesAsync();
            await ring.PutAsync();
            taken += await ring.TakenAsync();
        }

        return taken;
    }
}
