using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Fuzz.Hypervisor;

/// <summary>
/// Plays a script on a granter and two users, and beside it a model that knows of each reference only to whom it is granted,
/// how, and which mappings there are. After each step both must agree.
/// </summary>
internal sealed class GrantRun
{
    private readonly InProcessHypervisor hypervisor = new();
    private readonly Domain owner;
    private readonly Domain[] users = new Domain[2];
    private readonly GuestGrants grants;
    private readonly int free;
    private readonly List<Granted> granted = [];
    private readonly List<Mapping> mappings = [];

    public GrantRun(GrantVersion version)
    {
        owner = hypervisor.Create();
        users[0] = hypervisor.Create();
        users[1] = hypervisor.Create();
        grants = new GuestGrants(owner, version);
        free = grants.FreeCount;
    }

    public string? Play(IReadOnlyList<GrantAction> script)
    {
        foreach (var action in script)
        {
            if ((Step(action) ?? Compare()) is { } wrong)
            {
                return $"after {action}: {wrong}";
            }
        }

        return null;
    }

    public GrantStatus MapAnything(DomainId domain, GrantRef reference, GrantMapFlags flags)
    {
        var map = new GrantMap(domain, reference, flags, users[0].Mappings.TryReserve());
        return users[0].Grants.Map(ref map);
    }

    private string? Step(GrantAction action) => action.Kind switch
    {
        GrantActionKind.Grant => Grant(action),
        GrantActionKind.Map => WithGrant(action, Map),
        GrantActionKind.Unmap => Unmap(action),
        GrantActionKind.Copy => WithGrant(action, Copy),
        GrantActionKind.End => WithGrant(action, End),
        GrantActionKind.Retry => Retry(),
        GrantActionKind.Scribble => WithGrant(action, Scribble),
        _ => KillMapper(action),
    };

    private string? WithGrant(GrantAction action, Func<Granted, int, string?> step) =>
        granted.Count == 0 ? null : step(granted[action.First % granted.Count], action.Second);

    private string? Grant(GrantAction action)
    {
        var page = owner.Memory.Allocate();
        var peer = users[action.First % 2].Id;
        bool readOnly = action.Second % 2 == 0;
        granted.Add(new Granted(grants.Grant(peer, page.Frame, readOnly), peer, readOnly, page));
        return null;
    }

    private string? Map(Granted entry, int choice)
    {
        var user = users[choice % 2];
        bool readOnly = choice / 2 % 2 == 0;
        var flags = GrantMapFlags.Host | (readOnly ? GrantMapFlags.ReadOnly : 0);

        // With version 2 a revoke that came too early took the permission away, but not from who has the entry in use.
        bool isOffered = !entry.IsEnding || grants.Version == GrantVersion.One || UsesOf(entry).Any();
        bool mayMap = isOffered && entry.Peer == user.Id && (readOnly || !entry.IsReadOnly);
        var map = new GrantMap(owner.Id, entry.Reference, flags, user.Mappings.TryReserve());
        user.Grants.Map(ref map);
        if (map.Status == GrantStatus.Okay)
        {
            mappings.Add(new Mapping(user, map.Handle, map.Address!, entry, readOnly));
        }

        return mayMap == (map.Status == GrantStatus.Okay)
            ? null
            : $"expected a map of {entry.Reference} {(mayMap ? "to succeed" : "to fail")}, got {map.Status}";
    }

    private string? Unmap(GrantAction action)
    {
        if (mappings.Count == 0)
        {
            return null;
        }

        var mapping = mappings[action.First % mappings.Count];
        var status = mapping.User.Grants.Unmap(mapping.Handle, mapping.Address);
        mappings.Remove(mapping);
        return status == GrantStatus.Okay && mapping.User.Grants.Unmap(mapping.Handle, mapping.Address) == GrantStatus.BadHandle
            ? null
            : $"expected an unmap to succeed once, got {status}";
    }

    private string? Copy(Granted entry, int choice)
    {
        var user = users[choice % 2];
        entry.Page.CopyIn(0, [(byte)choice]);
        byte[] bytes = new byte[1];
        var status = user.Grants.CopyOut(owner.Id, entry.Reference, 0, bytes);
        bool mayCopy = entry.Peer == user.Id && (!entry.IsEnding || grants.Version == GrantVersion.One);
        return mayCopy == (status == GrantStatus.Okay) && (!mayCopy || bytes[0] == (byte)choice)
            ? null
            : $"expected a copy from {entry.Reference} {(mayCopy ? "to succeed" : "to fail")}, got {status}";
    }

