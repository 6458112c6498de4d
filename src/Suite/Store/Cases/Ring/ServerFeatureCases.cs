using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>The feature word of the interface page belongs to the store.</summary>
public static class ServerFeatureCases
{
    /// <summary>Bits are set, never cleared: not by work, not by a second INTRODUCE, not by a reset.</summary>
    [Case("XS-027", Over = Carriers.Ring)]
    public static async Task OfferedBitsAreNeverTakenBack(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        var tools = await c.ToolStackAsync();
        var offered = (await ring.LookAsync()).Features;
        offered = await ExpectKeptAsync(c, ring, offered, "INTRODUCE");
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "v"), "WRITE");
        offered = await ExpectKeptAsync(c, ring, offered, "a request");
        await c.ExpectOkAsync(tools.IntroduceAsync(guest.Id, guest.Domain.Frame, guest.Domain.Port), "a second INTRODUCE");
        await guest.Session.RoundTripAsync();
        offered = await ExpectKeptAsync(c, ring, offered, "a second INTRODUCE");
        if (offered.HasFlag(XsServerFeatures.Reconnection))
        {
            await ring.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Reconnect);
            await ring.NotifyAsync();
            await ring.SleepUntilAsync(w => w.Connection == XsConnectionState.Connected, "the reset is done", "XS-025");
            await ExpectKeptAsync(c, ring, offered, "a reset");
        }
    }

    /// <summary>Reconnection is offered before the first byte moves, or not at all.</summary>
    [Case("XS-027", "XS-025", Over = Carriers.Ring)]
    public static async Task ReconnectionIsOfferedBeforeTheFirstByte(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        var first = (await ring.LookAsync()).Features & XsServerFeatures.Reconnection;
        await guest.Session.RoundTripAsync();
        var later = (await ring.LookAsync()).Features & XsServerFeatures.Reconnection;
        c.Expect(first == later, "reconnection offered after INTRODUCE as it is after the first exchange", $"{(uint)first}, then {(uint)later}");
    }

    /// <summary>A broken ring keeps what was offered on it.</summary>
    [Case("XS-027", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task OfferedBitsOutliveABrokenRing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        var offered = (await ring.LookAsync()).Features;
        await ring.StoreAsync(XsInterfacePage.RequestProducer, (await ring.LookAsync()).RequestConsumer + 1025);
        await ring.NotifyAsync();
        await c.SettleAsync(20);
        await ExpectKeptAsync(c, ring, offered, "a broken ring");
    }

    /// <summary>What a guest writes to the word changes nothing of what the store offers and does.</summary>
    [Case("XS-027", Over = Carriers.Ring)]
    public static async Task GuestsWritingTheWordChangesNoFeature(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        var before = await guest.Session.RequestAsync(XsMessageType.GetFeature, StorePayload.Empty);
        if (before.Error == XsError.ENOSYS)
        {
            throw CaseOutcome.NotApplicable("the daemon does not have GET_FEATURE, which is optional");
        }

        uint offered = (uint)(await ring.LookAsync()).Features;
        c.Expect(
            before.Text == offered.ToString(CultureInfo.InvariantCulture) + "\0",
            $"GET_FEATURE to tell the {offered} of the page", before.Summary);
        foreach (uint forged in new uint[] { 0, uint.MaxValue, ~offered })
        {
            await ring.StoreAsync(XsInterfacePage.ServerFeatures, forged);
            await c.ExpectTextAsync(before.Text, guest.Session.RequestAsync(XsMessageType.GetFeature, StorePayload.Empty), $"GET_FEATURE after the guest wrote {forged}");
        }
    }

    private static async Task<XsServerFeatures> ExpectKeptAsync(StoreContext c, RawRing ring, XsServerFeatures offered, string after)
    {
        var now = (await ring.LookAsync()).Features;
        c.Expect((now & offered) == offered, $"server_features to keep the bits {(uint)offered} after {after}", $"{(uint)now}");
        return now;
    }
}
