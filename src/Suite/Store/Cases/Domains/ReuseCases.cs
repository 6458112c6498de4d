using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Nothing of a domain passes to the next one with its number, nor over a release to itself.</summary>
public static class ReuseCases
{
    /// <summary>The next domain with the number does not get the old one's events.</summary>
    [Case("XS-061", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task WatchesDieWithTheDomain(StoreContext c)
    {
        var old = await c.CreateGuestAsync();
        await WatchAsync(c, old);
        await DomainLives.DestroyAsync(c, old);
        await ExpectNoWatchesAsync(c, await c.CreateGuestAsync(old.Id));
    }

    /// <summary>A domain that is released and introduced again does not get events of its former watches.</summary>
    [Case("XS-061", "XS-025", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task WatchesEndWithTheRelease(StoreContext c)
    {
        var old = await c.CreateGuestAsync();
        await WatchAsync(c, old);
        await DomainLives.ReleaseAsync(c, old.Id);
        await ExpectNoWatchesAsync(c, await DomainLives.IntroduceAgainAsync(c, old.Domain));
    }

    /// <summary>The old domain's transactions are unknown to the next one, and were never applied.</summary>
    [Case("XS-061", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TransactionsDieWithTheDomain(StoreContext c)
    {
        var old = await c.CreateGuestAsync();
        var ids = await OpenTransactionsAsync(c, old);
        await DomainLives.DestroyAsync(c, old);
        await ExpectNoTransactionsAsync(c, await c.CreateGuestAsync(old.Id), ids);
    }

    /// <summary>A domain that is released and introduced again has no transactions.</summary>
    [Case("XS-061", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TransactionsEndWithTheRelease(StoreContext c)
    {
        var old = await c.CreateGuestAsync();
        var ids = await OpenTransactionsAsync(c, old);
        await DomainLives.ReleaseAsync(c, old.Id);
        await ExpectNoTransactionsAsync(c, await DomainLives.IntroduceAgainAsync(c, old.Domain), ids);
    }

    /// <summary>What others had allowed the old domain they have not allowed the next one.</summary>
    [Case("XS-061", "XS-060", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "XSA-322, XSA-417, Z-054")]
    public static async Task PermissionsDieWithTheDomain(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var (granter, old) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        string[] paths = [granter.Home + "/private", $"/conformance/private{old.Id}"];
        await c.ExpectOkAsync(granter.Session.WriteAsync(paths[0], "secret"), "WRITE");
        await c.ExpectOkAsync(granter.Session.SetPermsAsync(paths[0], $"n{granter.Id}", $"b{old.Id}"), "SET_PERMS");
        await c.ExpectOkAsync(tools.WriteAsync(paths[1], "secret"), "WRITE");
        await c.ExpectOkAsync(tools.SetPermsAsync(paths[1], "n0", $"b{old.Id}"), "SET_PERMS");
        foreach (string path in paths)
        {
            await c.ExpectTextAsync("secret", old.Session.ReadAsync(path), "READ by the domain that may", "XS-055");
        }

        await DomainLives.DestroyAsync(c, old);
        var next = await c.CreateGuestAsync(old.Id);
        foreach (string path in paths)
        {
            await c.ExpectErrorAsync(XsError.EACCES, next.Session.ReadAsync(path), $"READ of {path} by the next domain with number {old.Id}");
            await c.ExpectErrorAsync(XsError.EACCES, next.Session.WriteAsync(path, "x"), $"WRITE of {path} by the next domain with number {old.Id}");
            await c.ExpectErrorAsync(XsError.EACCES, next.Session.DirectoryAsync(path), $"DIRECTORY of {path} by the next domain with number {old.Id}");
            await c.ExpectErrorAsync(XsError.EACCES, next.Session.MkdirAsync(path + "/new"), $"MKDIR below {path} by the next domain with number {old.Id}");
            await c.ExpectErrorAsync(XsError.EACCES, next.Session.SetPermsAsync(path, $"b{old.Id}"), $"SET_PERMS of {path} by the next domain with number {old.Id}");
        }

        await c.ExpectOkAsync(tools.RmAsync(paths[1]), "RM");
    }

    /// <summary>What the old domain owned, in its home or elsewhere, is gone before the next one comes.</summary>
    [Case("XS-061", "XS-060", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-044")]
    public static async Task NodesDieWithTheDomain(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var old = await c.CreateGuestAsync();
        string elsewhere = $"/conformance/given{old.Id}";
        await c.ExpectOkAsync(old.Session.WriteAsync("left/deep", "old"), "WRITE");
        await c.ExpectOkAsync(tools.WriteAsync(elsewhere, "old"), "WRITE");
        await c.ExpectOkAsync(tools.SetPermsAsync(elsewhere, $"n{old.Id}"), "SET_PERMS");
        await DomainLives.DestroyAsync(c, old);
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(old.Home), "READ of a dead domain's home");
        var next = await c.CreateGuestAsync(old.Id);
        await c.ExpectErrorAsync(XsError.ENOENT, next.Session.ReadAsync("left/deep"), "READ of what the old domain left");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(elsewhere), "READ of what the old domain owned elsewhere", "XS-060");
    }

    /// <summary>An entry for a number without a domain, if it is taken at all, gives nothing to the domain that gets the number later.</summary>
    [Case("XS-061", "XS-060", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-417, Z-054")]
    public static async Task EntryForANumberWithoutADomainGivesItNothing(StoreContext c)
    {
        var (tools, area) = await c.OpenAsync();
        var granter = await c.CreateGuestAsync();
        await c.ExpectOkAsync(tools.WriteAsync(area + "/listed", "secret"), "WRITE by domain 0");
        await c.ExpectOkAsync(granter.Session.WriteAsync("listed", "secret"), "WRITE by a guest");
        var gone = await c.CreateGuestAsync();
        await DomainLives.DestroyAsync(c, gone);
        _ = await tools.SetPermsAsync(area + "/listed", "n0", $"b{gone.Id}");
        _ = await granter.Session.SetPermsAsync("listed", $"n{granter.Id}", $"b{gone.Id}");
        var later = await c.CreateGuestAsync(gone.Id);
        foreach (string path in new[] { area + "/listed", $"{granter.Home}/listed" })
        {
            await c.ExpectErrorAsync(XsError.EACCES, later.Session.ReadAsync(path), $"READ of {path} by a domain that came after the entry");
            await c.ExpectErrorAsync(XsError.EACCES, later.Session.WriteAsync(path, "x"), $"WRITE of {path} by a domain that came after the entry");
        }
    }

    /// <summary>It has its whole quota of nodes, watches and transactions, however much the old one used.</summary>
    [Case("XS-061", "XS-127", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-419, XSA-483, Z-056")]
    public static async Task NewDomainHasItsWholeQuota(StoreContext c)
    {
        var again = await LiveTwiceAsync(c, first => UseQuotaAsync(c, first, "the first domain"));
        await UseQuotaAsync(c, again, "the second domain");
    }

    /// <summary>Nothing of the stream before is answered to it: it sees replies to its own requests only.</summary>
    [Case("XS-061", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task NewDomainGetsNoReplyOfTheOldOne(StoreContext c)
    {
        var again = await LiveTwiceAsync(c, async first =>
        {
            for (int i = 0; i < 10; i++)
            {
                _ = await first.Session.SendAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));
            }
        });
        await c.ExpectTextAsync($"/local/domain/{again.Id}\0",
            again.Session.AboutDomainAsync(XsMessageType.GetDomainPath, again.Id), "the first request of a new domain");
        c.ExpectEvents(await again.Session.SettledEventsAsync(), "for a domain that has set no watch");
    }

    /// <summary>One life after another ends with the store as it was.</summary>
    [Case("XS-061", "XS-060", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ManyLivesLeaveNothingBehind(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var tools = await c.ToolStackAsync();
        var number = new DomainId(41);
        await c.ExpectOkAsync(tools.MkdirAsync("/local/domain"), "MKDIR by domain 0");
        var before = await c.ExpectOkAsync(tools.DirectoryAsync("/local/domain"), "DIRECTORY before");
        for (int life = 0; life < 5; life++)
        {
            var guest = await c.CreateGuestAsync(number);
            await c.ExpectTextAsync("", guest.Session.DirectoryAsync(guest.Home), $"DIRECTORY of the home in life {life}");
            await c.ExpectOkAsync(guest.Session.WriteAsync("data/x", "v"), $"WRITE in life {life}");
            await c.ExpectOkAsync(guest.Session.WatchAsync("data", "t"), $"WATCH in life {life}");
            _ = await c.StartTransactionAsync(guest.Session);
            await witness.DestroyAsync(guest);
        }

        await c.ExpectTextAsync(before.Text, tools.DirectoryAsync("/local/domain"), "DIRECTORY after");
    }

    private static async Task WatchAsync(StoreContext c, StoreGuest guest)
    {
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "relative"), "WATCH");
        await c.ExpectOkAsync(guest.Session.WatchAsync(guest.Home, "absolute"), "WATCH");
        await c.ExpectOkAsync(guest.Session.WatchAsync("/local", "above"), "WATCH");
        await guest.Session.SettledEventsAsync();
    }

    private static async Task ExpectNoWatchesAsync(StoreContext c, StoreGuest guest)
    {
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.WriteAsync(guest.Home + "/watched", "new"), "WRITE of what was watched");
        var events = await guest.Session.SettledEventsAsync();
        c.Expect(events.Count == 0, "no event of a watch set before", string.Join(", ", events));
        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.UnwatchAsync("watched", "relative"), "UNWATCH of a watch set before");
        await c.ExpectOkAsync(guest.Session.WatchAsync(guest.Home, "absolute"), "WATCH with path and token of a watch set before");
    }

    private static async Task<IReadOnlyList<uint>> OpenTransactionsAsync(StoreContext c, StoreGuest guest)
    {
        var ids = new List<uint>();
        for (int i = 0; i < 3; i++)
        {
            uint t = await c.StartTransactionAsync(guest.Session);
            await c.ExpectOkAsync(guest.Session.WriteAsync("pending", "x", t), "WRITE in a transaction");
            ids.Add(t);
        }

        return ids;
    }

    private static async Task ExpectNoTransactionsAsync(StoreContext c, StoreGuest guest, IReadOnlyList<uint> ids)
    {
        foreach (uint id in ids)
        {
            var read = await guest.Session.ReadAsync("pending", id);
            c.Expect(read.IsError, $"an error for READ with tx_id {id} of before", read.Summary);
            var end = await guest.Session.CommitAsync(id);
            c.Expect(end.IsError, $"an error for TRANSACTION_END T with tx_id {id} of before", end.Summary);
        }

        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("pending"), "READ of what was never committed");
        for (int i = 0; i < 10; i++)
        {
            await c.ExpectOkAsync(guest.Session.StartTransactionAsync(), "TRANSACTION_START within the limit", "XS-127");
        }
    }

    private static async Task<StoreGuest> LiveTwiceAsync(StoreContext c, Func<StoreGuest, Task> firstLife)
    {
        var first = await c.CreateGuestAsync();
        await firstLife(first);
        await DomainLives.DestroyAsync(c, first);
        return await c.CreateGuestAsync(first.Id);
    }

    private static async Task UseQuotaAsync(StoreContext c, StoreGuest guest, string who)
    {
        for (int i = 0; i < 900; i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"d{i / 30}/{i}");
            await c.ExpectOkAsync(guest.Session.WriteAsync(path, "v"), $"WRITE number {i} of {who}");
        }

        for (int i = 0; i < 100; i++)
        {
            await c.ExpectOkAsync(guest.Session.WatchAsync($"w{i}", "t"), $"WATCH number {i} of {who}");
        }

        for (int i = 0; i < 10; i++)
        {
            _ = await c.ExpectOkAsync(guest.Session.StartTransactionAsync(), $"TRANSACTION_START number {i} of {who}");
        }
    }
}
