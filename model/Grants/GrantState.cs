using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>Two references of one owner, the two processors of the domain they are granted to, and what the hypervisor knows of both.</summary>
internal struct GrantState
{
    /// <summary>Where each reference is in its owner's hands.</summary>
    public Two<GrantPlace> Places;

    /// <summary>Each entry of the table.</summary>
    public Two<EntryFlags> Entries;

    /// <summary>What each processor of the peer does.</summary>
    public Two<Hand> Hands;

    /// <summary>The owner's own count of its free references.</summary>
    public byte FreeCount;

    /// <summary>Who waits for two references at once.</summary>
    public Waiter Waiter;

    /// <summary>Whether the owner ends both references in one go.</summary>
    public bool Batch;

    /// <summary>The owner.</summary>
    public DomainLife Owner;

    /// <summary>The peer.</summary>
    public DomainLife Peer;

    /// <summary>Whether a reservation of two got one only.</summary>
    public bool GotHalf;

    /// <summary>Fills the last word.</summary>
    public ushort Rest;

    /// <summary>Fills the last word.</summary>
    public uint RestOfWord;
}

/// <summary>Where a reference and its page are in the owner's hands.</summary>
internal enum GrantPlace : byte
{
    /// <summary>In the pool of free references; the page may be used for anything.</summary>
    Free,

    /// <summary>Taken from the pool.</summary>
    Claimed,

    /// <summary>Domain and frame are in the entry.</summary>
    Filled,

    /// <summary>The flags are in the entry: the peer may use it.</summary>
    Granted,

    /// <summary>It is to be revoked, and was seen without a bit of use.</summary>
    Checked,

    /// <summary>The entry is invalid; the page may be used for anything.</summary>
    Revoked,

    /// <summary>It was seen in use and is tried again later (GT-010).</summary>
    Deferred,
}

/// <summary>One entry of the grant table.</summary>
[Flags]
internal enum EntryFlags : byte
{
    None = 0,
    Permit = 1 << 0,
    ReadOnly = 1 << 1,
    Reading = 1 << 2,
    Writing = 1 << 3,

    /// <summary>The frame is that of the page that is meant, and not of one before.</summary>
    Frame = 1 << 4,

    /// <summary>It was granted when the peer's number already belonged to a second domain.</summary>
    ForSecond = 1 << 5,

    InUse = Reading | Writing,
}

/// <summary>What one processor of the peer does: at most one mapping or copy.</summary>
/// <param name="Place">How far it is.</param>
/// <param name="Reference">Of which reference.</param>
/// <param name="Writes">Whether for writing.</param>
/// <param name="Filler">Nothing.</param>
internal readonly record struct Hand(HandPlace Place, byte Reference, bool Writes, byte Filler = 0)
{
    /// <summary>Whether the hypervisor counts it as a use of the entry.</summary>
    public bool Pins => Place is HandPlace.Pinned or HandPlace.Mapped or HandPlace.Losing or HandPlace.Copying;

    /// <summary>Whether the peer can reach the page.</summary>
    public bool Reaches => Place is HandPlace.Mapped or HandPlace.Copying;
}

/// <summary>How far a map, an unmap or a copy is.</summary>
internal enum HandPlace : byte
{
    Idle,

    /// <summary>The bits of use are set; the mapping cannot be used yet.</summary>
    Pinned,

    Mapped,

    /// <summary>The mapping is gone; the bits of use are still set.</summary>
    Losing,

    Copying,

    /// <summary>The hypervisor refused.</summary>
    Refused,
}

/// <summary>Who waits for two free references (GT-012, GT-013).</summary>
internal enum Waiter : byte
{
    None,
    Waiting,

    /// <summary>What it waits for is there; it is about to be called.</summary>
    Due,

    Called,
    Cancelled,
}

/// <summary>The life of a domain, and of its number.</summary>
internal enum DomainLife : byte
{
    Alive,
    Dead,

    /// <summary>All its memory is given back.</summary>
    Reaped,

    /// <summary>Its number belongs to another domain.</summary>
    Second,
}
