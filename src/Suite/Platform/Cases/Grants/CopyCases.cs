using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>Copies by reference and by frame.</summary>
public static class CopyCases
{
    private const GrantMapFlags Reading = GrantMapFlags.Host | GrantMapFlags.ReadOnly;

    /// <summary>Up to the last byte of a page a copy works, one further on either side is bad_copy_arg and moves nothing.</summary>
    [Case("GT-040", "GT-024")]
    public static Task CopyEndsAtTheEndOfThePage(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var page = scene.Page(0);
        page.Store(4092, 0x01020304);
        var reference = scene.Grant(8, page);
        var own = scene.User.Memory.Allocate();
        foreach (var (from, to, length, isGood) in (ReadOnlySpan<(ushort, ushort, ushort, bool)>)[
            (4092, 0, 4, true), (4092, 4092, 4, true), (0, 0, 4096, true), (4093, 0, 4, false), (4092, 4093, 4, false), (4096, 0, 1, false),
            (0, 4096, 1, false), (0, 0, 4097, false), (1, 0, 4096, false), (65535, 0, 1, false), (0, 0, 65535, false)])
        {
            own.Store(0, 0xEEEEEEEE);
            own.Store(4092, 0xEEEEEEEE);
            var status = scene.User.Grants.Copy(new GrantCopy(GrantCopyEnd.OfReference(scene.Owner.Id, reference, from), GrantCopyEnd.OfFrame(own.Frame, to), length));
            short expected = (short)(isGood ? 0 : -10);
            c.Expect("GT-040", (short)status == expected, $"{expected} for {length} bytes from {from} to {to}", $"{(short)status}");
            bool isMoved = own.Load(0) != 0xEEEEEEEE || own.Load(4092) != 0xEEEEEEEE;
            c.Expect("GT-040", isMoved == isGood, isGood ? "bytes copied" : "no byte copied", isMoved ? "some" : "none");
        }

        return Task.CompletedTask;
    }

    /// <summary>A copy of nothing succeeds whatever else it says, and marks nothing.</summary>
    [Case("GT-040", Guards = "Z-125")]
    public static Task CopyOfNothingLooksAtNothing(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var reference = scene.Grant(8, scene.Page(1));
        foreach (var source in (GrantCopyEnd[])[
            GrantCopyEnd.OfReference(new DomainId(999), reference, 0), GrantCopyEnd.OfReference(scene.Owner.Id, new GrantRef(70000), 0),
            GrantCopyEnd.OfReference(scene.Owner.Id, reference, 65535), GrantCopyEnd.OfFrame(0xFFFF_FFFF_FFFF, 0)])
        {
            var status = scene.User.Grants.Copy(new GrantCopy(source, GrantCopyEnd.OfFrame(0xDEAD_0000, 60000), 0));
            c.Expect("GT-040", status == GrantStatus.Okay, "success for a copy of no bytes", status.ToString());
        }

        c.Expect("GT-040", scene.InUse(reference) == 0, "no mark", $"{scene.InUse(reference):x}");
        return Task.CompletedTask;
    }

    /// <summary>Frames name memory of the caller alone; another's memory takes a reference.</summary>
    [Case("GT-041", "GT-024")]
    public static Task FramesAreTheCallersOwn(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var theirs = scene.Page(0x5EC2E7);
        var own = scene.User.Memory.Allocate();
        GrantCopyEnd[] foreign = [GrantCopyEnd.OfFrame(scene.Owner.Id, theirs.Frame, 0), GrantCopyEnd.OfFrame(DomainId.Zero, 0xFEFFC, 0)];
        foreach (var end in foreign)
        {
            var status = scene.User.Grants.Copy(new GrantCopy(end, GrantCopyEnd.OfFrame(own.Frame, 0), 4));
            c.Expect("GT-041", (short)status < 0 && own.Load(0) == 0, "no copy from a frame of another domain", $"{status}, {own.Load(0):x}");
        }

        own.Store(0, 0xBAD);
        var written = scene.User.Grants.Copy(new GrantCopy(GrantCopyEnd.OfFrame(own.Frame, 0), foreign[0], 4));
        c.Expect("GT-041", (short)written < 0 && theirs.Load(0) == 0x5EC2E7, "no copy to a frame of another domain", $"{written}, {theirs.Load(0):x}");
        var second = scene.User.Memory.Allocate();
        var good = scene.User.Grants.Copy(new GrantCopy(GrantCopyEnd.OfFrame(own.Frame, 0), GrantCopyEnd.OfFrame(second.Frame, 0), 4));
        c.Expect("GT-041", good == GrantStatus.Okay && second.Load(0) == 0xBAD, "a copy between own frames", $"{good}, {second.Load(0):x}");
        return Task.CompletedTask;
    }

