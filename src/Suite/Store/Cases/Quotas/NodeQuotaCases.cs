using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>How many nodes a guest may own, and how large they may be.</summary>
public static class NodeQuotaCases
{
    /// <summary>A guest may own 1000 nodes, its home among them, and no more.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task GuestMayOwnAThousandNodes(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        int created = await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        c.Expect(created == NodeFill.Limit - 1, $"{NodeFill.Limit - 1} nodes beside the home", $"{created}");
    }

    /// <summary>The node beyond the limit is refused with ENOSPC.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NodeBeyondTheLimitIsENOSPC(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await c.ExpectErrorAsync(XsError.ENOSPC, guest.Session.MkdirAsync(guest.Home + "/more"), "MKDIR beyond the limit");
        await c.ExpectErrorAsync(XsError.ENOSPC, guest.Session.WriteAsync(guest.Home + "/more", "x"), "WRITE beyond the limit");
    }

    /// <summary>A refused creation leaves nothing behind: no node, none of its missing ancestors, no entry in a parent.</summary>
    [Case("XS-123", "XS-045", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-068")]
    public static async Task RefusedCreationLeavesNothing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");

        // Two free places do not suffice for three new nodes: the failure comes half-way.
        await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/0/0"), "RM");
        await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/0/1"), "RM");
        var before = await StoreTree.ReadAsync(c, tools, guest.Home);
        Func<Task<StoreMessage>>[] creations =
        [
            () => guest.Session.WriteAsync(guest.Home + "/a/b/c", "x"),
            () => guest.Session.MkdirAsync(guest.Home + "/a/b/c"),
        ];
        foreach (var create in creations)
        {
            var reply = await create();
            c.Expect(reply.IsError, "a refusal of three new nodes where two are left", reply.Summary);
            string difference = before.Difference(await StoreTree.ReadAsync(c, tools, guest.Home));
            c.Expect(difference.Length == 0, "a refused creation to leave nothing", difference);
        }

        await c.ExpectOkAsync(guest.Session.MkdirAsync(guest.Home + "/a/b"), "MKDIR of the two nodes that are left");
    }

    /// <summary>At its limit a guest can still read, write what it has, and remove.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task FullGuestCanStillWorkOnWhatItHas(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await c.ExpectOkAsync(guest.Session.WriteAsync(guest.Home + "/fill/0", "new"), "WRITE of an existing node at the limit");
        await c.ExpectTextAsync("new", guest.Session.ReadAsync(guest.Home + "/fill/0"), "READ of it");
        await c.ExpectOkAsync(guest.Session.MkdirAsync(guest.Home + "/fill/1"), "MKDIR of an existing node at the limit", "XS-050");
        await c.ExpectOkAsync(guest.Session.SetPermsAsync(guest.Home + "/fill/0", $"r{guest.Id}"), "SET_PERMS at the limit");
        await c.ExpectOkAsync(guest.Session.RmAsync(guest.Home + "/fill/0"), "RM at the limit");
    }

    /// <summary>One guest's limit is not another's.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task FullGuestDoesNotHinderAnother(StoreContext c)
    {
        var full = await c.CreateGuestAsync();
        var other = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, full.Session, full.Home + "/fill");
        var (created, refusal) = await NodeFill.CreateAsync(other.Session, other.Home + "/fill", 200);
        c.Expect(refusal is null, "200 nodes of another guest", $"{refusal?.Summary} after {created}");
    }

    /// <summary>A node larger than 2048 bytes is refused for a guest, and the node stays as it was.</summary>
    [Case("XS-062", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TooLargeANodeIsRefusedAndNothingChanges(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string path = guest.Home + "/large";

        // What counts beside the value is not said; the room left here suffices for a header and one permission entry.
        await c.ExpectOkAsync(guest.Session.WriteAsync(path, new byte[1900]), "WRITE of 1900 bytes");
        await c.ExpectOkAsync(guest.Session.WriteAsync(path, "old"), "WRITE");
        foreach (int size in new[] { 2049, 3000, XsLimits.PayloadMax - path.Length - 1 })
        {
            var reply = await guest.Session.WriteAsync(path, new byte[size]);
            c.Expect(reply.IsError, $"a refusal of {size} bytes", reply.Summary);
            await c.ExpectTextAsync("old", guest.Session.ReadAsync(path), "READ after the refusal");
            reply = await guest.Session.WriteAsync(guest.Home + "/added", new byte[size]);
            c.Expect(reply.IsError, $"a refusal of {size} bytes", reply.Summary);
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync(guest.Home + "/added"), "READ of a node whose creation was refused");
        }
    }

    /// <summary>A guest may give a node five permission entries, not six; refused entries change nothing.</summary>
    [Case("XS-062", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task SixthPermissionEntryIsRefusedAndNothingChanges(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string path = guest.Home + "/shared";
        var others = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            others.Add($"r{(await c.CreateGuestAsync()).Id}");
        }

        await c.ExpectOkAsync(guest.Session.WriteAsync(path, "x"), "WRITE");
        string[] five = [$"n{guest.Id}", .. others.Take(4)];
        await c.ExpectOkAsync(guest.Session.SetPermsAsync(path, five), "SET_PERMS with five entries");
        var reply = await guest.Session.SetPermsAsync(path, [$"n{guest.Id}", .. others]);
        c.Expect(reply.IsError, "a refusal of six entries", reply.Summary);
        var stored = await c.ExpectOkAsync(guest.Session.GetPermsAsync(path), "GET_PERMS");
        c.Expect(stored.Strings.SequenceEqual(five), "the five entries as they were", stored.Summary);
    }
}
