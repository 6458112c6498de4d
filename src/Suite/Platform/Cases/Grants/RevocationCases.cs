using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>How a guest takes back what it granted.</summary>
public static class RevocationCases
{
    /// <summary>An entry that nobody uses grants nothing after its revocation; one in use goes on granting.</summary>
    [Case("GT-007", "GT-008")]
    public static Task RevocationSucceedsExactlyWhenNobodyUsesTheEntry(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            var (reference, page) = scene.Grant();
            page.Store(0, 0xFEED);
            var map = scene.Map(reference);
            for (int i = 0; i < 3; i++)
            {
                c.Expect("GT-007", !scene.Table.TryRevoke(reference), "no revocation of a mapped entry", "one");
                c.Expect("GT-008", map.Address.Peek(0) == 0xFEED && scene.Table.IsInUse(reference), "the mapping as it was after a revocation that failed", "another");
            }

            scene.Unmap(map);
            c.Expect("GT-007", scene.Table.TryRevoke(reference), "the revocation once nobody uses the entry", "none");
            c.Expect("GT-007", !scene.CanMap(reference), "no map of a revoked entry", "one");
            scene.Table.Free(reference);
        }

        return Task.CompletedTask;
    }

    /// <summary>The answer that nobody maps a page ends no grant: a map after the question makes the revocation fail.</summary>
    [Case("GT-009", "GT-007")]
    public static Task QuestionAndRevocationAreNotOne(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            var (reference, _) = scene.Grant();
            c.Expect("GT-009", !scene.Table.IsInUse(reference), "an idle entry", "one in use");
            var map = scene.Map(reference);
            c.Expect("GT-009", !scene.Table.TryRevoke(reference), "no revocation of an entry that was mapped after the question", "one");
            c.Expect("GT-009", !scene.Table.End(reference), "no end of that grant either", "one");
            scene.Unmap(map);
            c.Expect("GT-009", scene.Table.RetryDeferred() == 1, "the grant to end at last", "not");
        }

        return Task.CompletedTask;
    }

    /// <summary>While the peer uses an entry that was given up, neither its reference nor its page comes back, however much is asked for.</summary>
    [Case("GT-008", "GT-010", Guards = "Z-172, Z-257")]
    public static Task EntryInUseIsNotReused(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            var (reference, page) = scene.Grant();
            page.Store(0, 0x0DD);
            var map = scene.Map(reference);
            int pages = scene.Guest.Memory.Count;
            c.Expect("GT-010", !scene.Table.End(reference, page), "the end put off while the peer maps the page", "the end");
            c.Expect("GT-008", scene.Guest.Memory.Count == pages && scene.Guest.Memory.Find(page.Frame) == page, "the page kept", "freed");
            c.Expect("GT-008", !scene.TakeAll().Contains(reference), "every free reference but that one", "that one too");
            c.Expect("GT-010", scene.Table.RetryDeferred() == 0 && scene.Table.DeferredCount == 1, "one grant put off", $"{scene.Table.DeferredCount}");
            map.Address!.Store(0, 0x1DD);
            c.Expect("GT-008", page.Load(0) == 0x1DD, "the page still shared with the peer", "another");
            scene.Unmap(map);
            c.Expect("GT-010", scene.Table.RetryDeferred() == 1 && scene.Table.DeferredCount == 0, "the grant to end once the peer let go", $"{scene.Table.DeferredCount} put off");
            c.Expect("GT-010", scene.Guest.Memory.Count == pages - 1 && scene.Table.Allocate() == reference, "page and reference free", $"{scene.Guest.Memory.Count} pages");
            c.Expect("GT-010", scene.Table.RetryDeferred() == 0, "nothing to end twice", "something");
        }

        return Task.CompletedTask;
    }

    /// <summary>Free, taken and put off always add up to all there are, and no reference is two of them.</summary>
    [Case("GT-010", "GT-011", "GT-064", Guards = "Z-022, Z-206")]
    public static Task EveryReferenceIsCountedOnce(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GuestScene(c, version);
            int all = (version == GrantVersion.One ? 512 : 256) - 8;
            var taken = new List<GrantRef>();
            var maps = new List<GrantMap>();
            for (int step = 0; step < 600; step++)
            {
                switch (c.Random.Next(5))
                {
                    case 0 or 1 when taken.Count + scene.Table.DeferredCount < all:
                        taken.Add(scene.Grant().Reference);
                        break;
                    case 2 when taken.Count > 0:
                        maps.Add(scene.Map(taken[c.Random.Next(taken.Count)]));
                        break;
                    case 3 when taken.Count > 2:
                        var batch = taken.GetRange(taken.Count - 3, 3);
                        taken.RemoveRange(taken.Count - 3, 3);
                        int ended = scene.Table.End(batch.ToArray());
                        int idle = batch.Count(reference => !maps.Exists(map => map.Reference == reference));
                        c.Expect("GT-011", ended == idle, $"{idle} of 3 grants to end, those that nobody uses", $"{ended}");
                        break;
                    case 4 when maps.Count > 0:
                        scene.Unmap(maps[^1]);
                        maps.RemoveAt(maps.Count - 1);
                        scene.Table.RetryDeferred();
                        break;
                }

                int sum = scene.Table.FreeCount + taken.Count + scene.Table.DeferredCount;
                c.Expect("GT-010", sum == all, $"{all} references in all after step {step}", $"{scene.Table.FreeCount} free, {taken.Count} taken, {scene.Table.DeferredCount} put off");
            }

            maps.ForEach(scene.Unmap);
            scene.Table.RetryDeferred();
            var rest = scene.TakeAll();
            c.Expect("GT-064", rest.Concat(taken).Distinct().Count() == all && rest.Count + taken.Count == all, $"each of {all} references once", $"{rest.Count} beside {taken.Count}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Of a list whose first, last or middle reference is still in use, exactly the others become free.</summary>
    [Case("GT-011", Guards = "Z-022")]
    public static Task ListFreesThoseThatEnded(PlatformContext c)
    {
        foreach (int[] used in (int[][])[[], [0], [4], [2], [0, 4], [0, 1, 2, 3, 4]])
        {
            var scene = new GuestScene(c);
            GrantRef[] list = [.. Enumerable.Range(0, 5).Select(_ => scene.Grant().Reference)];
            GrantMap[] maps = [.. used.Select(i => scene.Map(list[i]))];
            int before = scene.Table.FreeCount;
            var ended = new bool[5];
            int count = scene.Table.End(list, ended);
            string what = $"a list of 5 with {used.Length} in use";
            c.Expect("GT-011", count == 5 - used.Length && scene.Table.FreeCount == before + count, $"{5 - used.Length} more free references after the end of {what}", $"{scene.Table.FreeCount - before}");
            c.Expect("GT-011", Enumerable.Range(0, 5).All(i => ended[i] != used.Contains(i)), $"each of {what} told apart", string.Join(' ', ended));
            var taken = scene.TakeAll();
            c.Expect("GT-011", taken.Count == before + count && taken.Distinct().Count() == taken.Count && !used.Any(i => taken.Contains(list[i])), $"each free reference once after the end of {what}, and none in use", $"{taken.Count}");
            Array.ForEach(maps, scene.Unmap);
            c.Expect("GT-011", scene.Table.RetryDeferred() == used.Length && scene.Table.FreeCount == used.Length, $"the {used.Length} others once they are unmapped", $"{scene.Table.FreeCount}");
        }

        return Task.CompletedTask;
    }

    /// <summary>An entry that has not been published grants nothing, though its domain and frame are there.</summary>
    [Case("GT-006")]
    public static Task NothingIsGrantedBeforeTheFlags(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var raw = new GrantScene(c, version);
            var page = raw.Page(0xF1A6);
            raw.WriteEntry(8, 0, raw.User.Id.Value, page.Frame);
            c.Expect("GT-006", raw.Map(new GrantRef(8)).Status != GrantStatus.Okay, "no map of an entry without flags", "one");
            raw.WriteEntry(8, 1, raw.User.Id.Value, page.Frame);
            c.Expect("GT-006", raw.ExpectMapped("GT-006", new GrantRef(8)).Address.Peek(0) == 0xF1A6, "the page once the flags are there", "another");

            // An entry used before for another page and peer must not show any of that with the new flags.
            var scene = new GuestScene(c, version);
            var (reference, old) = scene.Grant();
            old.Store(0, 1);
            c.Expect("GT-007", scene.Table.TryRevoke(reference), "an idle grant to end", "not");
            var other = scene.Guest.Memory.Allocate();
            other.Store(0, 2);
            scene.Table.Publish(reference, scene.Peer.Id, other.Frame, readOnly: false);
            c.Expect("GT-006", scene.Map(reference).Address.Peek(0) == 2, "the page published last", "the one before");
        }

        return Task.CompletedTask;
    }
}
