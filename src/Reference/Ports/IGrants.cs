using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Ports;

/// <summary>The two ends of page sharing: letting others use own pages, and using those of others (GT family).</summary>
public interface IGrants
{
    /// <summary>Lets a domain use a page (GT-006).</summary>
    /// <param name="peer">Who may.</param>
    /// <param name="page">An own page.</param>
    /// <param name="access">Whether it may write.</param>
    /// <param name="reservation">Where to take the reference from; null for the free pool.</param>
    /// <returns>The reference; <see cref="GrantRef.Invalid"/> when none is free.</returns>
    ValueTask<GrantRef> GrantAsync(DomainId peer, IOwnPage page, GrantAccess access, IGrantReservation? reservation = null);

    /// <summary>
    /// Ends a grant in one test-and-clear (GT-007, GT-009) and frees the reference, to the reservation if one is given.
    /// </summary>
    /// <returns>False when the peer still uses the page; nothing is changed then.</returns>
    ValueTask<bool> TryRevokeAsync(GrantRef reference, IGrantReservation? reservation = null);

    /// <summary>
    /// Ends a grant now or as soon as the peer lets go (GT-010), and then frees the page, if one is given. The caller
    /// forgets both.
    /// </summary>
    ValueTask RevokeLaterAsync(GrantRef reference, IOwnPage? page);

    /// <summary>Sets aside references, all or none (GT-014); null when there are too few.</summary>
    ValueTask<IGrantReservation?> ReserveAsync(int count);

    /// <summary>Returns what is left of a reservation to the free pool (GT-015).</summary>
    ValueTask ReleaseAsync(IGrantReservation reservation);

    /// <summary>Has a signal set, once, when that many references are free (GT-013).</summary>
    ValueTask<IGrantCallback> NotifyWhenFreeAsync(int count, Signal signal);

    /// <summary>Takes a callback back; its signal is not set any more by it.</summary>
    ValueTask CancelAsync(IGrantCallback callback);

    /// <summary>Maps a page of another domain. EAGAIN is retried by the caller (GT-034).</summary>
    ValueTask<GrantMapping> MapAsync(DomainId owner, GrantRef reference, GrantAccess access);

    /// <summary>Unmaps; the page must not be used any more, whatever the status.</summary>
    ValueTask<GrantStatus> UnmapAsync(IMappedPage page);

    /// <summary>Copies from a page of another domain, without mapping it (GT-040).</summary>
    /// <param name="owner">Whose page.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="offset">First byte in that page.</param>
    /// <param name="destination">Where to put the bytes; memory that nobody else can touch.</param>
    ValueTask<GrantStatus> CopyFromAsync(DomainId owner, GrantRef reference, int offset, Memory<byte> destination);

    /// <summary>Copies to a page of another domain; as <see cref="CopyFromAsync"/> the other way.</summary>
    ValueTask<GrantStatus> CopyToAsync(DomainId owner, GrantRef reference, int offset, ReadOnlyMemory<byte> source);
}

/// <summary>Whether the user of a page may write to it.</summary>
public enum GrantAccess
{
    /// <summary>Read only.</summary>
    ReadOnly,

    /// <summary>Read and write.</summary>
    ReadWrite,
}

/// <summary>References set aside for one user.</summary>
public interface IGrantReservation
{
    /// <summary>How many are left.</summary>
    int Count { get; }
}

/// <summary>A wish to be told when references are free.</summary>
public interface IGrantCallback
{
    /// <summary>Whether it has neither been fulfilled nor cancelled.</summary>
    bool IsArmed { get; }
}

/// <summary>The outcome of a map operation.</summary>
/// <param name="Status">What the hypervisor says.</param>
/// <param name="Page">The page; null unless the status is okay.</param>
public readonly record struct GrantMapping(GrantStatus Status, IMappedPage? Page);
