using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>Who gets free references: reservations, and those who wait.</summary>
public static class AllocatorCases
{
    private const int All = 512 - 8;

    /// <summary>On every path by which a reference comes back, who waits for it is called.</summary>
    [Case("GT-012", "GT-013", Guards = "Z-016")]
    public static Task EveryReturnCallsWhoWaits(PlatformContext c)
    {
        foreach (string path in (string[])["free", "end", "end of a list", "retry", "release of a reservation"])
        {
            var scene = new GuestScene(c);
            var reservation = new GrantReservation(scene.Table);
            c.Expect("GT-014", reservation.TryReserve(2), "a reservation of 2", "none");
            var (granted, page) = scene.Grant();
            var idle = scene.Table.Allocate();
            var (deferred, _) = scene.Grant();
            var map = scene.Map(deferred);
            c.Expect("GT-010", !scene.Table.End(deferred), "the end of a mapped grant put off", "ended");
            scene.TakeAll();
            int calls = 0;
            var waiter = new GrantWaiter(() => calls++);
            scene.Table.Await(waiter, 1);
            c.Expect("GT-013", calls == 0 && waiter.IsWaiting, "no call while no reference is free", "one");
            switch (path)
            {
                case "free":
                    scene.Table.Free(idle);
                    break;
                case "end":
                    scene.Table.End(granted, page);
                    break;
                case "end of a list":
                    scene.Table.End([granted]);
                    break;
                case "retry":
                    scene.Unmap(map);
                    scene.Table.RetryDeferred();
                    break;
                default:
                    reservation.Release();
                    break;
            }

            c.Expect("GT-012", calls == 1, $"one call after a reference came back by {path}", $"{calls}");
            scene.TakeAll().ForEach(scene.Table.Free);
            c.Expect("GT-013", calls == 1 && !waiter.IsWaiting, "no second call of a waiter that was called", $"{calls}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Nobody is called for less than he waits for; several are called in turn as references come back.</summary>
    [Case("GT-013", "GT-012")]
    public static Task WaiterIsCalledForItsFullCount(PlatformContext c)
    {
        var scene = new GuestScene(c);
        var taken = scene.TakeAll();
        int[] calls = new int[3];
        GrantWaiter[] waiters = [new(() => calls[0]++), new(() => calls[1]++), new(() => calls[2]++)];
        scene.Table.Await(waiters[0], 3);
        scene.Table.Await(waiters[1], 1);
        scene.Table.Await(waiters[2], All);
        for (int i = 1; i <= All; i++)
        {
            scene.Table.Free(taken[i - 1]);
            int[] expected = [i >= 3 ? 1 : 0, 1, i == All ? 1 : 0];
            c.Expect("GT-013", calls.AsSpan().SequenceEqual(expected), $"calls {string.Join(' ', expected)} with {i} free references for waiters for 3, 1 and {All}", string.Join(' ', calls));
        }

        int atOnce = 0;
        scene.Table.Await(new GrantWaiter(() => atOnce++), 5);
        c.Expect("GT-012", atOnce == 1, "a call at once when there is enough", $"{atOnce}");
        return Task.CompletedTask;
    }

    /// <summary>A waiter that was taken back is not called, and one that was called can wait again.</summary>
    [Case("GT-013", Guards = "Z-160")]
    public static Task CancelledWaiterIsNotCalled(PlatformContext c)
    {
        var scene = new GuestScene(c);
        var taken = scene.TakeAll();
        int cancelled = 0;
        int again = 0;
        var gone = new GrantWaiter(() => cancelled++);
        var waiter = new GrantWaiter(() => again++);
        scene.Table.Await(gone, 1);
        scene.Table.Await(waiter, 1);
        scene.Table.Cancel(gone);
        for (int i = 0; i < 4; i++)
        {
            scene.Table.Free(taken[i]);
            c.Expect("GT-013", cancelled == 0, "no call of a waiter that was taken back", $"{cancelled}");
            c.Expect("GT-013", again == 1 + i, $"call {1 + i} of one that waits anew each time", $"{again}");
            scene.Table.Await(waiter, 2 + i);
        }

        return Task.CompletedTask;
    }

    /// <summary>A reservation gets all it asks for or nothing, at the limit and one beyond it.</summary>
    [Case("GT-014")]
    public static Task ReservationIsAllOrNothing(PlatformContext c)
    {
        var scene = new GuestScene(c);
        var reservation = new GrantReservation(scene.Table);
        c.Expect("GT-014", !reservation.TryReserve(All + 1) && reservation.Count == 0 && scene.Table.FreeCount == All, "nothing of one more than there are", $"{reservation.Count} reserved, {scene.Table.FreeCount} free");
        c.Expect("GT-014", reservation.TryReserve(All) && reservation.Count == All && scene.Table.FreeCount == 0, "all there are", $"{reservation.Count} reserved");
        c.Expect("GT-014", !reservation.TryReserve(1) && reservation.Count == All, "nothing more", $"{reservation.Count}");
        c.Expect("GT-014", reservation.TryReserve(0), "success for none", "failure");
        c.Expect("GT-014", !scene.Table.Allocate().IsValid, "no reference beside the reserved ones", "one");
        return Task.CompletedTask;
    }

    /// <summary>What a reservation has left comes back when it is released, each reference once.</summary>
    [Case("GT-015", "GT-064", Guards = "Z-204, Z-259")]
    public static Task UnusedReferencesComeBack(PlatformContext c)
    {
        var scene = new GuestScene(c);
        var reservation = new GrantReservation(scene.Table);
        for (int round = 0; round < 100; round++)
        {
            c.Expect("GT-014", reservation.TryReserve(12), "a reservation of 12", "none");
            var page = scene.Guest.Memory.Allocate();
            GrantRef[] used = [.. Enumerable.Range(0, round % 13).Select(_ => reservation.Claim())];
            Array.ForEach(used, reference => scene.Table.Publish(reference, scene.Peer.Id, page.Frame, readOnly: false));
            reservation.Release();
            c.Expect("GT-015", reservation.Count == 0 && scene.Table.FreeCount == All - used.Length, $"{All - used.Length} free references after a request that used {used.Length} of 12", $"{scene.Table.FreeCount}");
            c.Expect("GT-015", scene.Table.End(used) == used.Length && scene.Table.FreeCount == All, "all free after the request", $"{scene.Table.FreeCount}");
            scene.Guest.Memory.Free(page);
        }

        var all = scene.TakeAll();
        c.Expect("GT-064", all.Count == All && all.Distinct().Count() == All, $"each of {All} references once", $"{all.Count}");
        return Task.CompletedTask;
    }

    /// <summary>Claims from a list give each reference once and then the sentinel; one that is put back can be claimed again.</summary>
    [Case("GT-064", "GT-016", Guards = "Z-206")]
    public static Task ClaimsAreDistinctAndEndWithTheSentinel(PlatformContext c)
    {
        var scene = new GuestScene(c);
        var mine = new GrantReservation(scene.Table);
        var other = new GrantReservation(scene.Table);
        c.Expect("GT-064", mine.Claim().Value == 0xFFFF_FFFF, "the sentinel from an empty list", "a reference");
        c.Expect("GT-014", mine.TryReserve(20) && other.TryReserve(20), "two reservations of 20", "none");
        var seen = new HashSet<GrantRef>();
        for (int i = 0; i < 20; i++)
        {
            c.Expect("GT-064", seen.Add(mine.Claim()) && seen.Add(other.Claim()), "each reference once from two lists", "one twice");
        }

        c.Expect("GT-064", !seen.Contains(GrantRef.Invalid) && mine.Claim().Value == 0xFFFF_FFFF && other.Claim().Value == 0xFFFF_FFFF, "the sentinel from both lists when they are empty", "a reference");
        var back = seen.First();
        mine.Return(back);
        c.Expect("GT-064", mine.Claim() == back && !mine.Claim().IsValid, "the one that was put back, once", "another");
        c.Expect("GT-064", !scene.TakeAll().Exists(seen.Contains), "no claimed reference from the table", "one");
        return Task.CompletedTask;
    }
}
