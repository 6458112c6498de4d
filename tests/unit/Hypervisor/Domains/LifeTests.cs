using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Domains;

public sealed class LifeTests
{
    [Fact]
    [Trait("Clause", "GT-032")]
    public void ADeadDomain_IsAZombie_WhileItsMemoryIsMapped()
    {
        var world = new TwoDomains();
        var map = world.Map(world.Grant(out var page));
        page.Store(0, 42);
        var id = world.Owner.Id;
        world.Hypervisor.Destroy(world.Owner);
        Assert.True(world.Owner.IsZombie);
        Assert.Equal([world.Owner], world.Hypervisor.Zombies);
        Assert.Null(world.Hypervisor.Find(id));
        Assert.Throws<ArgumentException>(() => world.Hypervisor.Create(id));
        Assert.Equal(42u, map.Address!.Load(0));
        map.Address.Store(0, 43);
        Assert.Equal(GrantStatus.GeneralError, world.Map(new GrantRef(8)).Status);
        Assert.Equal(GrantStatus.BadDomain, world.CopyFrom(new GrantRef(8), 0, 1, out _));

        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.False(world.Owner.IsZombie);
        Assert.Empty(world.Hypervisor.Zombies);
        Assert.Equal(GrantStatus.BadDomain, world.Map(new GrantRef(8)).Status);
        var next = world.Hypervisor.Create(id);
        Assert.NotEqual(world.Owner.Incarnation, next.Incarnation);
    }

    [Fact]
    [Trait("Clause", "GT-033")]
    public void AMapperThatDies_ReleasesItsMappings()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        var map = world.Map(reference);
        world.Map(reference, GrantMapFlags.Host | GrantMapFlags.Device);
        world.Hypervisor.Destroy(world.User);
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
        Assert.Equal(0, page.Pins);
        Assert.False(map.Address!.IsPresent);
        Assert.True(world.Grants.TryRevoke(reference));
        Assert.False(world.User.IsZombie);
    }

    [Fact]
    [Trait("Clause", "GT-032")]
    [Trait("Clause", "GT-033")]
    public void TwoThatMapEachOther_AreBothReaped()
    {
        var world = new TwoDomains();
        world.Map(world.Grant(out _));
        var grants = new GuestGrants(world.User);
        var reference = grants.Grant(world.Owner.Id, world.User.Memory.Allocate().Frame, readOnly: false);
        var back = new GrantMap(world.User.Id, reference, GrantMapFlags.Host, world.Owner.Mappings.TryReserve());
        Assert.Equal(GrantStatus.Okay, world.Owner.Grants.Map(ref back));
        world.Hypervisor.Destroy(world.Owner);
        Assert.True(world.Owner.IsZombie);
        Assert.False(world.User.GrantTable.IsInUse);
        world.Hypervisor.Destroy(world.User);
        Assert.Empty(world.Hypervisor.Zombies);
    }

    [Fact]
    [Trait("Clause", "GT-060")]
    [Trait("Clause", "EV-021")]
    public void ARestoredDomain_HasItsBytes_AndNothingElse()
    {
        var world = new TwoDomains(GrantVersion.Two);
        var reference = world.Grant(out var page);
        var map = world.Map(reference);
        var userGrants = new GuestGrants(world.User);
        var foreign = userGrants.Grant(world.Owner.Id, world.User.Memory.Allocate().Frame, readOnly: false);
        var held = new GrantMap(world.User.Id, foreign, GrantMapFlags.Host, world.Owner.Mappings.TryReserve());
        world.Owner.Grants.Map(ref held);
        var port = world.Owner.AllocatePort(world.User.Id);
        world.User.Events.BindInterdomain(world.Owner.Id, port.Number, out var bound);
        page.Store(0, 42);
        ulong key = page.Key;
        ulong incarnation = world.Owner.Incarnation;

        world.Hypervisor.Shutdown(world.Owner, ShutdownReason.Suspend);
        world.Hypervisor.Restore(world.Owner);
        Assert.Null(world.Owner.Shutdown);
        Assert.Equal(42u, page.Load(0));
        Assert.Same(page, world.Owner.Memory.Find(page.Frame));
        map.Address!.Store(0, 7);
        Assert.Equal(42u, page.Load(0));
        Assert.NotEqual(key, page.Key);
        Assert.NotEqual(incarnation, world.Owner.Incarnation);
        Assert.False(held.Address!.IsPresent);
        Assert.True(userGrants.TryRevoke(foreign));
        Assert.Equal((PortState.Closed, PortState.Unbound), (port.State, bound!.State));
        Assert.Equal(PortState.Unbound, world.Owner.StorePort.State);
        Assert.Equal(GrantVersion.One, world.Owner.GrantTable.Version);

        world.Grants.Reestablish();
        Assert.Equal(GrantVersion.Two, world.Owner.GrantTable.Version);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.True(world.Grants.TryRevoke(reference));
        world.Grants.Publish(reference, world.User.Id, page.Frame, readOnly: false);
        var again = world.Map(reference);
        Assert.Equal(42u, again.Address!.Load(0));
        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
    }

    [Fact]
    [Trait("Clause", "GT-061")]
    public void ACancelledSuspend_ChangesNothing()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        var map = world.Map(reference);
        var port = world.Owner.AllocatePort(world.User.Id);
        var table = world.Owner.GrantTable;
        ulong key = page.Key;
        world.Hypervisor.Shutdown(world.Owner, ShutdownReason.Suspend);
        world.Hypervisor.Resume(world.Owner);
        map.Address!.Store(0, 7);
        Assert.Equal((7u, key), (page.Load(0), page.Key));
        Assert.Same(table, world.Owner.GrantTable);
        Assert.Equal(PortState.Unbound, port.State);
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
    }

    [Fact]
    public void Pages_AreZeroed_Counted_AndLimited()
    {
        var hypervisor = new InProcessHypervisor();
        var domain = hypervisor.Create(new DomainOptions { MemoryPages = 3 });
        var first = domain.Memory.Allocate();
        var second = domain.Memory.Allocate();
        Assert.NotEqual(first.Frame, second.Frame);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Null(domain.Memory.TryAllocate());
        Assert.Throws<InvalidOperationException>(() => domain.Memory.Allocate());
        first.Store(8, 1);
        domain.Memory.Free(first);
        Assert.Throws<PageAccessException>(() => first.Store(8, 1));
        Assert.Equal(0u, domain.Memory.Allocate().Load(8));
        Assert.Throws<ArgumentException>(() => hypervisor.Create().Memory.Free(second));
    }
}
