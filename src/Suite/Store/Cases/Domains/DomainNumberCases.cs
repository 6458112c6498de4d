using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Numbers on the wire that no domain and no payload can have (XSA-420).</summary>
public static class DomainNumberCases
{
    private static readonly string[] Impossible =
        ["-1", "-32768", "65536", "2147483648", "4294967296", "18446744073709551616", "99999999999999999999999"];

    /// <summary>GET_DOMAIN_PATH of a negative or too large number is refused.</summary>
    [Case("XS-130", Over = Carriers.Both)]
    public static async Task DomainPathOfAnImpossibleNumberIsRefused(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await ExpectRefusedAsync(c, session, XsMessageType.GetDomainPath, number => StorePayload.Strings(number));
    }

    /// <summary>IS_DOMAIN_INTRODUCED of a negative or too large number is refused or says F.</summary>
    [Case("XS-130")]
    public static async Task ImpossibleNumberIsNotIntroduced(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        foreach (string number in Impossible)
        {
            var reply = await tools.RequestAsync(XsMessageType.IsDomainIntroduced, StorePayload.Strings(number));
            c.Expect(reply.IsError || reply.Text == "F\0", $"an error or F for IS_DOMAIN_INTRODUCED {number}", reply.Summary);
        }
    }

    /// <summary>RELEASE and RESUME of a number that is 0 or a guest's modulo 2^16 or 2^32 are refused, and the guest lives on.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task NumberThatWrapsToAGuestIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        foreach (long offset in new[] { 1L << 16, 1L << 32, -(1L << 16), -(1L << 32) })
        {
            string number = (guest.Id.Value + offset).ToString(CultureInfo.InvariantCulture);
            foreach (var type in new[] { XsMessageType.Resume, XsMessageType.Release })
            {
                var reply = await tools.RequestAsync(type, StorePayload.Strings(number));
                c.Expect(reply.IsError, $"an error for {type} {number}", reply.Summary);
            }
        }

        await guest.Session.RoundTripAsync();
        c.Expect(await DomainLives.IsIntroducedAsync(c, tools, guest.Id), $"domain {guest.Id} to be introduced still");
    }

    /// <summary>INTRODUCE of a negative or too large number is refused.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task IntroductionOfAnImpossibleNumberIsRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        await ExpectRefusedAsync(c, tools, XsMessageType.Introduce, number => StorePayload.Strings(number, "1", "1"));
    }

    /// <summary>SET_TARGET with a negative or too large number on either side is refused.</summary>
    [Case("XS-130", Needs = Needs.Guests)]
    public static async Task TargetOfAnImpossibleNumberIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await ExpectRefusedAsync(c, tools, XsMessageType.SetTarget, number => StorePayload.Strings(number, $"{guest.Id}"));
        await ExpectRefusedAsync(c, tools, XsMessageType.SetTarget, number => StorePayload.Strings($"{guest.Id}", number));
    }

    /// <summary>A permission entry with a negative or too large number is refused, and the permissions stay.</summary>
    [Case("XS-130", Over = Carriers.Both)]
    public static async Task PermissionForAnImpossibleNumberIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "x"), "WRITE");
        var before = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        string owner = before.Strings[0];
        await ExpectRefusedAsync(c, session, XsMessageType.SetPerms, number => StorePayload.Strings(area, owner, "r" + number));
        await c.ExpectTextAsync(before.Text, session.GetPermsAsync(area), "GET_PERMS after refused entries");
    }

    /// <summary>A payload size with its top bits set is no size: nothing is served on its strength, and others are served on.</summary>
    [Case("XS-130", "XS-013", Guards = "Z-057", Needs = Needs.OwnDaemon)]
    public static async Task PayloadSizeWithTopBitsSetIsNotServed(StoreContext c)
    {
        foreach (uint size in new uint[] { 0x8000_0000, 0xC000_0005, uint.MaxValue, 0x4000_0000 })
        {
            var bad = await c.ConnectAsync();
            byte[] payload = StorePayload.Strings("0");
            await bad.SendAsync(new XsHeader(XsMessageType.GetDomainPath, 1, 0, size), payload);
            var (reply, _) = await bad.TryReceiveAsync(TimeSpan.FromMilliseconds(200));
            c.Expect(reply is null || reply.IsError, $"no success for a payload size of {size:x8}", reply?.Summary ?? "");
            await (await c.ToolStackAsync()).RoundTripAsync();
        }
    }

    private static async Task ExpectRefusedAsync(StoreContext c, StoreSession session, XsMessageType type, Func<string, byte[]> payload)
    {
        var accepted = new List<string>();
        foreach (string number in Impossible)
        {
            var reply = await session.RequestAsync(type, payload(number));
            if (!reply.IsError)
            {
                accepted.Add($"{number}: {reply.Summary}");
            }
        }

        c.Expect(accepted.Count == 0, $"an error for {type} with {string.Join(", ", Impossible)}", string.Join("; ", accepted));
    }
}
