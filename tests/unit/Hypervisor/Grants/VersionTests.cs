using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Grants;

public sealed class VersionTests
{
    private readonly InProcessHypervisor _hypervisor = new();

    [Fact]
    [Trait("Clause", "GT-050")]
    public void SetVersion_TakesOneAndTwo_KeepsTheReserved_AndZeroesTheRest()
    {
        var owner = _hypervisor.Create();
        var frames = SetUp(owner);
        var control = _hypervisor.Find(DomainId.Zero)!;
        var map = new GrantMap(owner.Id, ReservedGrants.Store, GrantMapFlags.Host, control.Mappings.TryReserve());
        Assert.Equal(GrantStatus.Okay, control.Grants.Map(ref map));
        frames.Store(20 * 8, GrantLayout.Header(GrantFlags.PermitAccess, new DomainId(3)));
        foreach (uint wrong in new uint[] { 0, 3, uint.MaxValue })
        {
            Assert.Equal((Errno.EINVAL, 1u), SetVersion(owner, wrong));
        }

        Assert.Equal((Errno.None, 2u), SetVersion(owner, 2));
        Assert.Equal(GrantLayout.Header(GrantFlags.PermitAccess, DomainId.Zero), frames.Load(16));
        Assert.Equal((uint)Domain.StoreFrame, frames.Load(16 + GrantLayout.FrameV2));
        Assert.Equal(0u, frames.Load(20 * 8));
        var status = new MemoryPage?[1];
        Assert.Equal(GrantStatus.Okay, owner.Grants.GetStatusFrames(DomainId.Self, 1, status));
        Assert.Equal((uint)GrantFlags.InUse << 16, status[0]!.Load(0));

        Assert.Equal((Errno.None, 1u), SetVersion(owner, 1));
        Assert.Equal(GrantLayout.Header(GrantFlags.PermitAccess | GrantFlags.InUse, DomainId.Zero), frames.Load(8));
        Assert.Equal((uint)Domain.StoreFrame, frames.Load(8 + GrantLayout.FrameV1));
        Assert.Equal(GrantStatus.Okay, control.Grants.Unmap(map.Handle, map.Address!));
        Assert.Equal(GrantLayout.Header(GrantFlags.PermitAccess, DomainId.Zero), frames.Load(8));
    }

    [Fact]
    [Trait("Clause", "GT-050")]
    public void SetVersion_WhileAnEntryIsInUse_IsBusy()
    {
        var world = new TwoDomains();
        var map = world.Map(world.Grant(out _));
        Assert.Equal((Errno.EBUSY, 1u), SetVersion(world.Owner, 2));
        Assert.Equal((Errno.None, 1u), SetVersion(world.Owner, 1));
        world.Unmap(map);
        Assert.Equal((Errno.None, 2u), SetVersion(world.Owner, 2));
        Assert.Equal(Errno.None, world.User.Grants.GetVersion(DomainId.Self, out var own));
        Assert.Equal(GrantVersion.One, own);
        Assert.Equal(Errno.EPERM, world.User.Grants.GetVersion(world.Owner.Id, out _));
        Assert.Equal(Errno.ESRCH, world.User.Grants.GetVersion(new DomainId(99), out _));
        Assert.Equal(Errno.None, _hypervisor.Find(DomainId.Zero)!.Grants.GetVersion(DomainId.Zero, out _));
    }

    [Fact]
    [Trait("Clause", "GT-050")]
    public void SetVersion_AboveWhatTheDomainMayHave_IsNotThere()
    {
        var old = _hypervisor.Create(new DomainOptions { NewestGrantVersion = GrantVersion.One });
        Assert.Equal((Errno.ENOSYS, 1u), SetVersion(old, 2));
    }

    [Fact]
    [Trait("Clause", "GT-051")]
    public void SetVersionBackToOne_NeedsEntriesThatFit_AndNoOperationUnderWay()
    {
        var owner = _hypervisor.Create();
        var user = _hypervisor.Create();
        Assert.Equal((Errno.None, 2u), SetVersion(owner, 2));
        var frames = SetUp(owner);
        frames.Store(5 * 16, GrantLayout.Header(GrantFlags.Transitive, user.Id));
        Assert.Equal((Errno.ERANGE, 2u), SetVersion(owner, 1));
        frames.Store(5 * 16, GrantLayout.Header(GrantFlags.PermitAccess, user.Id));
        frames.Store((5 * 16) + GrantLayout.FrameV2 + 4, 1);
        Assert.Equal((Errno.ERANGE, 2u), SetVersion(owner, 1));

        var page = owner.Memory.Allocate();
        frames.Store((5 * 16) + GrantLayout.FrameV2 + 4, 0);
        frames.Store((5 * 16) + GrantLayout.FrameV2, (uint)page.Frame);
        frames.Store((5 * 16) + GrantLayout.SubPageOffset, 100 << 16);
        frames.Store(5 * 16, GrantLayout.Header(GrantFlags.PermitAccess | GrantFlags.SubPage, user.Id));
        user.Grants.Claim(GrantCopyEnd.OfReference(owner.Id, new GrantRef(5), 0), readOnly: true, out var claim);
        Assert.Equal((Errno.EAGAIN, 2u), SetVersion(owner, 1));
        claim.Release();
        Assert.Equal((Errno.None, 1u), SetVersion(owner, 1));
    }

