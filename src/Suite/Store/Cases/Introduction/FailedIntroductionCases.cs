using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Introduction;

/// <summary>An INTRODUCE that cannot succeed leaves no trace of the domain.</summary>
public static class FailedIntroductionCases
{
    private const ushort Unused = 4242;

    /// <summary>A domain that does not exist.</summary>
    [Case("XS-029", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-072")]
    public static async Task IntroducingAnAbsentDomainLeavesNoRecord(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var absent = new DomainId(Unused);
        for (int i = 0; i < 5; i++)
        {
            var reply = await tools.IntroduceAsync(absent, 1, 1);
            c.Expect(reply.IsError, "an error for INTRODUCE of a domain that does not exist", reply.Summary);
            await ExpectUnknownAsync(c, absent, "a failed INTRODUCE");
        }

        var guest = await c.CreateGuestAsync(absent);
        await guest.Session.RoundTripAsync();
    }

    /// <summary>A port that the domain does not have.</summary>
    [Case("XS-029", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-072")]
    public static async Task IntroducingWithABadPortLeavesNoRecord(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        var reply = await tools.IntroduceAsync(domain.Id, domain.Frame, domain.Port + 900);
        c.Expect(reply.IsError, "an error for INTRODUCE with a port that the domain does not have", reply.Summary);
        await ExpectUnknownAsync(c, domain.Id, "INTRODUCE with a bad port");
        await c.CreateHomeAsync(domain.Id);
        var guest = await c.IntroduceAsync(domain);
        await guest.Session.RoundTripAsync();
    }

    /// <summary>A frame that the domain does not have. A store that finds the page by its grant does not look at it.</summary>
    [Case("XS-029", "XS-132", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-072")]
    public static async Task IntroducingWithABadFrameLeavesNoRecord(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        await c.CreateHomeAsync(domain.Id);
        var reply = await tools.IntroduceAsync(domain.Id, 0x7FFF_FFF0, domain.Port);
        if (!reply.IsError)
        {
            await c.OpenRing(domain).RoundTripAsync();
            return;
        }

        await ExpectUnknownAsync(c, domain.Id, "INTRODUCE with a bad frame");
        var guest = await c.IntroduceAsync(domain);
        await guest.Session.RoundTripAsync();
    }

    /// <summary>Too few arguments.</summary>
    [Case("XS-029", Needs = Needs.Guests)]
    public static async Task IntroducingWithoutAllArgumentsLeavesNoRecord(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        foreach (string[] arguments in (string[][])[[$"{domain.Id}"], [$"{domain.Id}", $"{domain.Frame}"], [""]])
        {
            var reply = await tools.RequestAsync(XsMessageType.Introduce, StorePayload.Strings(arguments));
            c.Expect(reply.IsError, $"an error for INTRODUCE with {arguments.Length} of 3 arguments", reply.Summary);
            await ExpectUnknownAsync(c, domain.Id, "INTRODUCE without all arguments");
        }
    }

    private static async Task ExpectUnknownAsync(StoreContext c, DomainId domain, string after)
    {
        await c.ExpectServingAsync("XS-029", after);
        var tools = await c.ToolStackAsync();
        await c.ExpectTextAsync("F\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, domain), $"IS_DOMAIN_INTRODUCED after {after}");
    }
}
