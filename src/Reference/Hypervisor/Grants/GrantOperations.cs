using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>One page to map (<c>gnttab_map_grant_ref</c>, grant_table.h).</summary>
/// <param name="Granter">The domain that grants it; not DOMID_SELF.</param>
/// <param name="Reference">The granter's reference.</param>
/// <param name="Flags">What for.</param>
/// <param name="Address">Where, for a <see cref="GrantMapFlags.Host"/> mapping.</param>
public record struct GrantMap(DomainId Granter, GrantRef Reference, GrantMapFlags Flags, MappedPage? Address)
{
    /// <summary>How it ended; nothing else of the result is good unless this is <see cref="GrantStatus.Okay"/>.</summary>
    public GrantStatus Status { get; internal set; }

    /// <summary>By which it is undone.</summary>
    public GrantHandle Handle { get; internal set; } = GrantHandle.Invalid;

    /// <summary>Where devices find it, for a <see cref="GrantMapFlags.Device"/> mapping; else 0.</summary>
    public ulong BusAddress { get; internal set; }
}

/// <summary>One mapping to undo, in whole or in part (<c>gnttab_unmap_grant_ref</c>, grant_table.h; GT-030).</summary>
/// <param name="Handle">The mapping.</param>
/// <param name="Address">Where it is for processors; null leaves that part.</param>
/// <param name="BusAddress">Where it is for devices; 0 leaves that part.</param>
public record struct GrantUnmap(GrantHandle Handle, MappedPage? Address, ulong BusAddress = 0)
{
    /// <summary>How it ended.</summary>
    public GrantStatus Status { get; internal set; }
}

/// <summary>One end of a copy.</summary>
public readonly record struct GrantCopyEnd
{
    private GrantCopyEnd(DomainId domain, bool isReference, ulong number, ushort offset) =>
        (Domain, IsReference, Number, Offset) = (domain, isReference, number, offset);

    /// <summary>Whose memory it is.</summary>
    public DomainId Domain { get; }

    /// <summary>Whether it is named by reference and not by frame.</summary>
    public bool IsReference { get; }

    /// <summary>The reference or the frame.</summary>
    public ulong Number { get; }

    /// <summary>The first byte in the page.</summary>
    public ushort Offset { get; }

    /// <summary>Memory that a domain grants to the caller.</summary>
    public static GrantCopyEnd OfReference(DomainId domain, GrantRef reference, ushort offset) => new(domain, true, reference.Value, offset);

    /// <summary>Memory of the caller's own, by frame number.</summary>
    public static GrantCopyEnd OfFrame(ulong frame, ushort offset) => new(DomainId.Self, false, frame, offset);

    /// <summary>Memory by frame number; refused unless <paramref name="domain"/> is DOMID_SELF (GT-041).</summary>
    public static GrantCopyEnd OfFrame(DomainId domain, ulong frame, ushort offset) => new(domain, false, frame, offset);
}

/// <summary>Bytes to copy between two pages (<c>gnttab_copy</c>, grant_table.h).</summary>
/// <param name="Source">From where.</param>
/// <param name="Destination">Whereto.</param>
/// <param name="Length">How many bytes; 0 does nothing and looks at nothing (GT-040).</param>
public record struct GrantCopy(GrantCopyEnd Source, GrantCopyEnd Destination, ushort Length)
{
    /// <summary>How it ended.</summary>
    public GrantStatus Status { get; internal set; }
}
