using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Ends and beginnings of domains, each complete when it returns: the store has noticed.</summary>
internal static class DomainLives
{
    /// <summary>Destroys a guest and waits until the store says that it is not introduced any more.</summary>
    public static async Task DestroyAsync(StoreContext c, StoreGuest guest) =>
        await (await DeathWatch.StartAsync(c)).DestroyAsync(guest);

    /// <summary>Shuts a guest down and waits until the store has told so.</summary>
    public static async Task ShutdownAsync(StoreContext c, StoreGuest guest, ShutdownReason reason)
    {
        var watch = await DeathWatch.StartAsync(c);
        c.Log.Note($"dom{guest.Id}", $"shut down: {reason}");
        await guest.Domain.ShutdownAsync(reason);
        await watch.NextAsync($"domain {guest.Id} shut down");
    }

    /// <summary>Makes the store let go of a domain, which lives on.</summary>
    public static async Task ReleaseAsync(StoreContext c, DomainId domain)
    {
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Release, domain), $"RELEASE of domain {domain}");
    }

    /// <summary>
    /// Introduces a released domain again, over a new port and with empty queues. Whether a release removes the domain's
    /// nodes is not said, so that it gets its home again either way.
    /// </summary>
    public static async Task<StoreGuest> IntroduceAgainAsync(StoreContext c, IGuestDomain domain)
    {
        await EmptyQueuesAsync(domain);
        await c.CreateHomeAsync(domain.Id);
        await domain.AllocatePortAsync();
        return await c.IntroduceAsync(domain);
    }

    /// <summary>Asks whether a domain is introduced.</summary>
    public static async Task<bool> IsIntroducedAsync(StoreContext c, StoreSession session, DomainId domain)
    {
        var reply = await c.ExpectOkAsync(
            session.AboutDomainAsync(XsMessageType.IsDomainIntroduced, domain), $"IS_DOMAIN_INTRODUCED of {domain}");
        c.Expect("XS-131", reply.Text is "T\0" or "F\0", "T or F with its NUL", reply.Summary);
        return reply.Text == "T\0";
    }

    // What a guest does before it trusts a ring again (XS-011); requests that nobody took are withdrawn as well.
    private static async Task EmptyQueuesAsync(IGuestDomain domain)
    {
        var page = domain.Page;
        await page.StoreAsync(XsInterfacePage.RequestProducer, await page.LoadAsync(XsInterfacePage.RequestConsumer));
        await page.StoreAsync(XsInterfacePage.ResponseConsumer, await page.LoadAsync(XsInterfacePage.ResponseProducer));
    }
}
