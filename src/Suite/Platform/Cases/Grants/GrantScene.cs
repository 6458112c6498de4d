using System.Buffers.Binary;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>
/// A domain that grants and one that uses, on a hypervisor of their own. Entries are written and read as bytes here, so
/// that what a case sees does not depend on the code under test.
/// </summary>
internal sealed class GrantScene
{
    private const int FrameBytes = 4096;
    private readonly PlatformContext context;
    private readonly List<MemoryPage> frames = [];

    /// <summary>Builds the two domains; the table of the owner has that version and one frame.</summary>
    public GrantScene(PlatformContext c, GrantVersion version = GrantVersion.One, DomainOptions? owner = null, DomainOptions? user = null)
    {
        context = c;
        Hypervisor = c.CreateHypervisor();
        Owner = Hypervisor.Create(owner ?? new DomainOptions());
        User = Hypervisor.Create(user ?? new DomainOptions());
        Version = version;
        uint wanted = (uint)version;
        var error = Owner.Grants.SetVersion(ref wanted);
        c.Expect("GT-050", error == Errno.None, $"a new domain to get a table of version {version}", error.ToString());
        SetUp(1);
    }

    public InProcessHypervisor Hypervisor { get; }

    /// <summary>Who grants.</summary>
    public Domain Owner { get; }

    /// <summary>Who maps and copies.</summary>
    public Domain User { get; }

    public GrantVersion Version { get; }

    /// <summary>Bytes of an entry.</summary>
    public int EntryBytes => Version == GrantVersion.One ? 8 : 16;

    /// <summary>Gives the owner's table at least so many frames.</summary>
    public void SetUp(int count)
    {
        var list = new MemoryPage?[count];
        var status = Owner.Grants.SetUpTable(DomainId.Self, count, list);
        context.Expect("GT-001", status == GrantStatus.Okay && Array.TrueForAll(list, page => page is not null), $"a table of {count} frames", status.ToString());
        frames.Clear();
        frames.AddRange(list!);
    }

    /// <summary>A page of the owner that begins with a mark.</summary>
    public MemoryPage Page(uint mark)
    {
        var page = Owner.Memory.Allocate();
        page.Store(0, mark);
        return page;
    }

    /// <summary>Writes an entry that grants a whole page to the user.</summary>
    public GrantRef Grant(uint reference, MemoryPage page, bool readOnly = false, Domain? to = null)
    {
        WriteEntry(reference, (ushort)(readOnly ? 5 : 1), (to ?? User).Id.Value, page.Frame);
        return new GrantRef(reference);
    }

    /// <summary>Writes an entry that grants a whole page, whatever its flags are.</summary>
    public void WriteEntry(uint reference, ushort flags, ushort domain, ulong frame)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(entry, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], domain);
        if (Version == GrantVersion.One)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)frame);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], frame);
        }

        WriteBytes(reference, entry);
    }

    /// <summary>Writes the bytes of an entry.</summary>
    public void WriteBytes(uint reference, ReadOnlySpan<byte> entry)
    {
        var (frame, index) = Place(reference);
        frame.CopyIn(index, entry);
    }

    /// <summary>The bytes of an entry.</summary>
    public byte[] ReadBytes(uint reference)
    {
        var entry = new byte[EntryBytes];
        var (frame, index) = Place(reference);
        frame.CopyOut(index, entry);
        return entry;
    }

    /// <summary>The shared flags of an entry.</summary>
    public ushort Flags(GrantRef reference) => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(reference.Value));

    /// <summary>The reading and writing bits of an entry (8 and 16), where its version has them.</summary>
    public int InUse(GrantRef reference) => (Version == GrantVersion.One ? Flags(reference) : Status(reference)) & 0x18;

    /// <summary>The word of the status array of an entry of version 2.</summary>
    public ushort Status(GrantRef reference)
    {
        int number = (int)reference.Value / (FrameBytes / 2);
        var list = new MemoryPage?[number + 1];
        var status = Owner.Grants.GetStatusFrames(DomainId.Self, number + 1, list);
        context.Expect("GT-003", status == GrantStatus.Okay && list[number] is not null, $"a status frame for reference {reference}", status.ToString());
        var word = new byte[2];
        list[number]!.CopyOut((int)reference.Value * 2 % FrameBytes, word);
        return BinaryPrimitives.ReadUInt16LittleEndian(word);
    }

    /// <summary>The user maps a page of the owner.</summary>
    public GrantMap Map(GrantRef reference, GrantMapFlags flags = GrantMapFlags.Host, Domain? by = null)
    {
        var mapper = by ?? User;
        var address = mapper.Mappings.TryReserve();
        var operation = new GrantMap(Owner.Id, reference, flags, address);
        mapper.Grants.Map(ref operation);
        return operation;
    }

    /// <summary>The same, and it must work.</summary>
    public GrantMap ExpectMapped(string clause, GrantRef reference, GrantMapFlags flags = GrantMapFlags.Host)
    {
        var map = Map(reference, flags);
        context.Expect(clause, map.Status == GrantStatus.Okay, $"a mapping of reference {reference} with {flags}", map.Status.ToString());
        return map;
    }

    /// <summary>Undoes a mapping for processors, which must work.</summary>
    public void ExpectUnmapped(string clause, GrantMap map, Domain? by = null)
    {
        var status = (by ?? User).Grants.Unmap(map.Handle, map.Address!);
        context.Expect(clause, status == GrantStatus.Okay, $"the mapping of reference {map.Reference} to be undone", status.ToString());
    }

    private (MemoryPage Frame, int Offset) Place(uint reference)
    {
        int offset = checked((int)reference * EntryBytes);
        return (frames[offset / FrameBytes], offset % FrameBytes);
    }
}

/// <summary>Looks at addresses at which there may be nothing.</summary>
internal static class MappedWords
{
    /// <summary>The word at <paramref name="offset"/>; null when nothing is mapped there.</summary>
    public static uint? Peek(this MappedPage? address, int offset) => address is { IsPresent: true } ? address.Load(offset) : null;
}
