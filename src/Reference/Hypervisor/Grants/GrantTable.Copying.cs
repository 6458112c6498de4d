using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <content>How an entry comes into use for a copy: also in part, and through a third domain.</content>
public sealed partial class GrantTable
{
    private const GrantMapFlags CopyRead = GrantMapFlags.Host | GrantMapFlags.ReadOnly;

    /// <summary>Takes an entry into use for a copy; what it allows is in <paramref name="claim"/>.</summary>
    /// <param name="user">Who copies.</param>
    /// <param name="reference">The entry.</param>
    /// <param name="readOnly">Whether the copy only reads it.</param>
    /// <param name="allowTransitive">Whether it may name an entry of a third domain; that one may not.</param>
    /// <param name="claim">Memory and bounds.</param>
    internal GrantStatus PinForCopy(DomainId user, GrantRef reference, bool readOnly, bool allowTransitive, out CopyClaim claim)
    {
        claim = default;
        if (!HasEntry(reference))
        {
            return GrantStatus.BadReference;
        }

        ref var active = ref _active[reference.Value];
        var flags = readOnly ? CopyRead : GrantMapFlags.Host;
        bool wasPinned = active.IsPinned;
        if (wasPinned && (active.User != user || !active.HasRoom(flags)))
        {
            return GrantStatus.GeneralError;
        }

        if (Owner.IsDestroyed)
        {
            return GrantStatus.BadDomain;
        }

        // What was true when the entry was pinned may no longer be: the attributes are read and compared each time (GT-043).
        if (!TryMark(reference, user, readOnly, isPinned: false, forMap: false))
        {
            return GrantStatus.GeneralError;
        }

        var status = Resolve(reference, user, readOnly, allowTransitive, out var found);
        if (status == GrantStatus.Okay && wasPinned && !IsSame(active, found))
        {
            ReleaseThird(found, flags);
            status = GrantStatus.GeneralError;
        }

        if (status != GrantStatus.Okay)
        {
            ReduceMarks(reference, readOnly);
            return status;
        }

        if (!wasPinned)
        {
            active = found;
        }

        Pin(ref active, flags);
        _versionTwoOperations += active.IsCopyOnly ? 1 : 0;
        claim = new CopyClaim(this, reference, flags, active.Memory, active.Start, active.Length);
        return GrantStatus.Okay;
    }

    /// <summary>Ends a copy's use of an entry, and of the third domain's behind it.</summary>
    internal void UnpinCopy(GrantRef reference, GrantMapFlags flags)
    {
        var used = _active[reference.Value];
        _versionTwoOperations -= used.IsCopyOnly ? 1 : 0;
        Unpin(reference, flags);
        ReleaseThird(used, flags);
    }

    /// <summary>What the entry names, taking the third domain's entry into use when it is transitive.</summary>
    private GrantStatus Resolve(GrantRef reference, DomainId user, bool readOnly, bool allowTransitive, out ActiveGrant found)
    {
        found = default;
        var flags = GrantLayout.FlagsOf(Volatile.Read(ref _entries.Header(reference)));
        if ((flags & GrantLayout.TypeMask) == GrantFlags.Transitive)
        {
            return allowTransitive ? ResolveThird(reference, user, readOnly, out found) : GrantStatus.GeneralError;
        }

        bool isPart = Version == GrantVersion.Two && flags.HasFlag(GrantFlags.SubPage);
        if (!TrySetWholePage(ref found, reference, user))
        {
            return GrantStatus.BadPage;
        }

        if (isPart)
        {
            (found.Start, found.Length) = _entries.SubPageOf(reference);
            found.IsCopyOnly = true;
        }

        return GrantStatus.Okay;
    }

    private GrantStatus ResolveThird(GrantRef reference, DomainId user, bool readOnly, out ActiveGrant found)
    {
        found = default;
        var (third, thirdRef) = _entries.TransitiveOf(reference);
        if (third == Owner.Id || Owner.Hypervisor.FindAny(third) is not { } domain)
        {
            return GrantStatus.GeneralError;
        }

        var status = domain.GrantTable.PinForCopy(Owner.Id, thirdRef, readOnly, allowTransitive: false, out var claim);
        if (status == GrantStatus.Okay)
        {
            found = new ActiveGrant
            {
                User = user,
                Memory = claim.Memory,
                Start = claim.Start,
                Length = claim.Length,
                IsCopyOnly = true,
                Third = domain.GrantTable,
                ThirdRef = thirdRef,
            };
        }

        return status;
    }

    private static bool IsSame(in ActiveGrant active, in ActiveGrant found) =>
        active.Memory == found.Memory && active.Start == found.Start && active.Length == found.Length
        && active.IsCopyOnly == found.IsCopyOnly && active.Third == found.Third && active.ThirdRef == found.ThirdRef;

    private static void ReleaseThird(in ActiveGrant found, GrantMapFlags flags) => found.Third?.UnpinCopy(found.ThirdRef, flags);

    /// <summary>An entry in use for a copy: the memory and the bytes of it that may be touched.</summary>
    internal readonly record struct CopyClaim(
        GrantTable? Table, GrantRef Reference, GrantMapFlags Flags, PageMemory Memory, ushort Start, ushort Length)
    {
        public void Release() => Table?.UnpinCopy(Reference, Flags);
    }
}
