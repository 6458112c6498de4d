using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Numbers;

/// <summary>A negative or too large domain number is refused, and is never taken for the domain that it aliases.</summary>
public static class DomainNumberCases
{
    /// <summary>GET_DOMAIN_PATH.</summary>
    [Case("XS-130", Over = Carriers.Both)]
    public static async Task GetDomainPathRefusesNumbersOutOfRange(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string bad in BadNumber.Aliases(new(7)))
        {
            var reply = await session.RequestAsync(XsMessageType.GetDomainPath, StorePayload.Strings(bad));
            c.Expect(reply.IsError, $"an error for GET_DOMAIN_PATH {bad}", reply.Summary);
        }
    }

    /// <summary>IS_DOMAIN_INTRODUCED never says T of a number out of range.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task NumbersOutOfRangeAreNotIntroduced(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        foreach (string bad in BadNumber.Aliases(guest.Id))
        {
            var reply = await tools.RequestAsync(XsMessageType.IsDomainIntroduced, StorePayload.Strings(bad));
            c.Expect(reply.IsError || reply.Text == "F\0", $"an error or F for IS_DOMAIN_INTRODUCED {bad}", reply.Summary);
        }
    }

    /// <summary>RELEASE; the domain that the number aliases stays.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task ReleaseRefusesNumbersOutOfRange(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await ExpectRefusedAsync(c, guest, XsMessageType.Release, bad => [bad]);
        await guest.Session.RoundTripAsync();
    }

    /// <summary>RESUME.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task ResumeRefusesNumbersOutOfRange(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await ExpectRefusedAsync(c, guest, XsMessageType.Resume, bad => [bad]);
    }

    /// <summary>SET_TARGET, in both places; no rights come of it.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task SetTargetRefusesNumbersOutOfRange(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var target = await c.CreateGuestAsync();
        await ExpectRefusedAsync(c, guest, XsMessageType.SetTarget, bad => [bad, $"{target.Id}"]);
        await ExpectRefusedAsync(c, target, XsMessageType.SetTarget, bad => [$"{guest.Id}", bad]);
        await c.ExpectOkAsync(target.Session.WriteAsync("secret", "s"), "WRITE in the target's home");
        await c.ExpectErrorAsync(XsError.EACCES, guest.Session.ReadAsync($"{target.Home}/secret"), "READ of the target's node after refused SET_TARGETs");
    }

    /// <summary>INTRODUCE; the domain that the number aliases stays unknown.</summary>
    [Case("XS-130", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task IntroduceRefusesDomainNumbersOutOfRange(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        foreach (string bad in BadNumber.Aliases(domain.Id))
        {
            var reply = await tools.RequestAsync(XsMessageType.Introduce, StorePayload.Strings(bad, $"{domain.Frame}", $"{domain.Port}"));
            c.Expect(reply.IsError, $"an error for INTRODUCE of domain {bad}", reply.Summary);
            await c.ExpectTextAsync("F\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, domain.Id), $"IS_DOMAIN_INTRODUCED {domain.Id} after INTRODUCE {bad}");
        }
    }

    /// <summary>INTRODUCE with a port below the first.</summary>
    [Case("XS-130", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task IntroduceRefusesPortsBelowOne(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        foreach (string bad in new[] { "-1", $"-{domain.Port}", "0" })
        {
            var reply = await tools.RequestAsync(XsMessageType.Introduce, StorePayload.Strings($"{domain.Id}", $"{domain.Frame}", bad));
            c.Expect(reply.IsError, $"an error for INTRODUCE with port {bad}", reply.Summary);
            await c.ExpectTextAsync("F\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, domain.Id), $"IS_DOMAIN_INTRODUCED after INTRODUCE with port {bad}");
        }
    }

    /// <summary>SET_PERMS; the domain that the number aliases gets no access.</summary>
    [Case("XS-130", Over = Carriers.Both, Needs = Needs.Guests)]
    public static async Task SetPermsRefusesNumbersOutOfRange(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.CreateGuestAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "s"), "WRITE");
        var before = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        foreach (string bad in BadNumber.Aliases(other.Id))
        {
            var reply = await session.SetPermsAsync(area, before.Strings[0], $"r{bad}");
            c.Expect(reply.IsError, $"an error for SET_PERMS with r{bad}", reply.Summary);
            await c.ExpectTextAsync(before.Text, session.GetPermsAsync(area), $"GET_PERMS after SET_PERMS with r{bad}");
            var read = await other.Session.ReadAsync(area);
            c.Expect(read.IsError, $"no access of domain {other.Id} after SET_PERMS with r{bad}", read.Summary);
        }
    }

    /// <summary>GET_FEATURE and SET_FEATURE.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task FeatureRequestsRefuseNumbersOutOfRange(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        foreach (string bad in BadNumber.Aliases(domain.Id))
        {
            await ExpectOptionalRefusedAsync(c, XsMessageType.GetFeature, bad);
            await ExpectOptionalRefusedAsync(c, XsMessageType.SetFeature, bad, "0");
        }

        // A bit that the store does not know must be denied; so must a value that only overflows to a known one.
        foreach (string bad in new[] { "-1", "4294967296", "4294967297", "18446744073709551617" })
        {
            await ExpectOptionalRefusedAsync(c, XsMessageType.SetFeature, $"{domain.Id}", bad);
        }
    }

    /// <summary>GET_QUOTA and SET_QUOTA.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task QuotaRequestsRefuseNumbersOutOfRange(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        foreach (string bad in BadNumber.Aliases(domain.Id))
        {
            await ExpectOptionalRefusedAsync(c, XsMessageType.GetQuota, bad, "nodes");
            await ExpectOptionalRefusedAsync(c, XsMessageType.SetQuota, bad, "nodes", "10");
        }
    }

    /// <summary>DIRECTORY_PART from an offset out of range never tells anything but the end of the list.</summary>
    [Case("XS-054", "XS-130", Over = Carriers.Both)]
    public static async Task DirectoryPartTellsNothingOutsideTheList(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area + "/child"), "MKDIR");
        foreach (string bad in new[] { "-1", "-6", "7", "4096", "4294967295", "4294967296", "9223372036854775807", "18446744073709551615", "99999999999999999999" })
        {
            var reply = await session.RequestAsync(XsMessageType.DirectoryPart, StorePayload.Strings(area, bad));
            if (reply.Error == XsError.ENOSYS)
            {
                throw CaseOutcome.NotApplicable("the daemon does not have DIRECTORY_PART, which is optional");
            }

            bool tellsNothing = reply.IsError || reply.Strings.Skip(1).All(name => name.Length == 0);
            c.Expect(tellsNothing, $"an error or no name for DIRECTORY_PART from offset {bad} of 6 bytes", reply.Summary);
        }
    }

    private static async Task ExpectRefusedAsync(StoreContext c, StoreGuest aliased, XsMessageType type, Func<string, string[]> arguments)
    {
        var tools = await c.ToolStackAsync();
        foreach (string bad in BadNumber.Aliases(aliased.Id))
        {
            var reply = await tools.RequestAsync(type, StorePayload.Strings(arguments(bad)));
            c.Expect(reply.IsError, $"an error for {type} {string.Join(' ', arguments(bad))}", reply.Summary);
            await c.ExpectTextAsync(
                "T\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, aliased.Id), $"IS_DOMAIN_INTRODUCED {aliased.Id} after {type} {bad}");
        }
    }

    private static async Task ExpectOptionalRefusedAsync(StoreContext c, XsMessageType type, params string[] arguments)
    {
        var tools = await c.ToolStackAsync();
        var reply = await tools.RequestAsync(type, StorePayload.Strings(arguments));
        if (reply.Error == XsError.ENOSYS)
        {
            throw CaseOutcome.NotApplicable($"the daemon does not have {type}, which is optional");
        }

        c.Expect(reply.IsError, $"an error for {type} {string.Join(' ', arguments)}", reply.Summary);
    }
}
