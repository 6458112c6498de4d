using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>A guest asks for a reset of its connection, where the store offers it.</summary>
public static class ReconnectionCases
{
    private static readonly StoreEvent[] None = [];

    /// <summary>The connection word becomes 0 and the guest is woken, each time.</summary>
    [Case("XS-025", "XS-009", Over = Carriers.Ring)]
    public static async Task ResetIsDoneAndSignalled(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        for (int i = 0; i < 20; i++)
        {
            await ReconnectAsync(c, ring);
            await c.ExpectOkAsync(guest.Session.WriteAsync("node", $"{i}"), "WRITE after a reset");
        }
    }

    /// <summary>Watches are gone.</summary>
    [Case("XS-025", Over = Carriers.Ring)]
    public static async Task ResetDropsWatches(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "WATCH");
        await guest.Session.SettledEventsAsync();
        await ReconnectAsync(c, ring);
        await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/watched", "x"), "WRITE of a node that was watched before the reset");
        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "for a watch set before the reset", None);
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "the same WATCH after the reset");
    }

    /// <summary>Transactions are gone, without effect, and their number is free again.</summary>
    [Case("XS-025", Over = Carriers.Ring)]
    public static async Task ResetDropsTransactions(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        for (int round = 0; round < 4; round++)
        {
            uint transaction = 0;
            for (int i = 0; i < 8; i++)
            {
                transaction = await c.StartTransactionAsync(guest.Session);
                await c.ExpectOkAsync(guest.Session.WriteAsync("inside", "x", transaction), "WRITE in a transaction");
            }

            await ReconnectAsync(c, ring);
            var end = await guest.Session.CommitAsync(transaction);
            c.Expect(end.IsError, $"an error for tx_id {transaction} of before the reset", end.Summary);
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("inside"), "READ of a node written in a dropped transaction");
        }
    }

    /// <summary>A message of which the store has only a part is forgotten.</summary>
    [Case("XS-025", "XS-015", Over = Carriers.Ring)]
    public static async Task ResetDropsPartialRequests(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        byte[] message = StorePayload.Message(XsMessageType.Write, 5, StorePayload.PathAndBytes("partial", "x"u8));
        for (int sent = 1; sent < message.Length; sent++)
        {
            await ring.PutAsync(message.AsMemory(0, sent));
            await c.SettleAsync(1);
            await ReconnectAsync(c, ring);
            await c.ExpectTextAsync("/local/domain/0\0", guest.Session.AboutDomainAsync(XsMessageType.GetDomainPath, new(0)), $"a request after {sent} bytes of another and a reset");
        }

        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("partial"), "READ of a node of which only parts of the WRITE were put");
    }

    /// <summary>Replies and events that the guest has not taken are gone, in the queue and behind it.</summary>
    [Case("XS-025", Over = Carriers.Ring)]
    public static async Task ResetDropsUntakenRepliesAndEvents(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "WATCH");
        await guest.Session.SettledEventsAsync();
        await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 0xBAD, StorePayload.Strings("0")));
        for (int i = 0; i < 100; i++)
        {
            await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/watched/{i}", ""), "WRITE below a watched node");
        }

        await ReconnectAsync(c, ring);
        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "queued before the reset", None);
    }

    /// <summary>A request that was put just before the reset brings no reply after it.</summary>
    [Case("XS-025", Over = Carriers.Ring)]
    public static async Task ResetDropsRequestsUnderWay(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        for (uint i = 0; i < 50; i++)
        {
            byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, 0xBAD, StorePayload.Strings("0"));
            uint producer = (await ring.LookAsync()).RequestProducer;
            await ring.PlaceAsync(producer, request);
            await ring.StoreAsync(XsInterfacePage.RequestProducer, producer + (uint)request.Length);
            await ReconnectAsync(c, ring);
            await guest.Session.RoundTripAsync();
        }
    }

    /// <summary>A reset is no death: the domain stays known, its nodes stay, and nobody is told.</summary>
    [Case("XS-025", "XS-090", Over = Carriers.Ring)]
    public static async Task ResetIsNoDeath(StoreContext c)
    {
        var (guest, ring) = await OfferedAsync(c);
        var watcher = await DeathWatch.StartAsync(c);
        await c.ExpectOkAsync(guest.Session.WriteAsync("kept", "v"), "WRITE");
        await ReconnectAsync(c, ring);
        await watcher.ExpectAliveAsync(guest, "a reset of its connection");
        await c.ExpectTextAsync("v", guest.Session.ReadAsync("kept"), "READ of a node written before the reset");
    }

    /// <summary>One guest's reset leaves another's connection alone.</summary>
    [Case("XS-025", Over = Carriers.Ring)]
    public static async Task ResetLeavesOthersAlone(StoreContext c)
    {
        var (_, ring) = await OfferedAsync(c);
        var other = await c.CreateGuestAsync();
        uint transaction = await c.StartTransactionAsync(other.Session);
        await c.ExpectOkAsync(other.Session.WriteAsync("node", "v", transaction), "WRITE in another's transaction");
        await ReconnectAsync(c, ring);
        await c.ExpectOkAsync(other.Session.CommitAsync(transaction), "TRANSACTION_END of another after a reset");
        await c.ExpectTextAsync("v", other.Session.ReadAsync("node"), "READ of what another committed");
    }

    private static async Task<(StoreGuest Guest, RawRing Ring)> OfferedAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        return (await ring.LookAsync()).Features.HasFlag(XsServerFeatures.Reconnection)
            ? (guest, ring)
            : throw CaseOutcome.NotApplicable("the daemon does not offer reconnection (server_features bit 0)");
    }

    private static async Task ReconnectAsync(StoreContext c, RawRing ring)
    {
        await ring.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Reconnect);
        await ring.NotifyAsync();
        var words = await ring.SleepUntilAsync(w => w.Connection == XsConnectionState.Connected, "connection is 0 after a reset was asked for", "XS-025");
        c.Expect(words is { Requests: 0, Responses: 0 }, "both queues empty after a reset", words.ToString());
    }
}
