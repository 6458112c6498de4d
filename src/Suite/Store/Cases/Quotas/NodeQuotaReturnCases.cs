using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>A guest's node count is the true number of its nodes, however they came and went.</summary>
public static class NodeQuotaReturnCases
{
    /// <summary>After the guest removed its nodes it can create exactly as many again.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task RemovalByTheGuestReturnsTheQuota(StoreContext c) =>
        RefillAsync(c, async (guest, fill) =>
            await c.ExpectOkAsync(guest.Session.RmAsync(fill), "RM of everything that was created"));

    /// <summary>The same when a privileged connection removed them.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-068")]
    public static Task RemovalByAPrivilegedConnectionReturnsTheQuota(StoreContext c) =>
        RefillAsync(c, async (_, fill) =>
            await c.ExpectOkAsync((await c.ToolStackAsync()).RmAsync(fill), "RM of the guest's nodes by a privileged connection"));

    /// <summary>The same when a transaction removed them.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task RemovalInATransactionReturnsTheQuota(StoreContext c) =>
        RefillAsync(c, async (guest, fill) =>
        {
            var tools = await c.ToolStackAsync();
            uint t = await c.StartTransactionAsync(tools);
            await c.ExpectOkAsync(tools.RmAsync(fill, t), "RM in a transaction");
            await c.ExpectOkAsync(tools.CommitAsync(t), "TRANSACTION_END T");
        });

    /// <summary>A removal in a transaction that is aborted returns nothing.</summary>
    [Case("XS-127", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task AbortedRemovalReturnsNothing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        for (int i = 0; i < 5; i++)
        {
            uint t = await c.StartTransactionAsync(guest.Session);
            await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/1", t), "RM in a transaction");
            await c.ExpectOkAsync(guest.Session.AbortAsync(t), "TRANSACTION_END F");
        }

        await ExpectFreeAsync(c, guest, 0, "after aborted removals");
    }

    /// <summary>Each single removal returns exactly one place.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task EachRemovedNodeReturnsOnePlace(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        for (int i = 0; i < 7; i++)
        {
            await c.ExpectOkAsync(guest.Session.RmAsync($"{guest.Home}/fill/2/{i}"), "RM of one node");
        }

        await ExpectFreeAsync(c, guest, 7, "after seven removals");
    }

