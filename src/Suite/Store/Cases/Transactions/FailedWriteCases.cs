using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Quotas;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>A write that failed inside a transaction fails the commit as a whole (XSA-415, XSA-421).</summary>
public static class FailedWriteCases
{
    /// <summary>A write refused for want of node quota, between writes that succeeded.</summary>
    [Case("XS-121", "XS-114", "XS-045", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-052")]
    public static async Task CommitAfterAWriteBeyondTheNodeQuotaFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/0/0"), "RM");

        // One place is left, so that the first of these new nodes fits and the chain does not. A store may notice at once or at the commit.
        await ExpectPoisonedAsync(c, guest, t => guest.Session.WriteAsync(guest.Home + "/a/b/c", "x", t));
    }

    /// <summary>A write refused before anything was created, because no place is left at all.</summary>
    [Case("XS-121", "XS-123", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-052")]
    public static async Task CommitAfterACreationAtTheLimitFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await ExpectPoisonedAsync(c, guest, t => guest.Session.MkdirAsync(guest.Home + "/a", t));
    }

    /// <summary>A write refused for the size of the node.</summary>
    [Case("XS-121", "XS-114", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task CommitAfterAWriteOfTooLargeANodeFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await ExpectPoisonedAsync(c, guest, async t =>
        {
            var reply = await guest.Session.WriteAsync(guest.Home + "/large", new byte[3000], t);
            c.Expect("XS-062", reply.IsError, "a refusal of 3000 bytes for a guest", reply.Summary);
        });
    }

    /// <summary>A write refused for want of permission.</summary>
    [Case("XS-121", "XS-114", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task CommitAfterAForbiddenWriteFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        await c.ExpectOkAsync(other.Session.WriteAsync(other.Home + "/closed", "old"), "WRITE by another guest");
        await ExpectPoisonedAsync(c, guest, async t =>
        {
            var reply = await guest.Session.WriteAsync(other.Home + "/closed", "stolen", t);
            c.Expect("XS-055", reply.IsError, "a refusal of a WRITE to another guest's node", reply.Summary);
        });
        await c.ExpectTextAsync("old", other.Session.ReadAsync(other.Home + "/closed"), "READ of the forbidden node");
    }

    /// <summary>A creation refused for want of permission, below another's node.</summary>
    [Case("XS-121", "XS-114", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task CommitAfterAForbiddenCreationFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        await ExpectPoisonedAsync(c, guest, async t =>
        {
            var reply = await guest.Session.MkdirAsync(other.Home + "/planted/deep", t);
            c.Expect("XS-055", reply.IsError, "a refusal of a MKDIR in another guest's home", reply.Summary);
        });
        await c.ExpectTextAsync("", other.Session.DirectoryAsync(other.Home), "DIRECTORY of the other's home");
    }

    /// <summary>A change of permissions that the store refuses.</summary>
    [Case("XS-121", "XS-114", "XS-057", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task CommitAfterARefusedSetPermsFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync(guest.Home + "/mine", "old"), "WRITE");
        await ExpectPoisonedAsync(c, guest, async t =>
        {
            var reply = await guest.Session.SetPermsAsync(t, guest.Home + "/mine", "n0");
            c.Expect("XS-057", reply.IsError, "a refusal to give a node away", reply.Summary);
        });
    }

    /// <summary>A write refused because the transaction touched too many nodes.</summary>
    [Case("XS-121", "XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task CommitAfterAWriteOfTooManyNodesFails(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await ExpectPoisonedAsync(c, guest, async t =>
        {
            for (int i = 0; i <= 1024; i++)
            {
                await guest.Session.ReadAsync($"{guest.Home}/missing{i}", t);
            }

            var reply = await guest.Session.WriteAsync(guest.Home + "/one-more", "x", t);
            c.Expect("XS-123", reply.IsError, "a refusal of a node beyond the 1024 that a transaction may touch", reply.Summary);
        });
    }

    /// <summary>The failed transaction is over: the next one commits.</summary>
    [Case("XS-121", "XS-112", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NextTransactionAfterAFailedOneCommits(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        for (int i = 0; i < 15; i++)
        {
            uint failed = await c.StartTransactionAsync(guest.Session);
            await guest.Session.WriteAsync(guest.Home + "/large", new byte[3000], failed);
            var end = await guest.Session.CommitAsync(failed);
            c.Expect(end.IsError, "a failing commit after a refused write", end.Summary);
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.AbortAsync(failed), "TRANSACTION_END F after a failed commit", "XS-112");
            uint next = await c.StartTransactionAsync(guest.Session);
            await c.ExpectOkAsync(guest.Session.WriteAsync(guest.Home + "/small", $"{i}", next), "WRITE in a transaction");
            await c.ExpectOkAsync(guest.Session.CommitAsync(next), "TRANSACTION_END T of the next transaction");
        }
    }

    private static async Task ExpectPoisonedAsync(StoreContext c, StoreGuest guest, Func<uint, Task> failInside)
    {
        var tools = await c.ToolStackAsync();
        string home = guest.Home;
        await c.ExpectOkAsync(tools.WatchAsync(guest.Home, "poison"), "WATCH");
        await tools.SettledEventsAsync();
        var before = await StoreTree.ReadAsync(c, tools, guest.Home);
        uint t = await c.StartTransactionAsync(guest.Session);
        await c.ExpectOkAsync(guest.Session.WriteAsync(home, "before the failure", t), "WRITE in a transaction");
        await failInside(t);
        await guest.Session.WriteAsync(home, "after the failure", t);
        var end = await guest.Session.CommitAsync(t);
        c.Expect(end.IsError, "a failing commit after a refused write", end.Summary);
        string difference = before.Difference(await StoreTree.ReadAsync(c, tools, guest.Home));
        c.Expect(difference.Length == 0, "a failed commit to change nothing", difference);
        var events = await tools.SettledEventsAsync();
        c.Expect("XS-119", events.Count == 0, "no event after a failed commit", string.Join(", ", events));
    }
}
