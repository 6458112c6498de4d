using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor;

/// <summary>A domain that grants and one that uses what it is granted.</summary>
internal sealed class TwoDomains
{
    public TwoDomains(GrantVersion version = GrantVersion.One, DomainOptions? user = null)
    {
        Owner = Hypervisor.Create();
        User = Hypervisor.Create(user ?? new DomainOptions());
        Grants = new GuestGrants(Owner, version);
    }

    public InProcessHypervisor Hypervisor { get; } = new();

    public Domain Owner { get; }

    public Domain User { get; }

    public GuestGrants Grants { get; }

    /// <summary>Grants a new page to the user.</summary>
    public GrantRef Grant(out MemoryPage page, bool readOnly = false)
    {
        page = Owner.Memory.Allocate();
        return Grants.Grant(User.Id, page.Frame, readOnly);
    }

    public GrantMap Map(GrantRef reference, GrantMapFlags flags = GrantMapFlags.Host, Domain? mapper = null)
    {
        var domain = mapper ?? User;
        var address = domain.Mappings.TryReserve();
        var map = new GrantMap(Owner.Id, reference, flags, address);
        domain.Grants.Map(ref map);
        return map;
    }

    public GrantStatus Unmap(in GrantMap map) => User.Grants.Unmap(map.Handle, map.Address!);

    public GrantStatus CopyFrom(GrantRef reference, ushort offset, ushort length, out byte[] bytes)
    {
        var own = User.Memory.Allocate();
        var status = User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfReference(Owner.Id, reference, offset), GrantCopyEnd.OfFrame(own.Frame, 0), length));
        bytes = new byte[length];
        own.CopyOut(0, bytes);
        User.Memory.Free(own);
        return status;
    }

    /// <summary>The first word of an entry: flags and domain.</summary>
    public uint Header(GrantRef reference)
    {
        var (page, offset) = Place(reference);
        return page.Load(offset);
    }

    public void SetHeader(GrantRef reference, GrantFlags flags, DomainId domain)
    {
        var (page, offset) = Place(reference);
        page.Store(offset, GrantLayout.Header(flags, domain));
    }

    /// <summary>The in-use bits, wherever the version has them.</summary>
    public GrantFlags InUse(GrantRef reference)
    {
        if (Grants.Version == GrantVersion.One)
        {
            return GrantLayout.FlagsOf(Header(reference)) & GrantFlags.InUse;
        }

        var frames = new MemoryPage?[1];
        Assert.Equal(GrantStatus.Okay, Owner.Grants.GetStatusFrames(DomainId.Self, 1, frames));
        var status = new byte[2];
        frames[0]!.CopyOut((int)reference.Value * GrantLayout.StatusSize, status);
        return (GrantFlags)BitConverter.ToUInt16(status);
    }

    private (MemoryPage Page, int Offset) Place(GrantRef reference)
    {
        var (frame, index) = Math.DivRem((int)reference.Value, GrantLayout.EntriesPerFrame(Grants.Version));
        return (Grants.Frames[frame], index * GrantLayout.EntrySize(Grants.Version));
    }
}
