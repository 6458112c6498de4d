using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>What only the control domain may ask is answered EACCES to a guest, and nothing comes of it.</summary>
public static class PrivilegeCases
{
    private static readonly XsMessageType[] Mandatory =
    [
        XsMessageType.Introduce, XsMessageType.Release, XsMessageType.IsDomainIntroduced, XsMessageType.Resume, XsMessageType.SetTarget,
    ];

    /// <summary>CONTROL.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static Task ControlFromAGuestIsRefused(StoreContext c) =>
        ExpectOptionalRefusedAsync(c, XsMessageType.Control, "print", "conformance");

    /// <summary>SET_FEATURE for itself and for others.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static Task SetFeatureFromAGuestIsRefused(StoreContext c) =>
        ExpectOptionalRefusedAsync(c, XsMessageType.SetFeature, "0", "0");

    /// <summary>GET_QUOTA in each of its forms.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task GetQuotaFromAGuestIsRefused(StoreContext c)
    {
        await ExpectOptionalRefusedAsync(c, XsMessageType.GetQuota, "nodes");
        await ExpectOptionalRefusedAsync(c, XsMessageType.GetQuota, "0", "nodes");
        await ExpectOptionalRefusedAsync(c, XsMessageType.GetQuota);
    }

    /// <summary>SET_QUOTA of the global value.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static Task SetQuotaFromAGuestIsRefused(StoreContext c) =>
        ExpectOptionalRefusedAsync(c, XsMessageType.SetQuota, "nodes", "1000");

    /// <summary>INTRODUCE of a domain that is there, of the guest itself, and of domain 0.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task IntroduceFromAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateDomainAsync();
        await ExpectEaccesAsync(c, guest.Session.IntroduceAsync(other.Id, other.Frame, other.Port), "INTRODUCE of another domain");
        await ExpectEaccesAsync(c, guest.Session.IntroduceAsync(guest.Id, guest.Domain.Frame, guest.Domain.Port), "INTRODUCE of itself");
        var tools = await c.ToolStackAsync();
        await c.ExpectTextAsync("F\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, other.Id), "IS_DOMAIN_INTRODUCED after a guest's INTRODUCE");
        await guest.Session.RoundTripAsync();
    }

    /// <summary>RELEASE of another guest and of itself.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task ReleaseFromAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        foreach (var id in new[] { other.Id, guest.Id })
        {
            await ExpectEaccesAsync(c, guest.Session.AboutDomainAsync(XsMessageType.Release, id), $"RELEASE of domain {id}");
        }

        await other.Session.RoundTripAsync();
        await guest.Session.RoundTripAsync();
    }

    /// <summary>IS_DOMAIN_INTRODUCED tells a guest nothing, of domains that are there and of domains that are not.</summary>
    [Case("XS-023", Over = Carriers.Ring, Guards = "XSA-115, Z-042")]
    public static async Task IsDomainIntroducedFromAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        foreach (string id in new[] { "0", $"{guest.Id}", "32000", "32752", "nonsense" })
        {
            await ExpectEaccesAsync(c, guest.Session.RequestAsync(XsMessageType.IsDomainIntroduced, StorePayload.Strings(id)), $"IS_DOMAIN_INTRODUCED {id}");
        }
    }

    /// <summary>RESUME of itself and of another.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task ResumeFromAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        await ExpectEaccesAsync(c, guest.Session.AboutDomainAsync(XsMessageType.Resume, guest.Id), "RESUME of itself");
        await ExpectEaccesAsync(c, guest.Session.AboutDomainAsync(XsMessageType.Resume, other.Id), "RESUME of another");
    }

    /// <summary>SET_TARGET on another guest gives no rights.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task SetTargetFromAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        await c.ExpectOkAsync(other.Session.WriteAsync("secret", "s"), "WRITE in the other's home");
        await ExpectEaccesAsync(c, guest.Session.SetTargetAsync(guest.Id, other.Id), "SET_TARGET on another guest");
        var read = await guest.Session.ReadAsync($"{other.Home}/secret");
        c.Expect(read.Error == XsError.EACCES, "EACCES for the other's node after a refused SET_TARGET", read.Summary);
    }

    /// <summary>The privilege is asked for before the arguments are looked at.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task MalformedPrivilegedRequestsAreRefusedAlike(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        foreach (var type in Mandatory)
        {
            await ExpectEaccesAsync(c, guest.Session.RequestAsync(type, StorePayload.Strings("")), $"{type} with an empty argument");
            await ExpectEaccesAsync(c, guest.Session.RequestAsync(type, StorePayload.Strings("-1", "x", "")), $"{type} with arguments that make no sense");
        }
    }

    /// <summary>Inside a transaction the answer is the same.</summary>
    [Case("XS-023", Over = Carriers.Ring)]
    public static async Task PrivilegedRequestsInATransactionAreRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        foreach (var type in Mandatory)
        {
            uint transaction = await c.StartTransactionAsync(guest.Session);
            await ExpectEaccesAsync(c, guest.Session.RequestAsync(type, StorePayload.Strings($"{guest.Id}", "0", "1"), transaction), $"{type} in a transaction");
            await guest.Session.AbortAsync(transaction);
        }
    }

    private static Task ExpectEaccesAsync(StoreContext c, Task<StoreMessage> request, string situation) =>
        c.ExpectErrorAsync(XsError.EACCES, request, $"a guest's {situation}");

    private static async Task ExpectOptionalRefusedAsync(StoreContext c, XsMessageType type, params string[] arguments)
    {
        var (session, _) = await c.OpenAsync();
        var reply = await session.RequestAsync(type, StorePayload.Strings(arguments));
        if (reply.Error == XsError.ENOSYS)
        {
            throw CaseOutcome.NotApplicable($"the daemon does not have {type}, which is optional");
        }

        c.Expect(reply.Error == XsError.EACCES, $"EACCES for a guest's {type}", reply.Summary);
    }
}