    /// <summary>A copy takes away no mark that a mapping needs, whichever of the two reads and writes.</summary>
    [Case("GT-042", "GT-028", Guards = "Z-082")]
    public static Task CopyLeavesTheMarksOfMappings(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            foreach (var (access, marks) in (ReadOnlySpan<(GrantMapFlags, int)>)[(Reading, 8), (GrantMapFlags.Host, 0x18)])
            {
                var scene = new GrantScene(c, version);
                var reference = scene.Grant(8, scene.Page(3));
                var map = scene.ExpectMapped("GT-042", reference, access);
                var bytes = new byte[8];
                foreach (bool writes in (bool[])[false, true, false])
                {
                    var status = writes ? scene.User.Grants.CopyIn(scene.Owner.Id, reference, 8, bytes) : scene.User.Grants.CopyOut(scene.Owner.Id, reference, 8, bytes);
                    c.Expect("GT-042", status == GrantStatus.Okay, "a copy beside a mapping", status.ToString());
                    c.Expect("GT-042", scene.InUse(reference) == marks, $"in-use bits {marks:x} after a copy beside a mapping with {access} in version {version}", $"{scene.InUse(reference):x}");
                }

                scene.ExpectUnmapped("GT-042", map);
                c.Expect("GT-042", scene.InUse(reference) == 0, "no mark in the end", $"{scene.InUse(reference):x}");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A copy through a third domain marks neither entry once it is done, works again and again, and goes no further than one hop.</summary>
    [Case("GT-042", "GT-022", Guards = "Z-083")]
    public static Task TransitiveCopiesLeaveNoMark(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        Domain[] chain = [hypervisor.Create(), hypervisor.Create(), hypervisor.Create(), hypervisor.Create()];
        GuestGrants[] tables = [.. chain.Select(domain => new GuestGrants(domain, GrantVersion.Two))];
        var page = chain[0].Memory.Allocate();
        page.Store(0, 0x600D);
        var root = tables[0].Grant(chain[1].Id, page.Frame, readOnly: false);
        var hop = Pass(tables[1], chain[2], chain[0], root);
        var secondHop = Pass(tables[2], chain[3], chain[1], hop);
        var bytes = new byte[4];
        for (int i = 0; i < 300; i++)
        {
            var status = chain[2].Grants.CopyOut(chain[1].Id, hop, 0, bytes);
            c.Expect("GT-042", status == GrantStatus.Okay && bytes[1] == 0x60, $"copy {i} through a third domain", status.ToString());
            status = chain[3].Grants.CopyOut(chain[2].Id, secondHop, 0, bytes);
            c.Expect("GT-042", (short)status < 0, "no copy through two domains", status.ToString());
            status = chain[2].Grants.CopyIn(chain[1].Id, hop, 4095, bytes);
            c.Expect("GT-040", (short)status < 0, "no copy beyond the page of a third domain", status.ToString());
            c.Expect("GT-042", !tables[0].IsInUse(root) && !tables[1].IsInUse(hop) && !tables[2].IsInUse(secondHop) && page.Pins == 0, "no mark and no pin after a copy", $"{page.Pins} pins");
        }

        c.Expect("GT-042", tables[0].TryRevoke(root) && tables[1].TryRevoke(hop), "both grants to end", "one that did not");
        return Task.CompletedTask;
    }

    /// <summary>While an entry is mapped, a copy by it is refused once the entry says anything else than when it was mapped.</summary>
    [Case("GT-043", Guards = "Z-090")]
    public static Task CopyLooksAtTheEntryAsItIsNow(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GrantScene(c, version);
            var page = scene.Page(1);
            var other = scene.Page(2);
            var reference = scene.Grant(8, page);
            var map = scene.ExpectMapped("GT-043", reference);
            ushort marks = (ushort)(scene.Flags(reference) & 0x18);
            ExpectCopy(c, scene, "as it was mapped", works: true, write: true);
            scene.WriteEntry(8, (ushort)(1 | marks), scene.User.Id.Value, other.Frame);
            ExpectCopy(c, scene, "with another frame", works: false, write: false);
            scene.WriteEntry(8, (ushort)(5 | marks), scene.User.Id.Value, page.Frame);
            ExpectCopy(c, scene, "for reading only now", works: false, write: true);
            scene.WriteEntry(8, (ushort)(1 | marks), (ushort)(scene.User.Id.Value + 1), page.Frame);
            ExpectCopy(c, scene, "for another domain", works: false, write: false);
            scene.WriteEntry(8, marks, scene.User.Id.Value, page.Frame);
            ExpectCopy(c, scene, "that grants nothing", works: false, write: false);
            scene.WriteEntry(8, (ushort)(1 | marks), scene.User.Id.Value, page.Frame);
            ExpectCopy(c, scene, "as it was mapped, again", works: true, write: true);
            scene.ExpectUnmapped("GT-043", map);
            c.Expect("GT-043", scene.InUse(reference) == 0 && other.Load(0) == 2, "no mark in the end, and the other page untouched", $"{scene.InUse(reference):x}");
        }

        return Task.CompletedTask;
    }

    /// <summary>A batch that is interrupted after any number of operations ends as one that is not.</summary>
    [Case("GT-044", "GT-025", Guards = "Z-085")]
    public static Task InterruptedBatchSkipsNothing(PlatformContext c)
    {
        string whole = RunBatch(c, int.MaxValue);
        for (int most = 0; most < 14; most++)
        {
            string came = RunBatch(c, most);
            c.Expect("GT-044", came == whole, $"{whole} when interrupted after every {most} operations", came);
        }

        c.Expect("GT-025", whole.Split('/')[0].Split(' ').Select((status, i) => (status == "Okay") == (i % 5 != 3)).All(isRight => isRight), "every fifth operation to fail, and no other", whole);
        return Task.CompletedTask;
    }

    private static string RunBatch(PlatformContext c, int most)
    {
        var scene = new GrantScene(c);
        var page = scene.Page(1);
        var reference = scene.Grant(8, page);
        var end = GrantCopyEnd.OfReference(scene.Owner.Id, reference, 0);
        var batch = new GrantCopy[14];
        for (int i = 0; i < batch.Length; i++)
        {
            // Each copies the word that the one before made, so that order and number of the copies show in the page.
            ushort next = (ushort)(4 * i);
            batch[i] = i % 5 == 3
                ? new GrantCopy(GrantCopyEnd.OfReference(scene.Owner.Id, new GrantRef(100000), 0), end, 4)
                : new GrantCopy(GrantCopyEnd.OfReference(scene.Owner.Id, reference, next), GrantCopyEnd.OfReference(scene.Owner.Id, reference, (ushort)(next + 3)), 8);
        }

        for (int i = 0; i < 20; i++)
        {
            page.Store(4 * i, (uint)(i + 1) * 0x01030507);
        }

        var rest = batch.AsSpan();
        for (int calls = 0; rest.Length > 0 && calls < 100; calls++)
        {
            rest = rest[^scene.User.Grants.TryCopy(rest, most)..];
        }

        var bytes = new byte[80];
        page.CopyOut(0, bytes);
        return $"{string.Join(' ', batch.Select(operation => operation.Status))}/{Convert.ToHexString(bytes)}/{rest.Length} left";
    }

    private static GrantRef Pass(GuestGrants table, Domain to, Domain third, GrantRef thirdReference)
    {
        var reference = table.Allocate();
        table.PublishTransitive(reference, to.Id, third.Id, thirdReference, readOnly: false);
        return reference;
    }

    private static void ExpectCopy(PlatformContext c, GrantScene scene, string what, bool works, bool write)
    {
        var bytes = new byte[] { 1, 0, 0, 0 };
        var reference = new GrantRef(8);
        var status = write ? scene.User.Grants.CopyIn(scene.Owner.Id, reference, 0, bytes) : scene.User.Grants.CopyOut(scene.Owner.Id, reference, 0, bytes);
        c.Expect("GT-043", works ? status == GrantStatus.Okay : (short)status < 0, $"a copy by an entry {what} to {(works ? "work" : "fail")}", status.ToString());
    }
}
