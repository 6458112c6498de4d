using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>The requests that tell about a domain.</summary>
public static class DomainPathCases
{
    /// <summary>GET_DOMAIN_PATH gives the home of any domain, there or not, to anyone.</summary>
    [Case("XS-131", Over = Carriers.Both)]
    public static async Task DomainPathIsLocalDomainN(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string number in new[] { "0", "1", "7", "4711", "32751" })
        {
            await c.ExpectTextAsync(
                $"/local/domain/{number}\0",
                session.RequestAsync(XsMessageType.GetDomainPath, StorePayload.Strings(number)),
                $"GET_DOMAIN_PATH {number}");
        }
    }

    /// <summary>The number in the path is the plain one, whatever zeros stood before it.</summary>
    [Case("XS-131", Over = Carriers.Both)]
    public static async Task DomainPathHasThePlainNumber(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await c.ExpectTextAsync(
            "/local/domain/7\0", session.RequestAsync(XsMessageType.GetDomainPath, StorePayload.Strings("007")), "GET_DOMAIN_PATH 007");
    }

    /// <summary>A guest's relative paths start at what GET_DOMAIN_PATH gives for it.</summary>
    [Case("XS-131", "XS-043", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task DomainPathIsWhereRelativePathsStart(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var reply = await c.ExpectOkAsync(guest.Session.AboutDomainAsync(XsMessageType.GetDomainPath, guest.Id), "GET_DOMAIN_PATH");
        await c.ExpectOkAsync(guest.Session.WriteAsync("here", "x"), "WRITE of a relative path");
        await c.ExpectTextAsync("x", guest.Session.ReadAsync(reply.Text.TrimEnd('\0') + "/here"), "READ below the domain's path");
    }

    /// <summary>IS_DOMAIN_INTRODUCED follows a domain through introduction, release and death.</summary>
    [Case("XS-131", Needs = Needs.Guests)]
    public static async Task IsIntroducedFollowsTheDomain(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        await ExpectIntroducedAsync(c, tools, domain.Id, false, "before INTRODUCE");
        await c.CreateHomeAsync(domain.Id);
        await ExpectIntroducedAsync(c, tools, domain.Id, false, "with a home and before INTRODUCE");
        var guest = await c.IntroduceAsync(domain);
        await ExpectIntroducedAsync(c, tools, domain.Id, true, "after INTRODUCE");
        await DomainLives.ReleaseAsync(c, domain.Id);
        await ExpectIntroducedAsync(c, tools, domain.Id, false, "after RELEASE");
        guest = await DomainLives.IntroduceAgainAsync(c, domain);
        await ExpectIntroducedAsync(c, tools, domain.Id, true, "after the second INTRODUCE");
        await DomainLives.DestroyAsync(c, guest);
        await ExpectIntroducedAsync(c, tools, domain.Id, false, "after the domain's death");
    }

    /// <summary>A domain that nobody introduced is not, whatever other domains there are.</summary>
    [Case("XS-131", Needs = Needs.Guests)]
    public static async Task UnknownDomainIsNotIntroduced(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        await c.CreateGuestAsync();
        await ExpectIntroducedAsync(c, tools, new DomainId(32_000), false, "when no such domain exists");
    }

    /// <summary>RELEASE and RESUME without a number are refused.</summary>
    [Case("XS-131")]
    public static async Task ReleaseAndResumeWithoutANumberAreRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        foreach (var type in new[] { XsMessageType.Release, XsMessageType.Resume })
        {
            var reply = await tools.RequestAsync(type, StorePayload.Strings(""));
            c.Expect(reply.IsError, $"an error for {type} with an empty number", reply.Summary);
        }
    }

    private static async Task ExpectIntroducedAsync(StoreContext c, StoreSession session, DomainId domain, bool expected, string situation)
    {
        bool came = await DomainLives.IsIntroducedAsync(c, session, domain);
        c.Expect(came == expected, $"{(expected ? "T" : "F")} for IS_DOMAIN_INTRODUCED {situation}", came ? "T" : "F");
    }
}
