using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Platform.Cases.Grants;

/// <summary>A guest with its kernel's own side of its grant table, and a peer that maps what the guest grants.</summary>
internal sealed class GuestScene
{
    private readonly PlatformContext context;

    /// <summary>Builds both; the guest's table can grow to so many frames.</summary>
    public GuestScene(PlatformContext c, GrantVersion version = GrantVersion.One, int grantFrames = 1)
    {
        context = c;
        Hypervisor = c.CreateHypervisor();
        Guest = Hypervisor.Create(new DomainOptions { GrantFrames = grantFrames });
        Peer = Hypervisor.Create();
        Table = new GuestGrants(Guest, version);
    }

    public InProcessHypervisor Hypervisor { get; }

    public Domain Guest { get; }

    /// <summary>Who maps.</summary>
    public Domain Peer { get; }

    /// <summary>The guest's side of its table.</summary>
    public GuestGrants Table { get; }

    /// <summary>Grants a new page to the peer.</summary>
    public (GrantRef Reference, MemoryPage Page) Grant(bool readOnly = false)
    {
        var page = Guest.Memory.Allocate();
        return (Table.Grant(Peer.Id, page.Frame, readOnly), page);
    }

    /// <summary>The peer maps a page, which must work.</summary>
    public GrantMap Map(GrantRef reference)
    {
        var map = new GrantMap(Guest.Id, reference, GrantMapFlags.Host, Peer.Mappings.TryReserve());
        Peer.Grants.Map(ref map);
        context.Expect("GT-022", map.Status == GrantStatus.Okay, $"the peer to map reference {reference}", map.Status.ToString());
        return map;
    }

    /// <summary>Whether the peer can map a page; it does not keep the mapping.</summary>
    public bool CanMap(GrantRef reference)
    {
        var map = new GrantMap(Guest.Id, reference, GrantMapFlags.Host, Peer.Mappings.TryReserve());
        Peer.Grants.Map(ref map);
        if (map.Status == GrantStatus.Okay)
        {
            Unmap(map);
        }

        return map.Status == GrantStatus.Okay;
    }

    /// <summary>The peer undoes a mapping, which must work.</summary>
    public void Unmap(GrantMap map)
    {
        var status = Peer.Grants.Unmap(map.Handle, map.Address!);
        context.Expect("GT-030", status == GrantStatus.Okay, "the peer to undo its mapping", status.ToString());
    }

    /// <summary>Takes every reference that is left.</summary>
    public List<GrantRef> TakeAll()
    {
        var taken = new List<GrantRef>();
        for (var reference = Table.Allocate(); reference.IsValid && taken.Count < 10_000; reference = Table.Allocate())
        {
            taken.Add(reference);
        }

        return taken;
    }
}
