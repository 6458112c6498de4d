using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Trees;

/// <summary>The deepest chain of nodes that paths allow: one letter a node. No walk over it may bring the store down.</summary>
public static class DeepChainCases
{
    // Below the 1000 nodes of XS-123, with room for what a guest owns besides.
    private const int NodesOfAGuest = 900;

    /// <summary>It can be made by one request, read at its end, and removed at its top.</summary>
    [Case("XS-129", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-418, Z-055")]
    public static async Task DeepestChainIsMadeAndRemoved(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string leaf = await MakeAsync(c, session, area);
        await c.ExpectTextAsync("", session.ReadAsync(leaf), "READ of the deepest node");
        await c.ExpectOkAsync(session.WriteAsync(leaf, "end"), "WRITE of the deepest node");
        await c.ExpectTextAsync("end", session.ReadAsync(leaf), "READ of the deepest node");
        await c.ExpectTextAsync("a\0", session.DirectoryAsync(leaf[..^2]), "DIRECTORY of its parent");
        await c.ExpectOkAsync(session.RmAsync(area), "RM of the top of the deepest chain");
        await ExpectGoneAsync(c, session, area, leaf);
    }

    /// <summary>It can be made in one transaction and removed in another.</summary>
    [Case("XS-129", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-418, Z-055")]
    public static async Task DeepestChainIsMadeAndRemovedInTransactions(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint making = await c.StartTransactionAsync(session);
        string leaf = await MakeAsync(c, session, area, making);
        await c.ExpectOkAsync(session.CommitAsync(making), "TRANSACTION_END T of the deepest chain");
        await c.ExpectTextAsync("", session.ReadAsync(leaf), "READ of the deepest node after the commit");
        uint removing = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area, removing), "RM of the top in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(removing), "TRANSACTION_END T of its removal");
        await ExpectGoneAsync(c, session, area, leaf);
    }

    /// <summary>An abort forgets it.</summary>
    [Case("XS-129", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task DeepestChainIsForgottenByAbort(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        string leaf = await MakeAsync(c, session, area, transaction);
        await c.ExpectOkAsync(session.AbortAsync(transaction), "TRANSACTION_END F of the deepest chain");
        await ExpectGoneAsync(c, session, area, leaf);
    }

    /// <summary>Removing the top fires the watch at the end.</summary>
    [Case("XS-129", "XS-075", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task RemovalOfTheTopReachesTheDeepestWatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string leaf = await MakeAsync(c, session, area);
        await c.ExpectOkAsync(session.WatchAsync(leaf, "deep"), "WATCH of the deepest node");
        await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.RmAsync(area), "RM of the top");
        c.Expect("XS-075", (await session.SettledEventsAsync()).Contains(new StoreEvent(leaf, "deep")), "an event for the watch of the deepest node", "none");
    }

    /// <summary>It goes with the domain that owns it.</summary>
    [Case("XS-129", "XS-060", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-418, Z-055")]
    public static async Task DeepestChainGoesWithItsOwner(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string top = $"{guest.Home}/deep";
        string leaf = await MakeAsync(c, guest.Session, top);
        await (await DeathWatch.StartAsync(c)).DestroyAsync(guest);
        await ExpectGoneAsync(c, await c.ToolStackAsync(), top, leaf);
    }

    /// <summary>The death of a domain, which looks at every node, passes over the deepest chain of another.</summary>
    [Case("XS-129", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-418, Z-055")]
    public static async Task DeathPassesOverTheDeepestChainOfAnother(StoreContext c)
    {
        var session = await c.ConnectAsync();
        var guest = await c.CreateGuestAsync();
        string leaf = await MakeAsync(c, session, "/deep");
        await c.ExpectOkAsync(session.SetPermsAsync(leaf, "n0", $"b{guest.Id}"), "SET_PERMS of the deepest node");
        await (await DeathWatch.StartAsync(c)).DestroyAsync(guest);
        await c.ExpectTextAsync("", session.ReadAsync(leaf), "READ of the deepest node after another's death");
        await c.ExpectServingAsync("XS-129", "a death with the deepest chain in the tree");
    }

    /// <summary>The daemon's own check of its tree, where it has one, gets through.</summary>
    [Case("XS-129", Needs = Needs.OwnDaemon, Guards = "XSA-418")]
    public static async Task CheckOfTheDeepestChainGetsThrough(StoreContext c)
    {
        var session = await c.ConnectAsync();
        string leaf = await MakeAsync(c, session, "/deep");
        await session.RequestAsync(XsMessageType.Control, StorePayload.Strings("check"));
        await c.ExpectTextAsync("", session.ReadAsync(leaf), "READ of the deepest node after the check");
        await c.ExpectServingAsync("XS-129", "CONTROL check with the deepest chain");
    }

    /// <summary>Makes the longest chain that the daemon allows below <paramref name="top"/> and returns its last node.</summary>
    private static async Task<string> MakeAsync(StoreContext c, StoreSession session, string top, uint transaction = 0)
    {
        // A transaction may touch 1024 nodes (XS-123). An operator may have set a lower limit of paths than the public header's.
        int[] limits = c.Carrier == Carriers.Ring ? [top.Length + (2 * NodesOfAGuest), 1024]
            : transaction != 0 ? [XsLimits.RelativePathMax - 64, 1024]
            : [XsLimits.AbsolutePathMax, XsLimits.RelativePathMax, 1024];
        StoreMessage? reply = null;
        foreach (int limit in limits)
        {
            var path = new StringBuilder(top);
            while (path.Length + 2 <= limit)
            {
                path.Append("/a");
            }

            reply = await session.MkdirAsync(path.ToString(), transaction);
            if (!reply.IsError)
            {
                return path.ToString();
            }
        }

        throw c.Failure("MKDIR of a chain of 1024 bytes to succeed", reply!.Summary);
    }

    private static async Task ExpectGoneAsync(StoreContext c, StoreSession session, string top, string leaf)
    {
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(top), "READ of the top of a chain that is gone");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(leaf), "READ of the end of a chain that is gone");
        await c.ExpectServingAsync("XS-129", "the end of the deepest chain");
    }
}
