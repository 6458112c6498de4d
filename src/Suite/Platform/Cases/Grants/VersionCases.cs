using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>Changes of the table itself: its version, exchange of entries, the frames it tells.</summary>
public static class VersionCases
{
    /// <summary>There are versions 1 and 2 and no others; a wrong one changes nothing.</summary>
    [Case("GT-050")]
    public static Task OnlyVersionsOneAndTwoExist(PlatformContext c)
    {
        var scene = new GrantScene(c);
        foreach (uint version in (uint[])[0, 3, 4, uint.MaxValue])
        {
            uint asked = version;
            var error = scene.Owner.Grants.SetVersion(ref asked);
            c.Expect("GT-050", error == Errno.EINVAL && asked == 1, $"EINVAL and version 1 when {version} is asked for", $"{error}, {asked}");
        }

        ExpectChange(c, "GT-050", scene, 2, Errno.None);
        ExpectChange(c, "GT-050", scene, 1, Errno.None);
        return Task.CompletedTask;
    }

    /// <summary>While anybody uses an entry beyond the reserved ones, the version stays, and so does the use.</summary>
    [Case("GT-050", Guards = "Z-086")]
    public static Task VersionStaysWhileAnEntryIsInUse(PlatformContext c)
    {
        foreach (var (from, to) in (ReadOnlySpan<(GrantVersion, uint)>)[(GrantVersion.One, 2), (GrantVersion.Two, 1)])
        {
            var scene = new GrantScene(c, from);
            var reference = scene.Grant(8, scene.Page(0x11));
            var map = scene.ExpectMapped("GT-050", reference);
            ExpectChange(c, "GT-050", scene, to, Errno.EBUSY);
            c.Expect("GT-050", scene.InUse(reference) == 0x18 && map.Address.Peek(0) == 0x11, "entry and mapping as they were", $"{scene.InUse(reference):x}");
            scene.ExpectUnmapped("GT-050", map);
            ExpectChange(c, "GT-050", scene, to, Errno.None);
            var late = scene.Map(reference);
            c.Expect("GT-050", (short)late.Status < 0, "the entry to be gone with the old version", late.Status.ToString());
        }

        return Task.CompletedTask;
    }

    /// <summary>The eight reserved entries live through each change, one in use too; all others are zeroed.</summary>
    [Case("GT-050", Guards = "Z-092")]
    public static Task ReservedEntriesLiveThroughAChange(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var pages = new MemoryPage[8];
        for (uint i = 0; i < 8; i++)
        {
            pages[i] = scene.Page(0x7000 + i);
            scene.Grant(i, pages[i]);
        }

        var beyond = scene.Grant(8, scene.Page(0x8000));
        var used = scene.ExpectMapped("GT-050", new GrantRef(3));
        foreach (uint version in (uint[])[2, 1, 2, 1])
        {
            ExpectChange(c, "GT-050", scene, version, Errno.None);
            for (uint i = 0; i < 8; i++)
            {
                var map = scene.ExpectMapped("GT-050", new GrantRef(i));
                c.Expect("GT-050", map.Address.Peek(0) == 0x7000 + i, $"the page of reserved entry {i} in version {version}", $"{map.Address.Peek(0):x}");
                scene.ExpectUnmapped("GT-050", map);
            }

            var gone = scene.Map(beyond);
            c.Expect("GT-050", (short)gone.Status < 0, "entry 8 zeroed", gone.Status.ToString());
            c.Expect("GT-050", used.Address.Peek(0) == 0x7003 && scene.Owner.GrantTable.IsPinned(new GrantRef(3)), "the mapping of reserved entry 3 to go on", "gone");
        }

        c.Expect("GT-050", scene.InUse(new GrantRef(3)) == 0x18, "entry 3 marked as in use after the changes", $"{scene.InUse(new GrantRef(3)):x}");
        scene.ExpectUnmapped("GT-050", used);
        c.Expect("GT-050", scene.InUse(new GrantRef(3)) == 0, "no mark in the end", $"{scene.InUse(new GrantRef(3)):x}");
        return Task.CompletedTask;
    }

