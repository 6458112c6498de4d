using System.Globalization;
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

    /// <summary>
    /// While other rings are kept full, a single request waits for a bounded number of theirs. The rings write numbers
    /// one after the other and the single request reads the latest of one ring, so the store's own order is judged and
    /// not how fast the harness looks.
    /// </summary>
    [Case("XS-125", Over = Carriers.Both, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-070")]
    public static async Task OneRequestWaitsForABoundedNumberOfOthers(StoreContext c)
    {
        const int Turns = 60;
        // Far more than any fair turn, so that a late wake-up of this side on a busy machine does not count.
        const int MostForOne = 5000;
        var (session, _) = await c.OpenAsync();
        var rings = new List<(StoreGuest Guest, BusyRing Ring)>();
        for (int i = 0; i < Rings; i++)
        {
            rings.Add(await StartCountingAsync(c));
        }

        await FillAsync(rings);
        for (int turn = 0; turn < Turns; turn++)
        {
            var (guest, ring) = rings[turn % Rings];
            int before = await ring.TakenAsync();
            await session.SendAsync(XsMessageType.Read, StorePayload.Strings($"{guest.Home}/count"));
            var answer = session.ReceiveReplyAsync("one request among many");
            while (!answer.IsCompleted)
            {
                await FillAsync(rings);
                await Task.Yield();
            }

            int served = int.Parse((await answer).Text, CultureInfo.InvariantCulture) + 1 - before;
            c.Expect(served <= MostForOne, $"at most {MostForOne} requests of one ring before a single one", $"{served}");
        }
    }

    private static async Task<(StoreGuest Guest, BusyRing Ring)> StartCountingAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("count", "00000000"), "WRITE");
        await c.ExpectOkAsync(guest.Session.SetPermsAsync("count", $"r{guest.Id}"), "SET_PERMS");
        return (guest, await BusyRing.StartAsync(c, guest.Domain, XsMessageType.Write, request =>
            StorePayload.PathAndBytes("count", StorePayload.Raw(request.ToString("00000000", CultureInfo.InvariantCulture)))));
    }

    private static async Task<(StoreGuest Guest, BusyRing Ring)> StartAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        return (guest, await BusyRing.StartAsync(c, guest.Domain, XsMessageType.GetDomainPath, StorePayload.Strings("0")));
    }

    private static async Task FillAsync(List<(StoreGuest Guest, BusyRing Ring)> rings)
    {
        foreach (var (_, ring) in rings)
        {
            await ring.DiscardRepliesAsync();
            await ring.PutAsync();
        }
    }
}