    [Fact]
    [Trait("Clause", "GT-052")]
    public void APeer_UsesAReferenceAlike_WhateverTheVersion()
    {
        foreach (var version in new[] { GrantVersion.One, GrantVersion.Two })
        {
            var world = new TwoDomains(version);
            var reference = world.Grant(out var page);
            page.Store(0, 77);
            var map = world.Map(reference);
            Assert.Equal(77u, map.Address!.Load(0));
            Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 0, 1, out var bytes));
            Assert.Equal(77, bytes[0]);
        }
    }

    [Fact]
    [Trait("Clause", "GT-053")]
    public void Swap_ChecksBoth_AndNeedsATable()
    {
        var bare = _hypervisor.Create();
        Assert.Equal(GrantStatus.BadReference, bare.Grants.Swap(new GrantRef(1), new GrantRef(1)));
        foreach (var version in new[] { GrantVersion.One, GrantVersion.Two })
        {
            var world = new TwoDomains(version);
            var first = world.Grant(out var page);
            var second = world.Grants.Allocate();
            page.Store(0, 3);
            Assert.Equal(GrantStatus.BadReference, world.Owner.Grants.Swap(first, new GrantRef(512)));
            Assert.Equal(GrantStatus.BadReference, world.Owner.Grants.Swap(GrantRef.Invalid, first));
            Assert.Equal(GrantStatus.Okay, world.Owner.Grants.Swap(first, second));
            var map = world.Map(second);
            Assert.Equal(3u, map.Address!.Load(0));
            Assert.Equal(GrantStatus.GeneralError, world.Map(first).Status);
            Assert.Equal(GrantStatus.TryAgain, world.Owner.Grants.Swap(first, second));
            Assert.Equal(GrantStatus.TryAgain, world.Owner.Grants.Swap(second, first));
            Assert.Equal(GrantStatus.Okay, world.Owner.Grants.Swap(second, second));
        }
    }

    [Fact]
    [Trait("Clause", "GT-054")]
    public void StatusFrames_AreWrittenWithinTheCallersList()
    {
        var owner = _hypervisor.Create();
        Assert.Equal((Errno.None, 2u), SetVersion(owner, 2));
        var list = new MemoryPage?[20];
        Assert.Equal(GrantStatus.Okay, owner.Grants.SetUpTable(DomainId.Self, 16, list));
        Array.Clear(list);
        Assert.Equal(GrantStatus.BadVirtualAddress, owner.Grants.GetStatusFrames(DomainId.Self, 2, list.AsSpan(0, 1)));
        Assert.Equal(GrantStatus.GeneralError, owner.Grants.GetStatusFrames(DomainId.Self, 3, list));
        Assert.All(list, Assert.Null);
        Assert.Equal(GrantStatus.Okay, owner.Grants.GetStatusFrames(DomainId.Self, 2, list.AsSpan(5)));
        Assert.Equal([5, 6], list.Index().Where(item => item.Item is not null).Select(item => item.Index));
        var stranger = _hypervisor.Create();
        Assert.Equal(GrantStatus.PermissionDenied, stranger.Grants.GetStatusFrames(owner.Id, 1, list));
        Assert.Equal(GrantStatus.BadDomain, stranger.Grants.QuerySize(new DomainId(99), out _, out _));
        Assert.Equal(GrantStatus.Okay, owner.Grants.QuerySize(DomainId.Self, out int frames, out int most));
        Assert.Equal((16, 64), (frames, most));
        Assert.Equal(GrantStatus.GeneralError, owner.Grants.SetUpTable(DomainId.Self, 65, new MemoryPage?[65]));
    }

    private static (Errno Error, uint Version) SetVersion(Domain domain, uint version)
    {
        var error = domain.Grants.SetVersion(ref version);
        return (error, version);
    }

    private static MemoryPage SetUp(Domain domain)
    {
        var list = new MemoryPage?[1];
        Assert.Equal(GrantStatus.Okay, domain.Grants.SetUpTable(DomainId.Self, 1, list));
        return list[0]!;
    }
}
