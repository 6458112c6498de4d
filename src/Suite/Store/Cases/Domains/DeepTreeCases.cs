using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Trees as deep as paths can name (XSA-418).</summary>
public static class DeepTreeCases
{
    /// <summary>The deepest possible node is created, read, watched and removed, and the store lives on.</summary>
    [Case("XS-129", "XS-051", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "Z-055")]
    public static async Task DeepestTreeComesAndGoes(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string deepest = await CreateDeepestAsync(c, session, area, 0);
        await c.ExpectOkAsync(session.WatchAsync(deepest, "deep"), "WATCH of the deepest node");
        await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.RmAsync(area), "RM of the deepest tree");
        var events = await session.SettledEventsAsync();
        c.Expect("XS-075", events.Contains(new StoreEvent(deepest, "deep")), "an event for the watched deepest node", $"{events.Count} events");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(deepest), "READ of the deepest node after RM");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area), "READ of the top after RM");
    }

    /// <summary>The same within transactions, one aborted and one committed.</summary>
    [Case("XS-129", "XS-115", Over = Carriers.Socket, Needs = Needs.OwnDaemon, Guards = "Z-055")]
    public static async Task DeepestTreeInATransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint aborted = await c.StartTransactionAsync(session);
        string deepest = await CreateDeepestAsync(c, session, area, aborted);
        await c.ExpectOkAsync(session.AbortAsync(aborted), "TRANSACTION_END F");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area), "READ after the abort");
        uint committed = await c.StartTransactionAsync(session);
        await CreateDeepestAsync(c, session, area, committed);
        await c.ExpectOkAsync(session.CommitAsync(committed), "TRANSACTION_END T");
        await c.ExpectTextAsync("deep", session.ReadAsync(deepest), "READ after the commit");
        uint removing = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area, removing), "RM in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(removing), "TRANSACTION_END T of the removal");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(deepest), "READ after the removal");
    }

    /// <summary>A domain that owns a deep tree dies, and the tree goes with it.</summary>
    [Case("XS-129", "XS-060", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-055")]
    public static async Task DeepTreeDiesWithItsOwner(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string deepest = await CreateDeepestAsync(c, guest.Session, guest.Home + "/d", 0);
        await DomainLives.DestroyAsync(c, guest);
        var tools = await c.ToolStackAsync();
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(deepest), "READ of a dead domain's deepest node");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(guest.Home), "READ of a dead domain's home");
    }

    // A store may have a lower limit on paths or a quota on nodes; then the deepest tree it takes is asked about.
    private static async Task<string> CreateDeepestAsync(StoreContext c, StoreSession session, string top, uint transaction)
    {
        StoreMessage? refusal = null;
        foreach (int length in new[] { XsLimits.AbsolutePathMax, XsLimits.RelativePathMax, 1800, 1000 })
        {
            var path = new StringBuilder(top);
            while (path.Length + 2 <= length)
            {
                path.Append("/n");
            }

            refusal = await session.WriteAsync(path.ToString(), "deep", transaction);
            if (!refusal.IsError)
            {
                await c.ExpectTextAsync("deep", session.ReadAsync(path.ToString(), transaction), "READ of the deepest node");
                return path.ToString();
            }
        }

        throw c.Failure(new("XS", 42), "a path of 1000 bytes to be accepted", refusal?.Summary ?? "");
    }
}
