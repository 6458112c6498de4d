using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>Requests that have nothing to tell say "OK" with its NUL, and nothing more.</summary>
public static class AcknowledgementCases
{
    private const string Ok = "OK\0";

    /// <summary>WRITE, MKDIR, SET_PERMS and RM, and once more where that changes nothing.</summary>
    [Case("XS-019", Over = Carriers.Both)]
    public static async Task NodeChangesAreAcknowledgedWithOk(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectTextAsync(Ok, session.WriteAsync(area, ""), "WRITE");
        await c.ExpectTextAsync(Ok, session.MkdirAsync(area + "/d"), "MKDIR");
        await c.ExpectTextAsync(Ok, session.MkdirAsync(area + "/d"), "MKDIR of a node that is there");
        var perms = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        await c.ExpectTextAsync(Ok, session.SetPermsAsync(area, [.. perms.Strings]), "SET_PERMS");
        await c.ExpectTextAsync(Ok, session.RmAsync(area + "/d"), "RM");
        await c.ExpectTextAsync(Ok, session.RmAsync(area + "/d"), "RM of a node that is not there");
    }

    /// <summary>WATCH, UNWATCH and RESET_WATCHES.</summary>
    [Case("XS-019", Over = Carriers.Both)]
    public static async Task WatchChangesAreAcknowledgedWithOk(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectTextAsync(Ok, session.WatchAsync(area, "t"), "WATCH");
        await c.ExpectTextAsync(Ok, session.UnwatchAsync(area, "t"), "UNWATCH");
        await c.ExpectTextAsync(Ok, session.ResetWatchesAsync(), "RESET_WATCHES");
    }

    /// <summary>TRANSACTION_END, and changes inside the transaction.</summary>
    [Case("XS-019", Over = Carriers.Both)]
    public static async Task TransactionsAreAcknowledgedWithOk(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectTextAsync(Ok, session.WriteAsync(area, "v", transaction), "WRITE in a transaction");
        await c.ExpectTextAsync(Ok, session.CommitAsync(transaction), "TRANSACTION_END T");
        await c.ExpectTextAsync(Ok, session.AbortAsync(await c.StartTransactionAsync(session)), "TRANSACTION_END F");
    }

    /// <summary>INTRODUCE, RESUME, SET_TARGET and RELEASE.</summary>
    [Case("XS-019", Needs = Needs.Guests)]
    public static async Task DomainChangesAreAcknowledgedWithOk(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var domain = await c.CreateDomainAsync();
        var target = await c.CreateGuestAsync();
        await c.ExpectTextAsync(Ok, session.IntroduceAsync(domain.Id, domain.Frame, domain.Port), "INTRODUCE");
        await c.ExpectTextAsync(Ok, session.AboutDomainAsync(XsMessageType.Resume, domain.Id), "RESUME");
        await c.ExpectTextAsync(Ok, session.SetTargetAsync(domain.Id, target.Id), "SET_TARGET");
        await c.ExpectTextAsync(Ok, session.AboutDomainAsync(XsMessageType.Release, domain.Id), "RELEASE");
    }
}
