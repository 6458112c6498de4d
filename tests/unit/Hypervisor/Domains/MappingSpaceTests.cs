using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Domains;

public sealed class MappingSpaceTests
{
    [Fact]
    [Trait("Clause", "HV-015")]
    [Trait("Clause", "BB-038")]
    public void TheRange_IsLimited_AndWhatIsReleasedCanBeReservedAgain()
    {
        var space = new InProcessHypervisor().Create(new DomainOptions { Flavour = DomainFlavour.Hvm, MappingPages = 4 }).Mappings;
        var run = new MappedPage[3];
        Assert.True(space.TryReserve(run));
        Assert.Equal(run[0].Address + 8192, run[2].Address);
        Assert.False(space.TryReserve(new MappedPage[2]));
        Assert.Equal(3, space.Reserved);
        Assert.NotNull(space.TryReserve());
        Assert.Null(space.TryReserve());
        space.Release(run[1]);
        Assert.Throws<InvalidOperationException>(() => space.Release(run[1]));
        var again = space.TryReserve()!;
        Assert.Equal(run[1].Address, again.Address);
        Assert.NotSame(run[1], again);
        Assert.True(run[1].IsReleased);
        Assert.Equal(4, space.Reserved);
    }

    [Fact]
    [Trait("Clause", "HV-015")]
    public void AnAddressWithAMapping_IsNotReleased()
    {
        var world = new TwoDomains();
        var map = world.Map(world.Grant(out _));
        Assert.Equal(GrantStatus.Okay, map.Status);
        Assert.Contains("one with a mapping", Assert.Throws<InvalidOperationException>(() => world.User.Mappings.Release(map.Address!)).Message);
        Assert.Throws<InvalidOperationException>(() => world.Owner.Mappings.Release(map.Address!));
        world.Unmap(map);
        world.User.Mappings.Release(map.Address!);
        Assert.Equal(0, world.User.Mappings.Reserved);
    }
}
