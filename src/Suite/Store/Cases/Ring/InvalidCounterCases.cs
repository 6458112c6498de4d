using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>Counters that cannot be true make the store stop using that ring, and that ring alone.</summary>
public static class InvalidCounterCases
{
    private static readonly XsRingError[] Index = [XsRingError.RingIndex];

    /// <summary>req_prod more than a queue ahead of req_cons.</summary>
    [Case("XS-006", "XS-005", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static async Task RequestProducerTooFarAheadStopsTheRing(StoreContext c)
    {
        foreach (uint ahead in new uint[] { 1025, 2048, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000 })
        {
            await BreakRequestsAsync(c, ahead);
        }
    }

    /// <summary>req_prod behind req_cons.</summary>
    [Case("XS-006", "XS-005", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static async Task RequestProducerMovedBackStopsTheRing(StoreContext c)
    {
        foreach (uint behind in new uint[] { 1, 16, 1024 })
        {
            await BreakRequestsAsync(c, 0u - behind);
        }
    }

    /// <summary>rsp_cons ahead of rsp_prod: the guest claims bytes that were never put.</summary>
    [Case("XS-006", "XS-005", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static async Task ResponseConsumerAheadOfItsProducerStopsTheRing(StoreContext c)
    {
        foreach (uint ahead in new uint[] { 1, 1024, 0x8000_0000 })
        {
            await BreakResponsesAsync(c, ahead);
        }
    }

    /// <summary>rsp_cons more than a queue behind rsp_prod.</summary>
    [Case("XS-006", "XS-005", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static async Task ResponseConsumerTooFarBehindStopsTheRing(StoreContext c)
    {
        foreach (uint behind in new uint[] { 1025, 0x1_0000 })
        {
            await BreakResponsesAsync(c, 0u - behind);
        }
    }

    /// <summary>A broken ring is not a dead domain: it stays introduced, and its death is told when it comes.</summary>
    [Case("XS-006", "XS-090", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-325, Z-047")]
    public static async Task DomainWithABrokenRingIsStillKnown(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var watcher = await DeathWatch.StartAsync(c);
        var ring = new RawRing(c, guest.Domain);
        await ring.StoreAsync(XsInterfacePage.RequestProducer, (await ring.LookAsync()).RequestConsumer + 1025);
        await ring.NotifyAsync();
        await c.SettleAsync(20);
        await watcher.ExpectAliveThenDeadAsync(guest);
    }

    private static async Task BreakRequestsAsync(StoreContext c, uint distance)
    {
        var guest = await c.CreateGuestAsync();
        await guest.Session.RoundTripAsync();
        var ring = new RawRing(c, guest.Domain);
        var before = await ring.LookAsync();
        await ring.StoreAsync(XsInterfacePage.RequestProducer, before.RequestConsumer + distance);
        await ring.NotifyAsync();
        await StoppedRing.ExpectAsync(c, ring, before, Index, $"req_prod {distance} from req_cons");
    }

    private static async Task BreakResponsesAsync(StoreContext c, uint distance)
    {
        var guest = await c.CreateGuestAsync();
        await guest.Session.RoundTripAsync();
        var ring = new RawRing(c, guest.Domain);
        var before = await ring.LookAsync();
        await ring.StoreAsync(XsInterfacePage.ResponseConsumer, before.ResponseProducer + distance);
        await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 1, StorePayload.Strings("0")));
        await StoppedRing.ExpectAsync(c, ring, before, Index, $"rsp_cons {distance} from rsp_prod");
    }
}
