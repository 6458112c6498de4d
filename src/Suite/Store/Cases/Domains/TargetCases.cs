using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>SET_TARGET: one domain gets another's rights, until either ends.</summary>
public static class TargetCases
{
    /// <summary>The domain may do with the target's nodes what the target may.</summary>
    [Case("XS-133", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task DomainHasFullAccessToTheTargetsNodes(StoreContext c)
    {
        var (helper, target) = await PairAsync(c);
        await c.ExpectErrorAsync(XsError.EACCES, helper.Session.ReadAsync(target.Home + "/private"), "READ before SET_TARGET", "XS-055");
        await SetTargetAsync(c, helper, target);
        await c.ExpectTextAsync("secret", helper.Session.ReadAsync(target.Home + "/private"), "READ of the target's node");
        await c.ExpectOkAsync(helper.Session.WriteAsync(target.Home + "/private", "changed"), "WRITE of the target's node");
        await c.ExpectOkAsync(helper.Session.DirectoryAsync(target.Home), "DIRECTORY of the target's home");
        await c.ExpectOkAsync(helper.Session.MkdirAsync(target.Home + "/made"), "MKDIR in the target's home");
        await c.ExpectOkAsync(
            helper.Session.SetPermsAsync(target.Home + "/private", $"r{target.Id}"), "SET_PERMS of the target's node");
        await c.ExpectOkAsync(helper.Session.RmAsync(target.Home + "/private"), "RM of the target's node");
    }

    /// <summary>The domain may do what others allowed the target, and no more.</summary>
    [Case("XS-133", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task DomainInheritsWhatOthersAllowedTheTarget(StoreContext c)
    {
        var (helper, target) = await PairAsync(c);
        var third = await c.CreateGuestAsync();
        foreach (string node in new[] { "readable", "closed" })
        {
            await c.ExpectOkAsync(third.Session.WriteAsync(node, "x"), "WRITE");
        }

        await c.ExpectOkAsync(third.Session.SetPermsAsync("readable", $"n{third.Id}", $"r{target.Id}"), "SET_PERMS");
        await SetTargetAsync(c, helper, target);
        await c.ExpectTextAsync("x", helper.Session.ReadAsync(third.Home + "/readable"), "READ of what the target may read");
        await c.ExpectErrorAsync(XsError.EACCES, helper.Session.WriteAsync(third.Home + "/readable", "y"), "WRITE of what the target may only read");
        await c.ExpectErrorAsync(XsError.EACCES, helper.Session.ReadAsync(third.Home + "/closed"), "READ of what the target may not read");
    }

    /// <summary>The target gets nothing in return, and neither becomes privileged.</summary>
    [Case("XS-133", "XS-023", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TargetGetsNothingInReturn(StoreContext c)
    {
        var (helper, target) = await PairAsync(c);
        await SetTargetAsync(c, helper, target);
        await c.ExpectOkAsync(helper.Session.WriteAsync("own", "x"), "WRITE of the own node");
        await c.ExpectErrorAsync(XsError.EACCES, target.Session.ReadAsync(helper.Home + "/own"), "READ by the target of the domain's node");
        await c.ExpectErrorAsync(
            XsError.EACCES, helper.Session.AboutDomainAsync(XsMessageType.Release, target.Id), "RELEASE by the domain", "XS-023");
    }

    /// <summary>SET_TARGET without its second argument is refused and gives no rights.</summary>
    [Case("XS-133", Needs = Needs.Guests)]
    public static async Task SetTargetWithoutATargetIsRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var (helper, target) = await PairAsync(c);
        var missing = await tools.RequestAsync(XsMessageType.SetTarget, StorePayload.Strings($"{helper.Id}"));
        c.Expect(missing.IsError, "an error for SET_TARGET with one argument", missing.Summary);
        await c.ExpectErrorAsync(XsError.EACCES, helper.Session.ReadAsync(target.Home + "/private"), "READ after a refused SET_TARGET");
        await c.ExpectErrorAsync(XsError.EACCES, helper.Session.MkdirAsync("/planted"), "MKDIR below the root after a refused SET_TARGET");
    }

    /// <summary>When the target dies first, its rights die with it: the next domain with its number is closed to the helper.</summary>
    [Case("XS-133", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-075")]
    public static Task RightsEndWhenTheTargetDiesFirst(StoreContext c) => EndAsync(c, DomainLives.DestroyAsync, targetFirst: true);

    /// <summary>When the domain dies first, the next one with its number has no target.</summary>
    [Case("XS-133", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-075")]
    public static Task RightsEndWhenTheDomainDiesFirst(StoreContext c) => EndAsync(c, DomainLives.DestroyAsync, targetFirst: false);

    /// <summary>When the target is released first, the domain is served on, and nothing is released twice.</summary>
    [Case("XS-133", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-075")]
    public static Task StoreSurvivesReleaseOfTheTargetFirst(StoreContext c) => ReleaseBothAsync(c, targetFirst: true);

    /// <summary>When the domain is released first, nothing is released twice.</summary>
    [Case("XS-133", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-075")]
    public static Task StoreSurvivesReleaseOfTheDomainFirst(StoreContext c) => ReleaseBothAsync(c, targetFirst: false);

    /// <summary>Targets set twice, in a circle, and on oneself, are let go in any order without harm to the store.</summary>
    [Case("XS-133", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-075")]
    public static async Task TangledTargetsEndInAnyOrder(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        for (int round = 0; round < 4; round++)
        {
            var guests = new List<StoreGuest>();
            for (int i = 0; i < 4; i++)
            {
                guests.Add(await c.CreateGuestAsync());
            }

            // Whether a circle is accepted is not said; that the store survives it is.
            for (int i = 0; i < 12; i++)
            {
                await tools.SetTargetAsync(guests[c.Random.Next(4)].Id, guests[c.Random.Next(4)].Id);
            }

            await tools.SetTargetAsync(guests[0].Id, guests[0].Id);
            var order = guests.ToArray();
            c.Random.Shuffle(order);
            for (int i = 0; i < order.Length; i++)
            {
                await order[i].Domain.DestroyAsync();
                await tools.SettledEventsAsync();
                foreach (var left in order.Skip(i + 1))
                {
                    await left.Session.RoundTripAsync();
                }
            }
        }
    }

    private static async Task EndAsync(StoreContext c, Func<StoreContext, StoreGuest, Task> end, bool targetFirst)
    {
        var (helper, target) = await PairAsync(c);
        await SetTargetAsync(c, helper, target);
        await c.ExpectOkAsync(helper.Session.ReadAsync(target.Home + "/private"), "READ of the target's node");
        var (first, left) = targetFirst ? (target, helper) : (helper, target);
        await end(c, first);
        await left.Session.RoundTripAsync();
        var next = await c.CreateGuestAsync(first.Id);
        var (newHelper, newTarget) = targetFirst ? (left, next) : (next, left);
        await newTarget.Session.WriteAsync("private", "secret");
        await newTarget.Session.SetPermsAsync("private", $"n{newTarget.Id}");
        await c.ExpectErrorAsync(
            XsError.EACCES,
            newHelper.Session.ReadAsync(newTarget.Home + "/private"),
            $"READ after domain {first.Id} died and its number was used again");
        await end(c, left);
        await next.Session.RoundTripAsync();
        await end(c, next);
        await (await c.ToolStackAsync()).RoundTripAsync();
    }

    private static async Task ReleaseBothAsync(StoreContext c, bool targetFirst)
    {
        var tools = await c.ToolStackAsync();
        for (int round = 0; round < 3; round++)
        {
            var (helper, target) = await PairAsync(c);
            await SetTargetAsync(c, helper, target);
            var (first, left) = targetFirst ? (target, helper) : (helper, target);
            await DomainLives.ReleaseAsync(c, first.Id);
            await left.Session.RoundTripAsync();
            var again = await DomainLives.IntroduceAgainAsync(c, first.Domain);
            await again.Session.RoundTripAsync();
            await DomainLives.ReleaseAsync(c, left.Id);
            await again.Session.RoundTripAsync();
            await DomainLives.DestroyAsync(c, again);
            await left.Domain.DestroyAsync();
            await tools.RoundTripAsync();
        }
    }

    private static async Task<(StoreGuest Helper, StoreGuest Target)> PairAsync(StoreContext c)
    {
        var (helper, target) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(target.Session.WriteAsync("private", "secret"), "WRITE");
        await c.ExpectOkAsync(target.Session.SetPermsAsync("private", $"n{target.Id}"), "SET_PERMS");
        return (helper, target);
    }

    private static async Task SetTargetAsync(StoreContext c, StoreGuest helper, StoreGuest target) =>
        await c.ExpectOkAsync((await c.ToolStackAsync()).SetTargetAsync(helper.Id, target.Id), $"SET_TARGET {helper.Id} {target.Id}");
}
