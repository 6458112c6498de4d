using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>The depth argument of WATCH, where it is offered.</summary>
public static class DepthCases
{
    private static readonly string[] Levels = ["", "/1", "/1/2", "/1/2/3"];

    /// <summary>Depth 0 is the node alone, each level more is one level more.</summary>
    [Case("XS-092", Over = Carriers.Both)]
    public static async Task DepthLimitsTheLevelsBelow(StoreContext c)
    {
        var (session, area) = await OpenWithDepthAsync(c);
        for (int depth = 0; depth < Levels.Length; depth++)
        {
            await c.ExpectOkAsync(WatchAsync(session, area, $"{depth}", $"{depth}"), $"WATCH with depth {depth}");
        }

        await c.ExpectOkAsync(session.WatchAsync(area, "all"), "WATCH without a depth");
        _ = await session.SettledEventsAsync();
        for (int level = 0; level < Levels.Length; level++)
        {
            string path = area + Levels[level];
            await c.ExpectOkAsync(session.WriteAsync(path, "v"), "WRITE");
            var came = await session.SettledEventsAsync();
            var expected = Enumerable.Range(level, Levels.Length - level).Select(depth => $"{depth}").Append("all");
            c.Expect(
                came.All(e => e.Path == path) && came.Select(e => e.Token).ToHashSet().SetEquals(expected),
                $"events for depths {string.Join(' ', expected)} after a change {level} levels below",
                WatchHelp.Describe(came));
        }
    }