    private string? End(Granted entry, int choice)
    {
        if (entry.IsEnding)
        {
            return null;
        }

        bool ended = grants.End(entry.Reference, entry.Page);
        bool isUsed = UsesOf(entry).Any();
        entry.IsEnding = true;
        if (ended)
        {
            granted.Remove(entry);
        }

        return ended != isUsed ? null : $"expected the end of {entry.Reference} {(isUsed ? "to be deferred" : "to be now")}";
    }

    private string? Retry()
    {
        int due = granted.Count(entry => entry.IsEnding && !UsesOf(entry).Any());
        int ended = grants.RetryDeferred();
        granted.RemoveAll(entry => entry.IsEnding && !UsesOf(entry).Any());
        return ended == due ? null : $"expected {due} deferred grants to end, got {ended}";
    }

    /// <summary>A user stores through a mapping and the owner sees it; through one for reading it cannot.</summary>
    private string? Scribble(Granted entry, int choice)
    {
        foreach (var use in UsesOf(entry))
        {
            uint before = entry.Page.Load(8);
            try
            {
                use.Address.Store(8, (uint)choice);
            }
            catch (PageAccessException) when (use.IsReadOnly)
            {
                choice = (int)before;
            }

            if (entry.Page.Load(8) != (uint)choice || use.Address.Load(8) != (uint)choice)
            {
                return $"expected {choice} behind {entry.Reference}, got {entry.Page.Load(8)}";
            }
        }

        return null;
    }

    private string? KillMapper(GrantAction action)
    {
        if (action.Second % 4 != 0)
        {
            return null;
        }

        int which = action.First % 2;
        var dead = users[which];
        hypervisor.Destroy(dead);
        mappings.RemoveAll(mapping => mapping.User == dead);
        users[which] = hypervisor.Create(dead.Id);
        return null;
    }

    private string? Compare()
    {
        foreach (var entry in granted)
        {
            var uses = UsesOf(entry).ToArray();
            if (grants.Frames.Count != 1 || owner.GrantTable.IsPinned(entry.Reference) != (uses.Length > 0) || entry.Page.Pins != uses.Length)
            {
                return $"expected {uses.Length} uses of {entry.Reference}, got {entry.Page.Pins}";
            }

            var bits = (uses.Length > 0 ? GrantFlags.Reading : 0) | (uses.Any(use => !use.IsReadOnly) ? GrantFlags.Writing : 0);
            if (InUse(entry.Reference) != bits)
            {
                return $"expected in-use bits {bits} of {entry.Reference}, got {InUse(entry.Reference)}";
            }
        }

        int deferred = granted.Count(entry => entry.IsEnding);
        return grants.DeferredCount == deferred && grants.FreeCount == free - granted.Count
            ? null
            : $"expected {free - granted.Count} free and {deferred} deferred references, got {grants.FreeCount} and {grants.DeferredCount}";
    }

    private IEnumerable<Mapping> UsesOf(Granted entry) => mappings.Where(mapping => mapping.Entry == entry);

    private GrantFlags InUse(GrantRef reference)
    {
        byte[] bytes = new byte[2];
        if (grants.Version == GrantVersion.One)
        {
            grants.Frames[0].CopyOut((int)reference.Value * 8, bytes);
        }
        else
        {
            var frames = new MemoryPage?[1];
            owner.Grants.GetStatusFrames(DomainId.Self, 1, frames);
            frames[0]!.CopyOut((int)reference.Value * 2, bytes);
        }

        return (GrantFlags)BitConverter.ToUInt16(bytes) & GrantFlags.InUse;
    }

    private sealed class Granted(GrantRef reference, DomainId peer, bool isReadOnly, MemoryPage page)
    {
        public GrantRef Reference { get; } = reference;

        public DomainId Peer { get; } = peer;

        public bool IsReadOnly { get; } = isReadOnly;

        public MemoryPage Page { get; } = page;

        public bool IsEnding { get; set; }
    }

    private sealed record Mapping(Domain User, GrantHandle Handle, MappedPage Address, Granted Entry, bool IsReadOnly);
}
