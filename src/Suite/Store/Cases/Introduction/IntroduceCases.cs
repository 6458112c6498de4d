using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Ring;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Introduction;

/// <summary>Which port a domain is reached by, and what a second INTRODUCE of the same domain does.</summary>
public static class IntroduceCases
{
    /// <summary>So many requests, each told of by its signal alone, that no chance serves them all.</summary>
    private const int SignalledRequests = 4;

    private static readonly StoreEvent[] None = [];

    /// <summary>A port in the page is used instead of the one that INTRODUCE names.</summary>
    [Case("XS-028", Over = Carriers.Ring)]
    public static async Task PortInThePageOverridesTheNamedOne(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        uint named = domain.Port;
        uint inPage = await domain.AllocatePortAsync();
        await new RawRing(c, domain).StoreAsync(XsInterfacePage.EventChannelPort, inPage);
        await ExpectServedAsync(c, domain, named, $"INTRODUCE naming port {named} with port {inPage} in the page");
    }

    /// <summary>A zero in the page leaves the port to INTRODUCE, whichever of the domain's ports it names.</summary>
    [Case("XS-028", Over = Carriers.Ring)]
    public static async Task ZeroInThePageLeavesTheNamedPort(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        uint second = await domain.AllocatePortAsync();
        await new RawRing(c, domain).StoreAsync(XsInterfacePage.EventChannelPort, 0);
        await ExpectServedAsync(c, domain, second, $"INTRODUCE naming port {second} with 0 in the page");
    }

    /// <summary>A second INTRODUCE with the same page and port succeeds, and the guest goes on.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceWithTheSamePortServes(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        for (int i = 0; i < 5; i++)
        {
            await IntroduceAgainAsync(c, guest);
            await c.ExpectOkAsync(guest.Session.WriteAsync("node", $"{i}"), "WRITE after a second INTRODUCE");
        }
    }

    /// <summary>A second INTRODUCE with another port moves the connection to that port.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceWithANewPortServesOverIt(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await guest.Session.RoundTripAsync();
        for (int i = 0; i < 5; i++)
        {
            await guest.Domain.AllocatePortAsync();
            await IntroduceAgainAsync(c, guest);
            var session = c.OpenRing(guest.Domain);
            await c.ExpectOkAsync(session.WriteAsync("node", $"{i}"), $"WRITE over port {guest.Domain.Port}");
        }
    }

    /// <summary>A second INTRODUCE drops the watches of the connection.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceDropsWatches(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "WATCH");
        await guest.Session.SettledEventsAsync();
        await IntroduceAgainAsync(c, guest);
        await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/watched", "x"), "WRITE of a node watched before the second INTRODUCE");
        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "for a watch of before the second INTRODUCE", None);
    }

    /// <summary>A second INTRODUCE drops the transactions of the connection.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceDropsTransactions(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        uint transaction = await c.StartTransactionAsync(guest.Session);
        await c.ExpectOkAsync(guest.Session.WriteAsync("inside", "x", transaction), "WRITE in a transaction");
        await IntroduceAgainAsync(c, guest);
        var end = await guest.Session.CommitAsync(transaction);
        c.Expect(end.IsError, $"an error for tx_id {transaction} of before the second INTRODUCE", end.Summary);
        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("inside"), "READ of what a dropped transaction wrote");
    }

    /// <summary>A second INTRODUCE forgets a request of which it has only a part.</summary>
    [Case("XS-029", "XS-015", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task SecondIntroduceDropsPartialRequests(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        byte[] message = StorePayload.Message(XsMessageType.Write, 5, StorePayload.PathAndBytes("partial", "x"u8));
        foreach (int sent in new[] { 1, 15, 16, 17, message.Length - 1 })
        {
            await ring.PutAsync(message.AsMemory(0, sent));
            await c.SettleAsync(2);
            await IntroduceAgainAsync(c, guest);
            await guest.Session.RoundTripAsync();
        }

        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("partial"), "READ of a node of which only parts of the WRITE were put");
    }

    /// <summary>A second INTRODUCE drops replies and events that the guest has not taken.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceDropsUntakenReplies(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        for (int i = 0; i < 5; i++)
        {
            await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 0xBAD, StorePayload.Strings("0")));
            await c.SettleAsync(2);
            await IntroduceAgainAsync(c, guest);
            await guest.Session.RoundTripAsync();
        }
    }

    /// <summary>A second INTRODUCE makes no second record: one death is told once, one RELEASE is enough.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceMakesNoSecondRecord(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await IntroduceAgainAsync(c, guest);
        await IntroduceAgainAsync(c, guest);
        var watcher = await c.ConnectAsync();
        await c.ExpectOkAsync(watcher.WatchAsync("@releaseDomain", "death"), "WATCH of @releaseDomain");
        await watcher.SettledEventsAsync();
        await c.ExpectTextAsync("OK\0", watcher.AboutDomainAsync(XsMessageType.Release, guest.Id), "RELEASE after three INTRODUCEs");
        await c.ExpectTextAsync("F\0", watcher.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id), "IS_DOMAIN_INTRODUCED after RELEASE");
        c.ExpectEvents(await watcher.SettledEventsAsync(), "for one RELEASE after three INTRODUCEs", new StoreEvent("@releaseDomain", "death"));
    }

    /// <summary>What a domain has stored outlives a second INTRODUCE.</summary>
    [Case("XS-029", Over = Carriers.Ring)]
    public static async Task SecondIntroduceKeepsNodes(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("kept", "v"), "WRITE");
        await IntroduceAgainAsync(c, guest);
        await c.ExpectTextAsync("v", guest.Session.ReadAsync("kept"), "READ of a node of before the second INTRODUCE");
    }

    private static async Task IntroduceAgainAsync(StoreContext c, StoreGuest guest)
    {
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(
            tools.IntroduceAsync(guest.Id, guest.Domain.Frame, guest.Domain.Port), $"a further INTRODUCE of domain {guest.Id} with port {guest.Domain.Port}");
    }

    private static async Task ExpectServedAsync(StoreContext c, Targets.IGuestDomain domain, uint named, string situation)
    {
        await c.CreateHomeAsync(domain.Id);
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.IntroduceAsync(domain.Id, domain.Frame, named), situation);
        var ring = new RawRing(c, domain);

        // A store looks at a new ring without being asked, and may look once more before it sleeps, whoever woke it; of
        // several requests, each after the reply to the one before, not every one can come in such a moment.
        await c.SettleAsync();
        byte[] path = StorePayload.Strings("/local/domain/0");
        for (uint request = 8; request < 8 + SignalledRequests; request++)
        {
            await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, request, StorePayload.Strings("0")));

            // The guest hears the port allocated last alone, so a store that uses the other neither hears nor wakes it.
            await ring.SleepUntilAsync(w => w.Responses >= XsHeader.Size + path.Length, $"a reply after {situation}", "XS-028", "XS-028");
            var reply = await ring.ReceiveAsync($"request {request}");
            c.Expect(
                reply.Header.RequestId == request && reply.Payload.AsSpan().SequenceEqual(path), $"/local/domain/0 for req_id {request}", $"{reply}");
        }
    }
}
