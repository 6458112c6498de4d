using System.Buffers.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>A node's permissions (XS-055). Immutable, so nodes share them.</summary>
internal sealed class PermissionList
{
    private readonly XsPermission[] _entries;
    private readonly bool[]? _unknown;

    /// <summary>Makes a list of at least one entry.</summary>
    /// <param name="entries">The owner's entry first.</param>
    /// <param name="unknown">Entries that name no domain of today: shown, never honoured (XS-061).</param>
    public PermissionList(XsPermission[] entries, bool[]? unknown = null)
    {
        if (entries.Length == 0)
        {
            throw new ArgumentException("A permission list has an owner's entry; this one is empty.", nameof(entries));
        }

        _entries = entries;
        _unknown = unknown;
    }

    public DomainId Owner => _entries[0].Domain;

    /// <summary>Bytes that the list adds to its node's memory charge.</summary>
    public int Charge => _entries.Length * 8;

    /// <summary>Whether the caller has the owner's rights: owner, privileged, or its target owns the node (XS-133).</summary>
    public bool IsOwnedBy(StoreConnection caller) =>
        caller.IsPrivileged || Owner == caller.Domain || (caller.Record.Target is { } target && Owner == target.Id);

    /// <summary>What the caller may do.</summary>
    public XsAccess For(StoreConnection caller)
    {
        if (IsOwnedBy(caller))
        {
            return XsAccess.Both;
        }

        bool listed = TryFind(caller.Domain, out var access);
        if (caller.Record.Target is { } target && TryFind(target.Id, out var inherited))
        {
            access |= inherited;
            listed = true;
        }

        return listed ? access : _entries[0].Access;
    }

    public bool AllowsRead(StoreConnection caller) => (For(caller) & XsAccess.Read) != 0;

    public bool Names(DomainId domain)
    {
        foreach (var entry in _entries)
        {
            if (entry.Domain == domain)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same list for a node that <paramref name="owner"/> creates (XS-047).</summary>
    public PermissionList WithOwner(DomainId owner)
    {
        if (Owner == owner)
        {
            return this;
        }

        var copy = (XsPermission[])_entries.Clone();
        copy[0] = copy[0] with { Domain = owner };
        return new PermissionList(copy, _unknown);
    }

    /// <summary>
    /// The same list after a domain's death: without its entries, and owned by domain 0 where it was the owner (XS-060).
    /// </summary>
    public PermissionList WithoutDead(DomainId domain)
    {
        if (!Names(domain))
        {
            return this;
        }

        var entries = new List<XsPermission> { Owner == domain ? new XsPermission(DomainId.Zero, XsAccess.None) : _entries[0] };
        var unknown = new List<bool> { false };
        for (int i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].Domain != domain)
            {
                entries.Add(_entries[i]);
                unknown.Add(_unknown?[i] ?? false);
            }
        }

        return new PermissionList([.. entries], _unknown is null ? null : [.. unknown]);
    }

    /// <summary>Appends the list as GET_PERMS sends it (XS-056).</summary>
    public void AppendTo(ByteBuffer buffer)
    {
        foreach (var entry in _entries)
        {
            var span = buffer.Reserve(7);
            span[0] = "nrwb"u8[(int)entry.Access];
            Utf8Formatter.TryFormat(entry.Domain.Value, span[1..], out int digits);
            span[digits + 1] = 0;
            buffer.Advance(digits + 2);
        }
    }

    private bool TryFind(DomainId domain, out XsAccess access)
    {
        for (int i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].Domain == domain && _unknown?[i] != true)
            {
                access = _entries[i].Access;
                return true;
            }
        }

        access = XsAccess.None;
        return false;
    }
}