    /// <summary>What version 1 cannot say of a reserved entry keeps the table at version 2.</summary>
    [Case("GT-051")]
    public static Task VersionOneIsRefusedForWhatItCannotSay(PlatformContext c)
    {
        foreach (var (flags, frame, error) in (ReadOnlySpan<(ushort, ulong, Errno)>)[
            (1, 0xFFFF_FFFF, Errno.None), (1, 0x1_0000_0000, Errno.ERANGE), (5, ulong.MaxValue >> 1, Errno.ERANGE), (3, 9, Errno.ERANGE)])
        {
            foreach (uint reference in (uint[])[0, 7])
            {
                var scene = new GrantScene(c, GrantVersion.Two);
                scene.WriteEntry(reference, flags, scene.User.Id.Value, frame);
                byte[] before = scene.ReadBytes(reference);
                ExpectChange(c, "GT-051", scene, 1, error);
                c.Expect("GT-051", error == Errno.None || scene.ReadBytes(reference).SequenceEqual(before), "a refusal to change nothing", Convert.ToHexString(scene.ReadBytes(reference)));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Entries beyond the table are refused on either side, and a table that nobody set up has none to exchange.</summary>
    [Case("GT-053", "GT-024")]
    public static Task SwapLooksAtBothReferences(PlatformContext c)
    {
        var fresh = c.CreateHypervisor().Create();
        var none = fresh.Grants.Swap(new GrantRef(0), new GrantRef(1));
        c.Expect("GT-053", (short)none < 0, "no exchange in a table that was not set up", none.ToString());
        var scene = new GrantScene(c);
        scene.Grant(8, scene.Page(8));
        foreach (var (first, second) in (ReadOnlySpan<(uint, uint)>)[(8, 512), (512, 8), (512, 512), (8, uint.MaxValue), (uint.MaxValue, 8)])
        {
            var status = scene.Owner.Grants.Swap(new GrantRef(first), new GrantRef(second));
            c.Expect("GT-053", (short)status < 0, $"no exchange of {first} and {second} in a table of 512", status.ToString());
        }

        c.Expect("GT-053", scene.ExpectMapped("GT-053", new GrantRef(8)).Address.Peek(0) == 8, "entry 8 as it was", "another");
        return Task.CompletedTask;
    }

    /// <summary>Two idle entries change places whole; one in use stays.</summary>
    [Case("GT-053")]
    public static Task SwapExchangesIdleEntries(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var scene = new GrantScene(c, version);
            scene.Grant(8, scene.Page(8));
            scene.Grant(9, scene.Page(9), readOnly: true);
            byte[] eight = scene.ReadBytes(8);
            byte[] nine = scene.ReadBytes(9);
            var status = scene.Owner.Grants.Swap(new GrantRef(8), new GrantRef(9));
            c.Expect("GT-053", status == GrantStatus.Okay && scene.ReadBytes(8).SequenceEqual(nine) && scene.ReadBytes(9).SequenceEqual(eight), "both entries in each other's place", status.ToString());
            var map = scene.ExpectMapped("GT-053", new GrantRef(9));
            status = scene.Owner.Grants.Swap(new GrantRef(9), new GrantRef(8));
            c.Expect("GT-053", (short)status < 0 && scene.InUse(new GrantRef(9)) == 0x18 && map.Address.Peek(0) == 8, "no exchange of an entry in use", status.ToString());
        }

        return Task.CompletedTask;
    }

    /// <summary>Frames are told into the space that the caller has, and never beyond it.</summary>
    [Case("GT-054", Guards = "Z-088")]
    public static Task StatusFramesStayInsideTheCallersArray(PlatformContext c)
    {
        var scene = new GrantScene(c, GrantVersion.Two, new DomainOptions { GrantFrames = 32 });
        scene.SetUp(32);
        for (int space = 0; space < 6; space++)
        {
            for (int asked = -1; asked < 7; asked++)
            {
                var mark = new MemoryPage();
                var list = new MemoryPage?[10];
                Array.Fill(list, mark);
                var status = scene.Owner.Grants.GetStatusFrames(DomainId.Self, asked, list.AsSpan(0, space));
                bool isGood = asked >= 0 && asked <= 4 && asked <= space;
                c.Expect("GT-054", (status == GrantStatus.Okay) == isGood, $"{asked} of 4 status frames into {space} places to {(isGood ? "work" : "fail")}", status.ToString());
                c.Expect("GT-054", Array.TrueForAll(list[space..], page => page == mark), $"nothing written beyond {space} places when {asked} frames are asked for", "something");
                c.Expect("GT-054", !isGood || list.Take(asked).All(page => page is not null && page != mark), $"{asked} frames", "fewer");
            }
        }

        return Task.CompletedTask;
    }

    private static void ExpectChange(PlatformContext c, string clause, GrantScene scene, uint version, Errno expected)
    {
        scene.Owner.Grants.GetVersion(DomainId.Self, out var before);
        uint asked = version;
        var error = scene.Owner.Grants.SetVersion(ref asked);
        c.Expect(clause, error == expected, $"{expected} for a change of version {(int)before} to {version}", error.ToString());
        scene.Owner.Grants.GetVersion(DomainId.Self, out var after);
        uint inForce = expected == Errno.None ? version : (uint)before;
        c.Expect(clause, (uint)after == inForce && asked == inForce, $"version {inForce} in force", $"{(int)after}, told {asked}");
    }
}
