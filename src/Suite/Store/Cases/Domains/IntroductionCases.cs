using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Whose page an introduction serves, and what RELEASE and RESUME take and refuse.</summary>
public static class IntroductionCases
{
    /// <summary>The page that is served is the introduced domain's own, and no other's.</summary>
    [Case("XS-132", Needs = Needs.Guests)]
    public static async Task EachGuestIsServedOverItsOwnPage(StoreContext c)
    {
        var guests = new List<StoreGuest>();
        for (int i = 0; i < 4; i++)
        {
            guests.Add(await c.CreateGuestAsync());
        }

        foreach (var guest in guests)
        {
            await c.ExpectOkAsync(guest.Session.WriteAsync("who", $"{guest.Id}"), "WRITE of a relative path");
        }

        foreach (var guest in guests)
        {
            await c.ExpectTextAsync($"{guest.Id}", guest.Session.ReadAsync("who"), "READ of a relative path");
            await c.ExpectTextAsync($"{guest.Id}", (await c.ToolStackAsync()).ReadAsync(guest.Home + "/who"), "READ of it by a privileged connection");
        }
    }

    /// <summary>RELEASE and RESUME of a domain that is not introduced are refused.</summary>
    [Case("XS-131", Needs = Needs.Guests)]
    public static async Task ReleaseAndResumeOfAStrangerAreRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        foreach (var number in new[] { domain.Id, new DomainId(31_998) })
        {
            foreach (var type in new[] { XsMessageType.Release, XsMessageType.Resume })
            {
                var reply = await tools.AboutDomainAsync(type, number);
                c.Expect(reply.IsError, $"an error for {type} of domain {number}, which is not introduced", reply.Summary);
            }
        }
    }

    /// <summary>A second RELEASE of the same domain is refused.</summary>
    [Case("XS-131", Needs = Needs.Guests)]
    public static async Task SecondReleaseIsRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var guest = await c.CreateGuestAsync();
        await DomainLives.ReleaseAsync(c, guest.Id);
        var reply = await tools.AboutDomainAsync(XsMessageType.Release, guest.Id);
        c.Expect(reply.IsError, "an error for RELEASE of a released domain", reply.Summary);
    }

    /// <summary>RESUME of an introduced domain succeeds whether or not it had shut down.</summary>
    [Case("XS-089", "XS-131", Needs = Needs.Guests)]
    public static async Task ResumeOfAnIntroducedDomainSucceeds(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Resume, guest.Id), "RESUME of a running domain");
        await DomainLives.ShutdownAsync(c, guest, ShutdownReason.Suspend);
        await guest.Domain.ResumeAsync();
        await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Resume, guest.Id), "RESUME of a domain that had suspended");
        await guest.Session.RoundTripAsync();
    }

    /// <summary>A released domain's page is not served any more: its requests stay where they are.</summary>
    [Case("XS-131", Needs = Needs.Guests)]
    public static async Task ReleasedDomainIsNotServed(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var guest = await c.CreateGuestAsync();
        await DomainLives.ReleaseAsync(c, guest.Id);
        uint taken = await guest.Domain.Page.LoadAsync(XsInterfacePage.RequestConsumer);
        await guest.Session.SendAsync(XsMessageType.Write, StorePayload.PathAndBytes("after", "x"u8));
        for (int i = 0; i < 20; i++)
        {
            await tools.RoundTripAsync();
        }

        uint now = await guest.Domain.Page.LoadAsync(XsInterfacePage.RequestConsumer);
        c.Expect(now == taken, "requests of a released domain to stay in its queue", $"{now - taken} bytes were taken");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(guest.Home + "/after"), "READ of what a released domain wrote");
    }
}
