using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// What one domain grants to others, as the hypervisor has it: entries in shared memory, and who uses them. An entry's
/// in-use bits are set before its memory can be used and cleared after it can no longer be (GT-026, GT-028). Any thread.
/// </summary>
public sealed partial class GrantTable
{
    private readonly GrantEntries _entries = new();
    private ActiveGrant[] _active = [];
    private int _pins;
    private int _versionTwoOperations;

    internal GrantTable(Domain owner)
    {
        Owner = owner;
        Key = owner.Incarnation;
    }

    /// <summary>Whose it is.</summary>
    public Domain Owner { get; }

    /// <summary>Its identity: the incarnation of its owner when it was made.</summary>
    public ulong Key { get; }

    /// <summary>Its layout; 1 until the guest says otherwise.</summary>
    public GrantVersion Version => _entries.Version;

    /// <summary>How many entries it has; 0 until the guest sets it up.</summary>
    public int EntryCount => _entries.Count;

    /// <summary>Whether any entry is in use.</summary>
    public bool IsInUse => _pins > 0;

    internal GrantEntries Entries => _entries;

    private Lock Gate => Owner.Gate;

    /// <summary>Whether somebody uses that entry.</summary>
    public bool IsPinned(GrantRef reference)
    {
        lock (Gate)
        {
            return reference.Value < _active.Length && _active[reference.Value].IsPinned;
        }
    }

    /// <summary>The frames of entries, at least so many; the first ones bring what the tool stack put there (GT-005).</summary>
    internal GrantStatus SetUp(int frames, Span<MemoryPage?> list)
    {
        if (frames < 0 || frames > Owner.Options.GrantFrames)
        {
            return GrantStatus.GeneralError;
        }

        while (_entries.Frames.Count < frames)
        {
            _entries.Grow(NewFrame);
            if (_entries.Frames.Count == 1)
            {
                SeedReserved();
            }
        }

        Array.Resize(ref _active, Math.Max(_active.Length, _entries.Count));
        return Report(_entries.Frames, frames, list);
    }

    internal GrantStatus GetStatusFrames(int frames, Span<MemoryPage?> list) =>
        frames < 0 || frames > _entries.StatusFrames.Count ? GrantStatus.GeneralError : Report(_entries.StatusFrames, frames, list);

    /// <summary>Changes the layout; only the reserved entries survive, in use or not (GT-050, GT-051).</summary>
    internal Errno SetVersion(uint version)
    {
        if (version is not (1 or 2))
        {
            return Errno.EINVAL;
        }

        var wanted = (GrantVersion)version;
        if (wanted > Owner.Options.NewestGrantVersion)
        {
            return Errno.ENOSYS;
        }

        if (wanted == Version)
        {
            return Errno.None;
        }

        if (Array.Exists(_active[Math.Min(ReservedGrants.Count, _active.Length)..], entry => entry.IsPinned))
        {
            return Errno.EBUSY;
        }

        var error = wanted == GrantVersion.One ? BecomeOne() : BecomeTwo();
        Array.Resize(ref _active, Math.Max(_active.Length, _entries.Count));
        return error;
    }

    /// <summary>Exchanges two entries that nobody uses (GT-053).</summary>
    internal GrantStatus Swap(GrantRef first, GrantRef second)
    {
        if (first.Value >= _entries.Count || second.Value >= _entries.Count)
        {
            return GrantStatus.BadReference;
        }

        if (first == second)
        {
            return GrantStatus.Okay;
        }

        if (_active[first.Value].IsPinned || _active[second.Value].IsPinned)
        {
            return GrantStatus.TryAgain;
        }

        var saved = _entries.Save(first);
        _entries.Restore(first, _entries.Save(second));
        _entries.Restore(second, saved);
        return GrantStatus.Okay;
    }

    private static GrantStatus Report(IReadOnlyList<MemoryPage> pages, int count, Span<MemoryPage?> list)
    {
        if (count > list.Length)
        {
            return GrantStatus.BadVirtualAddress;
        }

        for (int i = 0; i < count; i++)
        {
            list[i] = pages[i];
        }

        return GrantStatus.Okay;
    }

    private Errno BecomeTwo()
    {
        var saved = SaveReserved();
        _entries.Become(GrantVersion.Two, NewFrame);
        foreach (var (reference, header, frame) in saved)
        {
            var flags = GrantLayout.FlagsOf(header);
            _entries.Word(reference, GrantLayout.FrameV2) = (uint)frame;
            _entries.Header(reference) = GrantLayout.Header(flags & ~GrantFlags.InUse, GrantLayout.DomainOf(header));
            _entries.SetInUse(reference, flags & GrantFlags.InUse);
        }

        return Errno.None;
    }

    private Errno BecomeOne()
    {
        if (_versionTwoOperations > 0)
        {
            return Errno.EAGAIN;
        }

        var saved = SaveReserved();
        if (saved.Exists(entry => Type(entry.Header) == GrantFlags.Transitive
            || (Type(entry.Header) == GrantFlags.PermitAccess && entry.Frame > uint.MaxValue)))
        {
            return Errno.ERANGE;
        }

        _entries.Become(GrantVersion.One, NewFrame);
        foreach (var (reference, header, frame) in saved)
        {
            if (Type(header) == GrantFlags.PermitAccess)
            {
                _entries.Word(reference, GrantLayout.FrameV1) = (uint)frame;
                _entries.Header(reference) = header;
            }
        }

        return Errno.None;
    }

    /// <summary>The reserved entries, with the in-use bits among the flags.</summary>
    private List<(GrantRef Reference, uint Header, ulong Frame)> SaveReserved()
    {
        var saved = new List<(GrantRef, uint, ulong)>();
        for (uint i = 0; i < Math.Min(ReservedGrants.Count, _entries.Count); i++)
        {
            var reference = new GrantRef(i);
            saved.Add((reference, _entries.Header(reference) | (uint)_entries.InUse(reference), _entries.FrameOf(reference)));
        }

        return saved;
    }

    private void SeedReserved()
    {
        int frame = Version == GrantVersion.One ? GrantLayout.FrameV1 : GrantLayout.FrameV2;
        _entries.Word(ReservedGrants.Store, frame) = (uint)Domain.StoreFrame;
        _entries.Header(ReservedGrants.Store) = GrantLayout.Header(GrantFlags.PermitAccess, DomainId.Zero);
    }

    private MemoryPage NewFrame() => new(Owner.Hypervisor.NextPageKey(), frame: 0);

    private static GrantFlags Type(uint header) => GrantLayout.FlagsOf(header) & GrantLayout.TypeMask;
}