    /// <summary>Creations in transactions that are aborted charge nothing.</summary>
    [Case("XS-127", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-068")]
    public static Task AbortedCreationsChargeNothing(StoreContext c) =>
        UnchargedAsync(c, "after aborted creations", async guest =>
        {
            for (int i = 0; i < 20; i++)
            {
                uint t = await c.StartTransactionAsync(guest.Session);
                await CreateInAsync(c, guest, t, 60);
                await c.ExpectOkAsync(guest.Session.AbortAsync(t), "TRANSACTION_END F");
            }
        });

    /// <summary>Creations in transactions that conflict charge nothing.</summary>
    [Case("XS-127", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task ConflictingCreationsChargeNothing(StoreContext c) =>
        UnchargedAsync(c, "after creations in transactions that conflicted", async guest =>
        {
            var tools = await c.ToolStackAsync();
            string read = guest.Home + "/read";
            await c.ExpectOkAsync(guest.Session.WriteAsync(read, "old"), "WRITE");
            for (int i = 0; i < 20; i++)
            {
                uint t = await c.StartTransactionAsync(guest.Session);
                await c.ExpectOkAsync(guest.Session.ReadAsync(read, t), "READ in a transaction");
                await CreateInAsync(c, guest, t, 60);
                await c.ExpectOkAsync(tools.WriteAsync(read, $"{i}"), "another's WRITE");
                var end = await guest.Session.CommitAsync(t);
                c.Expect("XS-116", end.IsError, "EAGAIN when a node that was read has changed", end.Summary);
            }

            await c.ExpectOkAsync(guest.Session.RmAsync(read), "RM");
        });

    /// <summary>Nodes created and deleted in one transaction charge nothing.</summary>
    [Case("XS-127", "XS-120", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "XSA-421")]
    public static Task NodesCreatedAndDeletedInOneTransactionChargeNothing(StoreContext c) =>
        UnchargedAsync(c, "after nodes created and deleted in one transaction", async guest =>
        {
            for (int i = 0; i < 20; i++)
            {
                uint t = await c.StartTransactionAsync(guest.Session);
                await CreateInAsync(c, guest, t, 60);
                await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/passing", t), "RM in the same transaction");
                await c.ExpectOkAsync(guest.Session.CommitAsync(t), "TRANSACTION_END T", "XS-120");
            }
        });

    /// <summary>MKDIR of what exists, WRITE of what exists and RM of what does not charge and return nothing.</summary>
    [Case("XS-127", "XS-050", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-074")]
    public static Task RequestsThatCreateNothingChargeNothing(StoreContext c) =>
        UnchargedAsync(c, "after requests that created nothing", async guest =>
        {
            string path = guest.Home + "/again";
            await c.ExpectOkAsync(guest.Session.MkdirAsync(path), "MKDIR");
            for (int i = 0; i < 400; i++)
            {
                await c.ExpectOkAsync(guest.Session.MkdirAsync(path), "MKDIR of an existing node");
                await c.ExpectOkAsync(guest.Session.WriteAsync(path, "x"), "WRITE of an existing node");
                await c.ExpectOkAsync(guest.Session.RmAsync(path + "/missing"), "RM of a missing node");
            }

            await c.ExpectOkAsync(guest.Session.RmAsync(path), "RM");
        });

    /// <summary>Creations refused for want of permission, for size or for their path charge nothing.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-068")]
    public static Task RefusedCreationsChargeNothing(StoreContext c) =>
        UnchargedAsync(c, "after refused creations", async guest =>
        {
            for (int i = 0; i < 100; i++)
            {
                await ExpectRefusedAsync(c, guest.Session.MkdirAsync($"/denied{i}"), "MKDIR below the root by a guest");
                await ExpectRefusedAsync(c, guest.Session.MkdirAsync($"{guest.Home}//denied{i}"), "MKDIR of a malformed path");
                await ExpectRefusedAsync(c, guest.Session.WriteAsync($"{guest.Home}/large{i}/node", new byte[3000]), "WRITE of 3000 bytes by a guest");
            }
        });

    /// <summary>At the limit refused creations neither charge nor return anything, in transactions or outside.</summary>
    [Case("XS-127", "XS-121", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "XSA-421")]
    public static async Task CreationsRefusedAtTheLimitDoNotDrift(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        for (int i = 0; i < 30; i++)
        {
            await ExpectRefusedAsync(c, guest.Session.MkdirAsync($"{guest.Home}/a{i}/b/c"), "MKDIR at the limit");
            uint t = await c.StartTransactionAsync(guest.Session);
            await guest.Session.MkdirAsync($"{guest.Home}/t{i}/b/c", t);

            // That this commit must fail is asked elsewhere; here only the count matters.
            await guest.Session.CommitAsync(t);
        }

        await ExpectFreeAsync(c, guest, 0, "after refused creations");
        await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/0/0"), "RM of one node");
        await ExpectFreeAsync(c, guest, 1, "after one removal");
    }

    private static async Task RefillAsync(StoreContext c, Func<StoreGuest, string, Task> free)
    {
        var guest = await c.CreateGuestAsync();
        string fill = guest.Home + "/fill";
        int first = await NodeFill.CountAsync(c, guest.Session, fill);
        await free(guest, fill);
        int second = await NodeFill.CountAsync(c, guest.Session, fill);
        c.Expect(second == first, $"{first} nodes again after all were removed", $"{second}");
    }

    private static async Task UnchargedAsync(StoreContext c, string situation, Func<StoreGuest, Task> act)
    {
        var fresh = await c.CreateGuestAsync();
        int free = await NodeFill.CountAsync(c, fresh.Session, fresh.Home + "/fill");
        var guest = await c.CreateGuestAsync();
        await act(guest);

        // What was wrongly left behind is another matter; it is counted as long as it is there.
        int more = (await StoreTree.ReadAsync(c, await c.ToolStackAsync(), guest.Home)).Lines.Count - 1;
        int left = await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        c.Expect(left == free - more, $"{free - more} nodes to be left {situation}, {free} for a fresh guest and {more} there now", $"{left}");
    }

    private static async Task ExpectFreeAsync(StoreContext c, StoreGuest guest, int places, string situation)
    {
        var (created, refusal) = await NodeFill.CreateAsync(guest.Session, guest.Home + "/more", places + 5);
        c.Expect(created == places && refusal is not null, $"{places} nodes to be left {situation}", $"{created}");
    }

    private static async Task ExpectRefusedAsync(StoreContext c, Task<StoreMessage> request, string what)
    {
        var reply = await request;
        c.Expect(reply.IsError, $"a refusal of {what}", reply.Summary);
    }

    private static async Task CreateInAsync(StoreContext c, StoreGuest guest, uint transaction, int nodes)
    {
        foreach (string path in NodeFill.Paths(guest.Home + "/passing").Take(nodes))
        {
            await c.ExpectOkAsync(guest.Session.MkdirAsync(path, transaction), "MKDIR in a transaction");
        }
    }
}
