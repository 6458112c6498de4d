using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>A domain with the number of a dead one begins with nothing of it.</summary>
public static class DomainReuseCases
{
    /// <summary>It has no access that the old one had by entry, and owns nothing of it.</summary>
    [Case("XS-061", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-322, XSA-417, Z-044, Z-054")]
    public static async Task NewDomainHasNoPermissionOfTheOldOne(StoreContext c)
    {
        var (tools, area) = await c.OpenAsync();
        await c.ExpectOkAsync(tools.WriteAsync(area + "/listed", "secret"), "WRITE by domain 0");
        await c.ExpectOkAsync(tools.WriteAsync(area + "/dir/child", "secret"), "WRITE by domain 0");
        var again = await LiveTwiceAsync(c, async first =>
        {
            await c.ExpectOkAsync(tools.SetPermsAsync(area + "/listed", "n0", $"b{first.Id}"), "SET_PERMS by domain 0");
            await c.ExpectOkAsync(tools.SetPermsAsync(area + "/dir", "n0", $"b{first.Id}"), "SET_PERMS by domain 0");
            await c.ExpectTextAsync("secret", first.Session.ReadAsync(area + "/listed"), "READ by the first domain");
        });
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.ReadAsync(area + "/listed"), "READ by the second domain");
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.WriteAsync(area + "/listed", "x"), "WRITE by the second domain");
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.SetPermsAsync(area + "/listed", $"b{again.Id}"), "SET_PERMS by the second domain");
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.MkdirAsync(area + "/dir/new"), "MKDIR by the second domain");
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.DirectoryAsync(area + "/dir"), "DIRECTORY by the second domain");
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

    /// <summary>It gets no event for a watch of the old one, and may set the same watch.</summary>
    [Case("XS-061", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task NewDomainHasNoWatchOfTheOldOne(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var again = await LiveTwiceAsync(c, async first =>
        {
            await c.ExpectOkAsync(first.Session.WatchAsync("node", "old"), "WATCH by the first domain");
            await c.ExpectOkAsync(first.Session.WatchAsync("/local", "old"), "WATCH by the first domain");
        });
        await c.ExpectOkAsync(tools.WriteAsync($"{again.Home}/node", "v"), "WRITE by domain 0 below the new home");
        c.ExpectEvents(await again.Session.SettledEventsAsync(), "for a domain that has set no watch");
        await c.ExpectErrorAsync(XsError.ENOENT, again.Session.UnwatchAsync("node", "old"), "UNWATCH of the old one's watch");
        await c.ExpectOkAsync(again.Session.WatchAsync("node", "old"), "WATCH with the path and token of the old one");
    }

    /// <summary>It can neither use nor end a transaction of the old one, and what that held is not committed.</summary>
    [Case("XS-061", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task NewDomainHasNoTransactionOfTheOldOne(StoreContext c)
    {
        uint old = 0;
        var again = await LiveTwiceAsync(c, async first =>
        {
            old = await c.StartTransactionAsync(first.Session);
            await c.ExpectOkAsync(first.Session.WriteAsync("pending", "v", old), "WRITE in a transaction by the first domain");
        });
        var read = await again.Session.ReadAsync("pending", old);
        c.Expect(read.IsError, "an error for READ in a transaction of the old domain", read.Summary);
        var commit = await again.Session.CommitAsync(old);
        c.Expect(commit.IsError, "an error for the commit of a transaction of the old domain", commit.Summary);
        await c.ExpectErrorAsync(XsError.ENOENT, again.Session.ReadAsync("pending"), "READ of what the old domain did not commit");
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
        var witness = await DeathWitness.OpenAsync(c);
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
            await DeathWitness.DestroyAsync(c, witness, guest);
        }

        await c.ExpectTextAsync(before.Text, tools.DirectoryAsync("/local/domain"), "DIRECTORY after");
    }

    private static async Task<StoreGuest> LiveTwiceAsync(StoreContext c, Func<StoreGuest, Task> firstLife)
    {
        var witness = await DeathWitness.OpenAsync(c);
        var first = await c.CreateGuestAsync();
        await firstLife(first);
        await DeathWitness.DestroyAsync(c, witness, first);
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
