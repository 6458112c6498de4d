using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <content>How an entry comes into use and out of it.</content>
public sealed partial class GrantTable
{
    // The guest may change an entry faster than it can be marked; a few tries are for guests that mean well.
    private const int MarkTries = 5;

    /// <summary>Takes an entry into use for a mapping (GT-022, GT-023, GT-026).</summary>
    internal GrantStatus PinForMap(Domain user, GrantRef reference, GrantMapFlags flags, out PageMemory? memory)
    {
        memory = null;
        if (!HasEntry(reference))
        {
            return GrantStatus.BadReference;
        }

        ref var active = ref _active[reference.Value];
        bool wasPinned = active.IsPinned;
        if (Owner.IsDestroyed || (wasPinned && (active.User != user.Id || active.IsCopyOnly || !active.HasRoom(flags))))
        {
            return GrantStatus.GeneralError;
        }

        bool readOnly = flags.HasFlag(GrantMapFlags.ReadOnly);
        if (!wasPinned || (!readOnly && !active.IsWritten))
        {
            if (!TryMark(reference, user.Id, readOnly, wasPinned, forMap: true))
            {
                return GrantStatus.GeneralError;
            }

            if (!wasPinned && !TrySetWholePage(ref active, reference, user.Id))
            {
                ReduceMarks(reference, readOnly);
                return GrantStatus.BadPage;
            }
        }

        memory = active.Memory;
        Pin(ref active, flags);
        return GrantStatus.Okay;
    }

    /// <summary>Takes an entry out of use once for each kind in <paramref name="flags"/>; its memory can no longer be reached that way.</summary>
    internal void Unpin(GrantRef reference, GrantMapFlags flags)
    {
        ref var active = ref _active[reference.Value];
        int kinds = active.Unpin(flags);
        active.Memory.Pins -= kinds;
        _pins -= kinds;
        ReduceMarks(reference, flags.HasFlag(GrantMapFlags.ReadOnly));
        if (!active.IsPinned)
        {
            // A stale reference to memory would keep it from being collected.
            active = default;
        }

        Owner.Hypervisor.ReapIfFree(this);
    }

    private void Pin(ref ActiveGrant active, GrantMapFlags flags)
    {
        int kinds = active.Pin(flags);
        active.Memory.Pins += kinds;
        _pins += kinds;
    }

    private bool HasEntry(GrantRef reference)
    {
        if (_entries.Count == 0 && !Owner.IsDestroyed)
        {
            // A domain is born with one frame; it is made when somebody looks.
            SetUp(1, new MemoryPage?[1]);
        }

        return reference.Value < _entries.Count;
    }

    private bool TrySetWholePage(ref ActiveGrant active, GrantRef reference, DomainId user)
    {
        if (Owner.Memory.FindInside(_entries.FrameOf(reference)) is not { } page)
        {
            return false;
        }

        active = new ActiveGrant { User = user, Memory = page.Memory, Length = MachinePage.Size };
        return true;
    }

    /// <summary>Sets the in-use bits, if the entry allows the use at that very moment.</summary>
    private bool TryMark(GrantRef reference, DomainId user, bool readOnly, bool isPinned, bool forMap) =>
        Version == GrantVersion.One
            ? TryMarkOne(reference, user, readOnly, isPinned, forMap)
            : TryMarkTwo(reference, user, readOnly, isPinned, forMap);

    private bool TryMarkOne(GrantRef reference, DomainId user, bool readOnly, bool isPinned, bool forMap)
    {
        ref uint word = ref _entries.Header(reference);
        uint header = Volatile.Read(ref word);
        for (int tries = 0; tries < MarkTries; tries++)
        {
            if (!Allows(header, user, readOnly, isPinned, forMap))
            {
                return false;
            }

            uint marked = header | (uint)Marks(readOnly);
            uint seen = Interlocked.CompareExchange(ref word, marked, header);
            if (seen == header)
            {
                return true;
            }

            header = seen;
        }

        return false;
    }

    private bool TryMarkTwo(GrantRef reference, DomainId user, bool readOnly, bool isPinned, bool forMap)
    {
        ref uint word = ref _entries.Header(reference);
        if (!Allows(Volatile.Read(ref word), user, readOnly, isPinned, forMap))
        {
            return false;
        }

        // The guest clears the flags and then looks at the status; so this sets the status and then looks at the flags.
        _entries.SetInUse(reference, Marks(readOnly));
        if (Allows(Volatile.Read(ref word), user, readOnly, isPinned, forMap))
        {
            return true;
        }

        ReduceMarks(reference, readOnly);
        return false;
    }

    private bool Allows(uint header, DomainId user, bool readOnly, bool isPinned, bool forMap)
    {
        var flags = GrantLayout.FlagsOf(header);
        if (!readOnly && flags.HasFlag(GrantFlags.ReadOnly))
        {
            return false;
        }

        if (isPinned)
        {
            return true;
        }

        var type = flags & GrantLayout.TypeMask;
        bool isUsable = type == GrantFlags.PermitAccess
            || (type == GrantFlags.Transitive && !forMap && Version == GrantVersion.Two);
        return isUsable && GrantLayout.DomainOf(header) == user && !(forMap && flags.HasFlag(GrantFlags.SubPage));
    }

    /// <summary>Clears the in-use bits that no use needs any more, and no others (GT-028, GT-042).</summary>
    private void ReduceMarks(GrantRef reference, bool readOnly)
    {
        ref readonly var active = ref _active[reference.Value];
        var clear = active.IsPinned ? GrantFlags.Invalid : GrantFlags.Reading;
        if (!readOnly && !active.IsWritten)
        {
            clear |= GrantFlags.Writing;
        }

        if (clear != GrantFlags.Invalid && reference.Value < _entries.Count)
        {
            _entries.ClearInUse(reference, clear);
        }
    }

    private static GrantFlags Marks(bool readOnly) => readOnly ? GrantFlags.Reading : GrantFlags.InUse;
}
