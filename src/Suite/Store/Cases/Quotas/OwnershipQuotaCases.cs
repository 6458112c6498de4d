using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>A node counts for its owner: when the owner changes, or its domain goes, so do the counts.</summary>
public static class OwnershipQuotaCases
{
    private const int Moved = 30;

    /// <summary>Nodes that a privileged connection takes over are no longer counted for the guest.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NodesTakenFromAGuestReturnTheirPlaces(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await GiveAsync(c, guest.Home + "/fill/0", "b0");
        await ExpectFreeAsync(c, guest, Moved, $"after {Moved} of its nodes went to domain 0");
    }

    /// <summary>Nodes that a privileged connection gives to a guest are counted for it.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NodesGivenToAGuestTakePlaces(StoreContext c)
    {
        var (giver, fresh, taker) = (await c.CreateGuestAsync(), await c.CreateGuestAsync(), await c.CreateGuestAsync());
        int free = await NodeFill.CountAsync(c, fresh.Session, fresh.Home + "/fill");
        await NodeFill.CountAsync(c, giver.Session, giver.Home + "/fill");
        await GiveAsync(c, giver.Home + "/fill/0", $"n{taker.Id}");
        int left = await NodeFill.CountAsync(c, taker.Session, taker.Home + "/fill");
        c.Expect(left == free - Moved, $"{free - Moved} nodes to be left for a guest that was given {Moved}", $"{left}");
        await ExpectFreeAsync(c, giver, Moved, $"after {Moved} of its nodes went to another guest");
    }

    /// <summary>Nodes that were given away and given back are counted once.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NodesGivenAwayAndBackAreCountedOnce(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        for (int i = 0; i < 3; i++)
        {
            await GiveAsync(c, guest.Home + "/fill/0", "b0");
            await GiveAsync(c, guest.Home + "/fill/0", $"n{guest.Id}");
        }

        await ExpectFreeAsync(c, guest, 0, "after nodes went to domain 0 and came back");
    }

    /// <summary>An ownership change in a transaction that is aborted moves no count.</summary>
    [Case("XS-127", "XS-115", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task AbortedOwnershipChangeMovesNoCount(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        var tools = await c.ToolStackAsync();
        uint t = await c.StartTransactionAsync(tools);
        for (int i = 0; i < Moved; i++)
        {
            await c.ExpectOkAsync(tools.SetPermsAsync(t, $"{guest.Home}/fill/0/{i}", "b0"), "SET_PERMS in a transaction");
        }

        await c.ExpectOkAsync(tools.AbortAsync(t), "TRANSACTION_END F");
        await ExpectFreeAsync(c, guest, 0, "after an aborted change of owner");
    }

    /// <summary>The next domain with the number of a dead one has a fresh count.</summary>
    [Case("XS-061", "XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task NextDomainWithThatNumberHasAFreshCount(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        int first = await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await DomainLives.DestroyAsync(c, guest);
        var next = await c.CreateGuestAsync(guest.Id);
        int second = await NodeFill.CountAsync(c, next.Session, next.Home + "/fill");
        c.Expect(second == first, $"{first} nodes for the next domain with number {guest.Id}", $"{second}");
    }

    /// <summary>A guest that is released and introduced again does not thereby own more than its limit.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task ReleaseAndIntroductionDoNotRaiseTheLimit(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await DomainLives.ReleaseAsync(c, guest.Id);
        var again = await DomainLives.IntroduceAgainAsync(c, guest.Domain);
        await NodeFill.CreateAsync(again.Session, guest.Home + "/more", NodeFill.Limit);
        await ExpectOwnedWithinLimitAsync(c, guest.Home, "after a release and a second introduction");
    }

    /// <summary>A guest that suspends and resumes does not thereby own more than its limit.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-056")]
    public static async Task SuspendAndResumeDoNotRaiseTheLimit(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await NodeFill.CountAsync(c, guest.Session, guest.Home + "/fill");
        await DomainLives.ShutdownAsync(c, guest, ShutdownReason.Suspend);
        await guest.Domain.ResumeAsync();
        await c.ExpectOkAsync(tools.AboutDomainAsync(Model.Protocol.XenStore.XsMessageType.Resume, guest.Id), "RESUME");
        await NodeFill.CreateAsync(guest.Session, guest.Home + "/more", NodeFill.Limit);
        await ExpectOwnedWithinLimitAsync(c, guest.Home, "after suspend and resume");
    }

    private static async Task GiveAsync(StoreContext c, string directory, string entry)
    {
        var tools = await c.ToolStackAsync();
        for (int i = 0; i < Moved; i++)
        {
            await c.ExpectOkAsync(tools.SetPermsAsync($"{directory}/{i}", entry), $"SET_PERMS {entry} by a privileged connection");
        }
    }

    private static async Task ExpectFreeAsync(StoreContext c, StoreGuest guest, int places, string situation)
    {
        var (created, refusal) = await NodeFill.CreateAsync(guest.Session, guest.Home + "/more", places + 5);
        c.Expect(created == places && refusal is not null, $"{places} nodes to be left {situation}", $"{created}");
    }

    private static async Task ExpectOwnedWithinLimitAsync(StoreContext c, string home, string situation)
    {
        var tree = await StoreTree.ReadAsync(c, await c.ToolStackAsync(), home);
        c.Expect(tree.Lines.Count <= NodeFill.Limit, $"at most {NodeFill.Limit} nodes {situation}", $"{tree.Lines.Count} nodes");
    }
}