    /// <summary>A watch of limited depth still hears that its node went with an ancestor.</summary>
    [Case("XS-092", "XS-075", Over = Carriers.Both)]
    public static async Task DepthDoesNotHideTheRemovalOfAnAncestor(StoreContext c)
    {
        var (session, area) = await OpenWithDepthAsync(c);
        await c.ExpectOkAsync(session.WriteAsync(area + "/a/b", "v"), "WRITE");
        await c.ExpectOkAsync(WatchAsync(session, area + "/a/b", "t", "0"), "WATCH with depth 0");
        _ = await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.RmAsync(area + "/a"), "RM of the parent");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area + "/a/b", "t"), "after RM of the parent");
    }

    /// <summary>Below the root, depth 1 is what stands right below it.</summary>
    [Case("XS-092")]
    public static async Task DepthCountsFromTheRoot(StoreContext c)
    {
        var (session, area) = await OpenWithDepthAsync(c);
        string top = area[..area.IndexOf('/', 1)];
        await c.ExpectOkAsync(session.MkdirAsync(top), "MKDIR");
        await c.ExpectOkAsync(WatchAsync(session, "/", "none", "0"), "WATCH of the root with depth 0");
        await c.ExpectOkAsync(WatchAsync(session, "/", "one", "1"), "WATCH of the root with depth 1");
        _ = await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE two levels below the root");
        var came = await session.SettledEventsAsync();
        c.Expect(came.All(e => e.Path != area), "no event two levels below the root for depths 0 and 1", WatchHelp.Describe(came));
        await c.ExpectOkAsync(session.WriteAsync(top, ""), "WRITE right below the root");
        came = await session.SettledEventsAsync();
        c.ExpectEvent(came, new StoreEvent(top, "one"), "right below the root");
        c.Expect(!came.Contains(new StoreEvent(top, "none")), "no event below the root for depth 0", WatchHelp.Describe(came));
    }

    /// <summary>What is no decimal number of 0 or more is EINVAL and sets no watch.</summary>
    [Case("XS-092", Over = Carriers.Both)]
    public static async Task MalformedDepthIsEinval(StoreContext c)
    {
        var (session, area) = await OpenWithDepthAsync(c);
        var findings = new Findings(c);
        foreach (string depth in new[] { "-1", "-0", "", "x", "1x", "x1", " 1", "1 ", "+1", "0x1", "1.0", "99999999999999999999" })
        {
            var reply = await WatchAsync(session, area, "t", depth);
            findings.Check(reply.Error == XsError.EINVAL, $"depth \"{depth}\" {reply.Summary}");
            _ = await session.UnwatchAsync(area, "t");
        }

        findings.Conclude("EINVAL for a negative or malformed depth");
    }

    /// <summary>A guest that is not offered the feature cannot use it.</summary>
    [Case("XS-092", Over = Carriers.Ring)]
    public static async Task DepthIsNotHonouredUnlessOffered(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var domain = await c.CreateDomainAsync();
        await c.CreateHomeAsync(domain.Id);
        _ = await tools.RequestAsync(XsMessageType.SetFeature, StorePayload.Strings($"{domain.Id}", "0"));
        var guest = await c.IntroduceAsync(domain);
        if (await IsOfferedAsync(domain))
        {
            throw c.Failure("no depth feature after SET_FEATURE took it from the domain", "the bit in server_features");
        }

        var reply = await WatchAsync(guest.Session, "dir", "t", "0");
        _ = await guest.Session.SettledEventsAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("dir/below", "v"), "WRITE");
        var came = await guest.Session.SettledEventsAsync();
        c.Expect(
            reply.Error == XsError.EINVAL || came.Contains(new StoreEvent("dir/below", "t")),
            "EINVAL or a watch of every depth for a depth that is not offered",
            $"{reply.Summary}, then {WatchHelp.Describe(came)}");
    }

    /// <summary>With depth 1 the special watches name the domain; without, they do not.</summary>
    [Case("XS-092", "XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task SpecialWatchWithDepthNamesTheDomain(StoreContext c)
    {
        var (session, _) = await OpenWithDepthAsync(c);
        var witness = await DeathWatch.StartAsync(c);
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            await c.ExpectOkAsync(WatchAsync(session, special, "deep", "1"), $"WATCH of {special} with depth 1");
            await c.ExpectOkAsync(session.WatchAsync(special, "plain"), $"WATCH of {special}");
        }

        _ = await session.SettledEventsAsync();
        var guest = await c.CreateGuestAsync();
        ExpectBoth(c, await session.SettledEventsAsync(), DeathWatch.Introduce, guest);
        await guest.Domain.ShutdownAsync(ShutdownReason.PowerOff);
        _ = await witness.Session.NextEventAsync();
        ExpectBoth(c, await session.SettledEventsAsync(), DeathWatch.Release, guest);
        await witness.DestroyAsync(guest);
        ExpectBoth(c, await session.SettledEventsAsync(), DeathWatch.Release, guest);
    }

    /// <summary>@releaseDomain of one number is about that domain alone.</summary>
    [Case("XS-092", "XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ReleaseOfOneDomainCanBeWatched(StoreContext c)
    {
        var (session, _) = await OpenWithDepthAsync(c);
        var witness = await DeathWatch.StartAsync(c);
        var (watched, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        string path = $"{DeathWatch.Release}/{watched.Id}";
        await c.WatchedAsync(session, path, "t");
        await witness.DestroyAsync(other);
        c.ExpectEvents(await session.SettledEventsAsync(), "when another domain went");
        await witness.DestroyAsync(watched);
        c.ExpectEvents(await session.SettledEventsAsync(), "when the watched domain went", new StoreEvent(path, "t"));
    }

    private static void ExpectBoth(StoreContext c, IReadOnlyList<StoreEvent> came, string special, StoreGuest guest) =>
        c.Expect(
            came.Order(Comparer<StoreEvent>.Create((a, b) => string.CompareOrdinal(a.Token, b.Token)))
                .SequenceEqual([new StoreEvent($"{special}/{guest.Id}", "deep"), new StoreEvent(special, "plain")]),
            $"an event {special}/{guest.Id} for depth 1 and {special} without",
            WatchHelp.Describe(came));

    private static Task<StoreMessage> WatchAsync(StoreSession session, string path, string token, string depth) =>
        session.RequestAsync(XsMessageType.Watch, StorePayload.Strings(path, token, depth));

    private static async Task<(StoreSession Session, string Area)> OpenWithDepthAsync(StoreContext c)
    {
        if (c.Carrier == Carriers.Ring)
        {
            var guest = await c.CreateGuestAsync();
            return await IsOfferedAsync(guest.Domain)
                ? (guest.Session, $"{guest.Home}/area")
                : throw CaseOutcome.NotApplicable("the store does not offer the depth argument of WATCH to guests");
        }

        var (session, area) = await c.OpenAsync();
        var reply = await session.RequestAsync(XsMessageType.GetFeature, StorePayload.Strings("0"));
        bool offered = !reply.IsError
            && uint.TryParse(reply.Text.TrimEnd('\0'), NumberStyles.None, CultureInfo.InvariantCulture, out uint features)
            && ((XsServerFeatures)features).HasFlag(XsServerFeatures.WatchDepth);
        return offered
            ? (session, area)
            : throw CaseOutcome.NotApplicable($"the store does not offer the depth argument of WATCH: GET_FEATURE says {reply.Summary}");
    }

    private static async Task<bool> IsOfferedAsync(IGuestDomain domain) =>
        ((XsServerFeatures)await domain.Page.LoadAsync(XsInterfacePage.ServerFeatures)).HasFlag(XsServerFeatures.WatchDepth);
}
