using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// A guest kernel's side of its own grant table: which references are free, what the entries say, and how a grant ends.
/// Over either version. Any thread.
/// </summary>
public sealed partial class GuestGrants
{
    private readonly Domain _domain;
    private readonly FreeReferences _free = new();
    private readonly List<(GrantRef Reference, MemoryPage? Page)> _deferred = [];
    private GuestEntries _entries;

    /// <summary>Sets the domain's table up, one frame long at first; it grows as references are needed.</summary>
    /// <exception cref="InvalidOperationException">The hypervisor refuses that version.</exception>
    public GuestGrants(Domain domain, GrantVersion version = GrantVersion.One)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _domain = domain;
        Version = version;
        _entries = new GuestEntries(domain, version, frames: 1);
        _free.Add(ReservedGrants.Count, _entries.Count - ReservedGrants.Count);
    }

    /// <summary>The layout of the table.</summary>
    public GrantVersion Version { get; }

    /// <summary>References that nobody has, without growing the table.</summary>
    public int FreeCount => _free.Count;

    /// <summary>References whose grant ended but which the peer still uses; they are neither free nor anybody's (GT-010).</summary>
    public int DeferredCount => _deferred.Count;

    /// <summary>Entries in all, the reserved ones too.</summary>
    public int EntryCount => _entries.Count;

    /// <summary>The pages of the table, for who wants to look at the entries themselves.</summary>
    public IReadOnlyList<MemoryPage> Frames => _entries.Frames;

    // The guest's own lock: what the hypervisor does to an entry at the same time is met by atomic operations alone.
    internal Lock Gate { get; } = new();

    internal FreeReferences References => _free;

    /// <summary>A free reference, or <see cref="GrantRef.Invalid"/> when the table is full (GT-005, GT-016).</summary>
    public GrantRef Allocate()
    {
        lock (Gate)
        {
            return TryProvide(1) ? _free.Take() : GrantRef.Invalid;
        }
    }

    /// <summary>Gives back a reference that grants nothing.</summary>
    /// <exception cref="InvalidOperationException">It was free already, still grants something, or is reserved.</exception>
    public void Free(GrantRef reference)
    {
        lock (Gate)
        {
            CheckIdle(reference);
            _free.Give(reference);
            RunCallbacks();
        }
    }

    /// <summary>Allocates a reference and grants a page of the domain; <see cref="GrantRef.Invalid"/> when the table is full.</summary>
    public GrantRef Grant(DomainId peer, ulong frame, bool readOnly)
    {
        lock (Gate)
        {
            var reference = TryProvide(1) ? _free.Take() : GrantRef.Invalid;
            if (reference.IsValid)
            {
                PublishPage(reference, peer, frame, readOnly);
            }

            return reference;
        }
    }

    /// <summary>Fills an entry: domain and frame first, flags last (GT-006).</summary>
    /// <exception cref="InvalidOperationException">The reference is free, reserved, or grants something already.</exception>
    public void Publish(GrantRef reference, DomainId peer, ulong frame, bool readOnly)
    {
        lock (Gate)
        {
            CheckIdle(reference);
            PublishPage(reference, peer, frame, readOnly);
        }
    }

    /// <summary>Grants some bytes of a page for copies; version 2 alone.</summary>
    /// <exception cref="InvalidOperationException">The table is of version 1, or as for <see cref="Publish"/>.</exception>
    public void PublishPart(GrantRef reference, DomainId peer, ulong frame, ushort offset, ushort length, bool readOnly)
    {
        lock (Gate)
        {
            CheckIdle(reference);
            _entries.WritePart(reference, frame, offset, length);
            _entries.Publish(reference, GrantFlags.PermitAccess | GrantFlags.SubPage | (readOnly ? GrantFlags.ReadOnly : 0), peer);
        }
    }

    /// <summary>Passes on, for copies, what a third domain grants to this one; version 2 alone.</summary>
    /// <exception cref="InvalidOperationException">The table is of version 1, or as for <see cref="Publish"/>.</exception>
    public void PublishTransitive(GrantRef reference, DomainId peer, DomainId third, GrantRef thirdReference, bool readOnly)
    {
        lock (Gate)
        {
            CheckIdle(reference);
            _entries.WriteTransitive(reference, third, thirdReference);
            _entries.Publish(reference, GrantFlags.Transitive | (readOnly ? GrantFlags.ReadOnly : 0), peer);
        }
    }

    /// <summary>Whether the peer uses the entry now. Not a licence to free anything: the answer is old when it is given (GT-009).</summary>
    public bool IsInUse(GrantRef reference)
    {
        lock (Gate)
        {
            CheckTaken(reference);
            return _entries.IsInUse(reference);
        }
    }

    /// <summary>
    /// Ends the grant if the peer does not use it, test and end being one (GT-007). The reference stays the caller's.
    /// </summary>
    /// <returns>False while the peer uses the entry: then neither page nor reference may be reused (GT-008).</returns>
    public bool TryRevoke(GrantRef reference)
    {
        lock (Gate)
        {
            CheckTaken(reference);
            return _entries.TryRevoke(reference);
        }
    }

    /// <summary>After a move to another host: sets the table up there as it was, granting nothing (GT-060).</summary>
    public void Reestablish()
    {
        lock (Gate)
        {
            _entries = new GuestEntries(_domain, Version, _entries.Frames.Count);
        }
    }

    /// <summary>Sees to it that so many references are free, by growing the table if need be; all or nothing.</summary>
    internal bool TryProvide(int count)
    {
        while (_free.Count < count)
        {
            int before = _entries.Count;
            if (!_entries.TryGrow())
            {
                return false;
            }

            _free.Add(before, _entries.Count - before);
        }

        return true;
    }

    internal void CheckIdle(GrantRef reference)
    {
        CheckTaken(reference);
        if (!_entries.IsInvalid(reference))
        {
            throw new InvalidOperationException($"expected a reference of domain {_domain.Id} that grants nothing, got {reference}; revoke it first");
        }
    }

    private void PublishPage(GrantRef reference, DomainId peer, ulong frame, bool readOnly)
    {
        _entries.WriteFrame(reference, frame);
        _entries.Publish(reference, GrantFlags.PermitAccess | (readOnly ? GrantFlags.ReadOnly : 0), peer);
    }

    private void CheckTaken(GrantRef reference)
    {
        if (!_free.IsTaken(reference))
        {
            throw new InvalidOperationException($"expected an allocated reference of domain {_domain.Id}, got {reference}; use a reference from its allocation to its end, and end it once");
        }
    }
}
