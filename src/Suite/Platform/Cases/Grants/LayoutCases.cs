using System.Buffers.Binary;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>Where the fields of an entry stand, seen from both sides of the table.</summary>
public static class LayoutCases
{
    /// <summary>Entries written as 8 bytes each, the last of a frame and the first of the next too, are those that are mapped.</summary>
    [Case("GT-001")]
    public static Task HypervisorFindsEntriesOfVersionOne(PlatformContext c)
    {
        ExpectEntriesFound(c, "GT-001", GrantVersion.One, 8, 511, 512, 1023);
        return Task.CompletedTask;
    }

    /// <summary>Entries written as 16 bytes each, the last of a frame and the first of the next too, are those that are mapped.</summary>
    [Case("GT-002")]
    public static Task HypervisorFindsEntriesOfVersionTwo(PlatformContext c)
    {
        ExpectEntriesFound(c, "GT-002", GrantVersion.Two, 8, 255, 256, 511);
        return Task.CompletedTask;
    }

    /// <summary>What the guest's kernel publishes in a table of version 1 is flags, domain and frame in that order.</summary>
    [Case("GT-001", "GT-004", "GT-006")]
    public static Task GuestWritesEntriesOfVersionOne(PlatformContext c)
    {
        var domain = c.CreateHypervisor().Create();
        var table = new GuestGrants(domain);
        var page = domain.Memory.Allocate();
        var reference = table.Grant(new DomainId(0x1234), page.Frame, readOnly: true);
        var entry = new byte[8];
        table.Frames[0].CopyOut((int)reference.Value * 8, entry);
        ExpectWord(c, "GT-001", "flags of a grant for reading", BinaryPrimitives.ReadUInt16LittleEndian(entry), 5);
        ExpectWord(c, "GT-001", "domain", BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(2)), 0x1234);
        ExpectWord(c, "GT-001", "frame", BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(4)), page.Frame);
        return Task.CompletedTask;
    }

    /// <summary>What the guest's kernel publishes in a table of version 2: a whole page, a part of one, another's reference.</summary>
    [Case("GT-002", "GT-004", "GT-006")]
    public static Task GuestWritesEntriesOfVersionTwo(PlatformContext c)
    {
        var domain = c.CreateHypervisor().Create();
        var table = new GuestGrants(domain, GrantVersion.Two);
        const ulong Frame = 0x12_3456_789A;
        var whole = table.Grant(new DomainId(7), Frame, readOnly: false);
        var part = table.Allocate();
        table.PublishPart(part, new DomainId(7), Frame, offset: 0x204, length: 0x108, readOnly: false);
        var passed = table.Allocate();
        table.PublishTransitive(passed, new DomainId(7), new DomainId(9), new GrantRef(0x11223344), readOnly: false);

        byte[] Entry(GrantRef reference)
        {
            var entry = new byte[16];
            table.Frames[(int)reference.Value / 256].CopyOut((int)reference.Value % 256 * 16, entry);
            return entry;
        }

        ExpectBytes(c, "a whole page", Entry(whole), "0100070000000000" + "9A78563412000000");
        ExpectBytes(c, "a part of a page", Entry(part), "0101070004020801" + "9A78563412000000");
        ExpectBytes(c, "another's reference", Entry(passed)[..12], "0300070009000000" + "44332211", mask: "FFFFFFFFFFFF0000FFFFFFFF");
        return Task.CompletedTask;
    }

    /// <summary>A part of a page can be copied within its bounds, and another's reference leads to the other's page.</summary>
    [Case("GT-002", Guards = "Z-083")]
    public static Task HypervisorReadsPartsAndTransitiveEntries(PlatformContext c)
    {
        var scene = new GrantScene(c, GrantVersion.Two);
        var page = scene.Page(0);
        page.Store(0x204, 0xAABBCCDD);
        var entry = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(entry, 0x101);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), scene.User.Id.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(4), 0x204);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(6), 4);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(8), page.Frame);
        scene.WriteBytes(20, entry);
        var read = new byte[4];
        var status = scene.User.Grants.CopyOut(scene.Owner.Id, new GrantRef(20), 0x204, read);
        c.Expect("GT-002", status == GrantStatus.Okay && BinaryPrimitives.ReadUInt32LittleEndian(read) == 0xAABBCCDD, "the four bytes that the entry grants", $"{status}, {Convert.ToHexString(read)}");
        foreach (int outside in (int[])[0x203, 0x205, 0x200])
        {
            status = scene.User.Grants.CopyOut(scene.Owner.Id, new GrantRef(20), outside, read);
            c.Expect("GT-002", (short)status < 0, $"a copy of 4 bytes at {outside:x}, outside what is granted, to fail", status.ToString());
        }

        var third = scene.Hypervisor.Create();
        var thirdTable = new GuestGrants(third);
        var thirdPage = third.Memory.Allocate();
        thirdPage.Store(0, 0x31415926);
        var thirdReference = thirdTable.Grant(scene.Owner.Id, thirdPage.Frame, readOnly: true);
        entry.AsSpan().Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(entry, 3);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), scene.User.Id.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(4), third.Id.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), thirdReference.Value);
        scene.WriteBytes(21, entry);
        status = scene.User.Grants.CopyOut(scene.Owner.Id, new GrantRef(21), 0, read);
        c.Expect("GT-002", status == GrantStatus.Okay && BinaryPrimitives.ReadUInt32LittleEndian(read) == 0x31415926, "the bytes of the third domain", $"{status}, {Convert.ToHexString(read)}");
        return Task.CompletedTask;
    }

    /// <summary>In version 2 the in-use bits are in the entry's own 16-bit word of the status array and nowhere else.</summary>
    [Case("GT-003")]
    public static Task InUseBitsOfVersionTwoAreInTheStatusArray(PlatformContext c)
    {
        var scene = new GrantScene(c, GrantVersion.Two);
        scene.SetUp(9);
        foreach (uint number in (uint[])[8, 9, 255, 2047, 2048, 2303])
        {
            var reference = scene.Grant(number, scene.Page(number));
            ushort before = scene.Flags(reference);
            var map = scene.ExpectMapped("GT-003", reference);
            ExpectWord(c, "GT-003", $"status word {number} while it is mapped for writing", scene.Status(reference), 0x18);
            ExpectWord(c, "GT-003", $"shared flags of entry {number} while it is mapped", scene.Flags(reference), before);
            foreach (uint other in (uint[])[number - 1, number + 1])
            {
                if (other < 2304)
                {
                    ExpectWord(c, "GT-003", $"status word {other} beside one in use", scene.Status(new GrantRef(other)), 0);
                }
            }

            scene.ExpectUnmapped("GT-003", map);
            ExpectWord(c, "GT-003", $"status word {number} after unmapping", scene.Status(reference), 0);
        }

        return Task.CompletedTask;
    }

    /// <summary>Reading is bit 3, writing bit 4, and the cache attributes in bits 5 to 7 are left as they are.</summary>
    [Case("GT-004", "GT-026")]
    public static Task InUseBitsAreBitsThreeAndFour(PlatformContext c)
    {
        var scene = new GrantScene(c);
        var page = scene.Page(1);
        foreach (ushort attributes in (ushort[])[0, 0x20, 0x40, 0x80, 0xE0])
        {
            scene.WriteEntry(9, (ushort)(1 | attributes), scene.User.Id.Value, page.Frame);
            var reading = scene.ExpectMapped("GT-004", new GrantRef(9), GrantMapFlags.Host | GrantMapFlags.ReadOnly);
            ExpectWord(c, "GT-004", "flags while mapped for reading", scene.Flags(new GrantRef(9)), (ushort)(9 | attributes));
            var writing = scene.ExpectMapped("GT-004", new GrantRef(9));
            ExpectWord(c, "GT-004", "flags while mapped for writing too", scene.Flags(new GrantRef(9)), (ushort)(0x19 | attributes));
            scene.ExpectUnmapped("GT-004", reading);
            scene.ExpectUnmapped("GT-004", writing);
            ExpectWord(c, "GT-004", "flags when nobody uses the entry any more", scene.Flags(new GrantRef(9)), (ushort)(1 | attributes));
        }

        return Task.CompletedTask;
    }

    /// <summary>Entry 1 of a new domain is the store's page, granted to the control domain.</summary>
    [Case("GT-005")]
    public static Task ReferenceOneIsTheStore(PlatformContext c)
    {
        var hypervisor = c.CreateHypervisor();
        var domain = hypervisor.Create();
        var control = hypervisor.Find(DomainId.Zero)!;
        domain.StorePage.Store(12, 0x53544F52);
        var map = new GrantMap(domain.Id, new GrantRef(1), GrantMapFlags.Host, control.Mappings.TryReserve());
        control.Grants.Map(ref map);
        c.Expect("GT-005", map.Status == GrantStatus.Okay && map.Address.Peek(12) == 0x53544F52, "the store's page behind reference 1", map.Status.ToString());
        return Task.CompletedTask;
    }

    /// <summary>References 0 to 7 are never handed out, however much is asked for; each other one is, once.</summary>
    [Case("GT-005", "GT-016")]
    public static Task ReservedReferencesAreNeverHandedOut(PlatformContext c)
    {
        foreach (var version in Enum.GetValues<GrantVersion>())
        {
            var domain = c.CreateHypervisor().Create(new DomainOptions { GrantFrames = 2 });
            var table = new GuestGrants(domain, version);
            var seen = new HashSet<uint>();
            int entries = version == GrantVersion.One ? 1024 : 512;
            for (var reference = table.Allocate(); reference.IsValid; reference = table.Allocate())
            {
                c.Expect("GT-005", reference.Value is >= 8 && reference.Value < entries, $"a reference of 8 to {entries - 1}", reference.ToString());
                c.Expect("GT-005", seen.Add(reference.Value), "each reference once", $"{reference} twice");
            }

            c.Expect("GT-005", seen.Count == entries - 8, $"{entries - 8} references from two frames of version {version}", $"{seen.Count}");
            c.Expect("GT-016", table.Allocate().Value == 0xFFFF_FFFF, "0xffffffff from a full table", table.Allocate().ToString());
        }

        return Task.CompletedTask;
    }

    /// <summary>Reference 0 is a reference like others, and 0xffffffff is none.</summary>
    [Case("GT-016", "GT-021")]
    public static Task ZeroIsAReferenceAndAllOnesIsNone(PlatformContext c)
    {
        var scene = new GrantScene(c);
        scene.Grant(0, scene.Page(77));
        var map = scene.ExpectMapped("GT-016", new GrantRef(0));
        c.Expect("GT-016", map.Address.Peek(0) == 77, "the page behind reference 0", "another");
        var none = scene.Map(new GrantRef(0xFFFF_FFFF));
        c.Expect("GT-016", none.Status == GrantStatus.BadReference, "bad_gntref for reference 0xffffffff", none.Status.ToString());
        return Task.CompletedTask;
    }

    private static void ExpectEntriesFound(PlatformContext c, string clause, GrantVersion version, params uint[] references)
    {
        var scene = new GrantScene(c, version);
        scene.SetUp(2);
        foreach (uint reference in references)
        {
            scene.Grant(reference, scene.Page(0xC0DE0000 + reference));
        }

        foreach (uint reference in references)
        {
            var map = scene.ExpectMapped(clause, new GrantRef(reference));
            c.Expect(clause, map.Address.Peek(0) == 0xC0DE0000 + reference, $"the page of reference {reference}", $"a page that begins with {map.Address.Peek(0):x}");
        }
    }

    private static void ExpectWord(PlatformContext c, string clause, string what, ulong came, ulong expected) =>
        c.Expect(clause, came == expected, $"{what} to be {expected:x}", $"{came:x}");

    private static void ExpectBytes(PlatformContext c, string what, byte[] entry, string expected, string? mask = null)
    {
        byte[] wanted = Convert.FromHexString(expected);
        byte[] bits = mask is null ? [.. Enumerable.Repeat(byte.MaxValue, wanted.Length)] : Convert.FromHexString(mask);
        bool isSame = entry.Length == wanted.Length && entry.Zip(wanted, bits).All(triple => (triple.First & triple.Third) == (triple.Second & triple.Third));
        c.Expect("GT-002", isSame, $"{what} as {expected}", Convert.ToHexString(entry));
    }
}
