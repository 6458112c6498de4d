using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>A header over a ring that announces more than 4096 bytes.</summary>
public static class RingOversizeCases
{
    private static readonly XsRingError[] Protocol = [XsRingError.Protocol];

    /// <summary>The store stops serving that ring, with error 3 where it offers the error word.</summary>
    [Case("XS-013", "XS-012", "XS-130", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-420, Z-057")]
    public static async Task OverlongHeaderStopsTheRing(StoreContext c)
    {
        foreach (uint length in new uint[] { 4097, 0x1_0000, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, uint.MaxValue })
        {
            var guest = await c.CreateGuestAsync();
            await guest.Session.RoundTripAsync();
            var ring = new RawRing(c, guest.Domain);
            var before = await ring.LookAsync();
            await ring.PutAsync(Header(length));
            await StoppedRing.ExpectAsync(c, ring, before, Protocol, $"a header that announced {length} bytes");
        }
    }

    /// <summary>An overlong header cut in two is found out all the same.</summary>
    [Case("XS-013", "XS-015", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task OverlongHeaderInPiecesStopsTheRing(StoreContext c)
    {
        for (int cut = 1; cut < XsHeader.Size; cut += 5)
        {
            var guest = await c.CreateGuestAsync();
            await guest.Session.RoundTripAsync();
            var ring = new RawRing(c, guest.Domain);
            var before = await ring.LookAsync();
            await ring.PutAsync(Header(4097).AsMemory(0, cut));
            await c.SettleAsync();
            await ring.PutAsync(Header(4097).AsMemory(cut));
            await StoppedRing.ExpectAsync(c, ring, before, Protocol, $"an overlong header cut after {cut} bytes");
        }
    }

    /// <summary>The domain stays known, and its real death is told later.</summary>
    [Case("XS-013", "XS-090", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-325, Z-047")]
    public static async Task DomainWithAnOverlongHeaderIsStillKnown(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var watcher = await DeathWatch.StartAsync(c);
        await new RawRing(c, guest.Domain).PutAsync(Header(4097));
        await c.SettleAsync(20);
        await watcher.ExpectAliveThenDeadAsync(guest);
    }

    /// <summary>What the broken ring's owner held is gone: its transaction is not committed and its watch queues nothing.</summary>
    [Case("XS-013", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task OpenTransactionOfAStoppedRingChangesNothing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        uint transaction = await c.StartTransactionAsync(guest.Session);
        await c.ExpectOkAsync(guest.Session.WriteAsync("inside", "x", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "WATCH");
        await new RawRing(c, guest.Domain).PutAsync(Header(4097));
        await c.SettleAsync(20);
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync($"{guest.Home}/inside"), "READ of what was written in the open transaction");
        await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/watched", "x"), "WRITE of a node that the stopped ring's owner watched");
        await c.ExpectServingAsync("XS-013", "an overlong header with a transaction and a watch open");
    }

    private static byte[] Header(uint length)
    {
        var header = new byte[XsHeader.Size];
        new XsHeader(XsMessageType.Read, 1, 0, length).Write(header);
        return header;
    }
}
