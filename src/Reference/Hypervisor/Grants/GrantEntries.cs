using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The frames of a grant table as memory that hypervisor and guest share: where an entry stands and how its words are
/// read and changed. It knows nothing of who uses an entry.
/// </summary>
internal sealed class GrantEntries
{
    private readonly List<MemoryPage> _frames = [];
    private readonly List<MemoryPage> _statusFrames = [];

    public GrantVersion Version { get; private set; } = GrantVersion.One;

    public IReadOnlyList<MemoryPage> Frames => _frames;

    public IReadOnlyList<MemoryPage> StatusFrames => _statusFrames;

    public int Count => _frames.Count * GrantLayout.EntriesPerFrame(Version);

    /// <summary>The first word of an entry: flags and domain.</summary>
    public ref uint Header(GrantRef reference) => ref Word(reference, GrantLayout.Flags);

    /// <summary>Any other word of an entry.</summary>
    public ref uint Word(GrantRef reference, int offset)
    {
        var (frame, start) = GrantLayout.PlaceOf(reference, Version);
        return ref _frames[frame].Word(start + offset);
    }

    public ulong FrameOf(GrantRef reference) => Version == GrantVersion.One
        ? Volatile.Read(ref Word(reference, GrantLayout.FrameV1))
        : Volatile.Read(ref Unsafe.As<uint, ulong>(ref Word(reference, GrantLayout.FrameV2)));

    /// <summary>First granted byte and count of an entry that grants part of a page.</summary>
    public (ushort Offset, ushort Length) SubPageOf(GrantRef reference)
    {
        uint word = Volatile.Read(ref Word(reference, GrantLayout.SubPageOffset));
        return ((ushort)word, (ushort)(word >> 16));
    }

    public (DomainId Domain, GrantRef Reference) TransitiveOf(GrantRef reference) => (
        new DomainId((ushort)Volatile.Read(ref Word(reference, GrantLayout.TransitiveDomain))),
        new GrantRef(Volatile.Read(ref Word(reference, GrantLayout.TransitiveRef))));

    /// <summary>The in-use bits of an entry, wherever the version has them.</summary>
    public GrantFlags InUse(GrantRef reference) =>
        (Version == GrantVersion.One ? GrantLayout.FlagsOf(Volatile.Read(ref Header(reference))) : StatusOf(reference)) & GrantFlags.InUse;

    public void SetInUse(GrantRef reference, GrantFlags bits)
    {
        ref uint word = ref UseWord(reference, out int shift);
        Interlocked.Or(ref word, (uint)bits << shift);
    }

    public void ClearInUse(GrantRef reference, GrantFlags bits)
    {
        ref uint word = ref UseWord(reference, out int shift);
        Interlocked.And(ref word, ~((uint)bits << shift));
    }

    /// <summary>Adds a zeroed frame, and with version 2 as many status frames as that takes.</summary>
    public void Grow(Func<MemoryPage> newFrame)
    {
        _frames.Add(newFrame());
        GrowStatus(newFrame);
    }

    /// <summary>Another layout, with nothing in it.</summary>
    public void Become(GrantVersion version, Func<MemoryPage> newFrame)
    {
        Version = version;
        foreach (var frame in _frames)
        {
            frame.Bytes(0, MachinePage.Size).Clear();
        }

        foreach (var frame in _statusFrames)
        {
            frame.Free();
        }

        _statusFrames.Clear();
        GrowStatus(newFrame);
    }

    /// <summary>An entry with its status, as it stands.</summary>
    public SavedEntry Save(GrantRef reference) => new(Bytes(reference).ToArray(), Version == GrantVersion.One ? default : StatusOf(reference));

    /// <summary>Puts an entry of the same version into a place.</summary>
    public void Restore(GrantRef reference, SavedEntry entry)
    {
        entry.Bytes.CopyTo(Bytes(reference));
        if (Version == GrantVersion.Two)
        {
            ClearInUse(reference, (GrantFlags)ushort.MaxValue);
            SetInUse(reference, entry.Status);
        }
    }

    private Span<byte> Bytes(GrantRef reference) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref Header(reference), GrantLayout.EntrySize(Version) / sizeof(uint)));

    private GrantFlags StatusOf(GrantRef reference)
    {
        ref uint word = ref UseWord(reference, out int shift);
        return (GrantFlags)(ushort)(Volatile.Read(ref word) >> shift);
    }

    /// <summary>The word that holds the in-use bits: the entry's first, or half a word of the status array.</summary>
    private ref uint UseWord(GrantRef reference, out int shift)
    {
        if (Version == GrantVersion.One)
        {
            shift = 0;
            return ref Header(reference);
        }

        var (frame, index) = Math.DivRem((int)reference.Value, GrantLayout.StatusesPerFrame);
        shift = index % 2 * 16;
        return ref _statusFrames[frame].Word(index / 2 * sizeof(uint));
    }

    private void GrowStatus(Func<MemoryPage> newFrame)
    {
        while (Version == GrantVersion.Two && _statusFrames.Count * GrantLayout.StatusesPerFrame < Count)
        {
            _statusFrames.Add(newFrame());
        }
    }

    /// <summary>The bytes of an entry and its status word.</summary>
    internal readonly record struct SavedEntry(byte[] Bytes, GrantFlags Status);
}
