using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Grants;

public sealed class MapTests
{
    public static TheoryData<GrantVersion> Versions => [GrantVersion.One, GrantVersion.Two];

    [Theory]
    [MemberData(nameof(Versions))]
    [Trait("Clause", "GT-026")]
    [Trait("Clause", "GT-027")]
    [Trait("Clause", "GT-028")]
    public void TwoMappings_HaveTwoHandles_AndTheEntryIsInUseUntilBothAreGone(GrantVersion version)
    {
        var world = new TwoDomains(version);
        var reference = world.Grant(out var page);
        var reading = world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly);
        Assert.Equal(GrantFlags.Reading, world.InUse(reference));
        var writing = world.Map(reference);
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        Assert.NotEqual(reading.Handle, writing.Handle);
        Assert.Equal(page.Key, writing.Address!.Key);
        writing.Address.Store(8, 7);
        Assert.Equal(7u, reading.Address!.Load(8));
        Assert.Equal(2, page.Pins);

        Assert.Equal(GrantStatus.Okay, world.Unmap(writing));
        Assert.Equal(GrantFlags.Reading, world.InUse(reference));
        Assert.False(world.Grants.TryRevoke(reference));
        Assert.Equal(GrantStatus.Okay, world.Unmap(reading));
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
        Assert.Equal(0, page.Pins);
        Assert.True(world.Grants.TryRevoke(reference));
    }

    [Fact]
    public void AnAddress_WithNothingMapped_IsAnErrorThatNamesIt()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _, readOnly: true);
        var never = world.User.Mappings.TryReserve()!;
        Assert.Contains("never mapped", Assert.Throws<PageAccessException>(() => never.Load(0)).Message);
        var map = world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly);
        Assert.Contains("reading alone", Assert.Throws<PageAccessException>(() => map.Address!.Store(0, 1)).Message);
        Assert.Throws<PageAccessException>(() => map.Address!.CopyIn(0, [1]));
        Assert.Throws<PageAccessException>(() => map.Address!.CompareExchange(0, 1, 0));
        world.Unmap(map);
        string message = Assert.Throws<PageAccessException>(() => map.Address!.CopyOut(0, new byte[1])).Message;
        Assert.Contains($"grant {reference} of domain {world.Owner.Id}", message);
        Assert.Contains("unmapped", message);
    }

    [Theory]
    [InlineData(GrantMapFlags.None, (short)-3)]
    [InlineData(GrantMapFlags.ReadOnly, (short)-3)]
    [InlineData(GrantMapFlags.Host, (short)0)]
    [Trait("Clause", "GT-020")]
    [Trait("Clause", "GT-024")]
    public void AMapping_IsForHostOrDevice(GrantMapFlags flags, short status)
    {
        var world = new TwoDomains();
        Assert.Equal(status, (short)world.Map(world.Grant(out _), flags).Status);
    }

    [Fact]
    [Trait("Clause", "GT-021")]
    [Trait("Clause", "GT-024")]
    public void WhatCannotBeFound_HasItsOwnStatus_AndNoneIsPositive()
    {
        var world = new TwoDomains(user: new DomainOptions { MapHandles = 1 });
        var reference = world.Grant(out _);
        var unknown = new GrantMap(new DomainId(99), reference, GrantMapFlags.Host, world.User.Mappings.TryReserve());
        Assert.Equal(GrantStatus.BadDomain, world.User.Grants.Map(ref unknown));
        Assert.Equal(GrantStatus.BadReference, world.Map(new GrantRef(512)).Status);
        Assert.Equal(GrantStatus.BadReference, world.Map(GrantRef.Invalid).Status);
        var map = world.Map(reference);
        Assert.Equal(GrantStatus.Okay, map.Status);
        Assert.Equal(GrantStatus.NoSpace, world.Map(reference).Status);
        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.Equal(GrantStatus.Okay, world.Map(reference).Status);
        Assert.All(Enum.GetValues<GrantStatus>(), status => Assert.True((short)status <= 0));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Trait("Clause", "GT-022")]
    public void AMapping_NeedsAWholePageGrantedToTheCaller(GrantVersion version)
    {
        var world = new TwoDomains(version);
        var other = world.Hypervisor.Create();
        var reference = world.Grant(out _);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference, mapper: other).Status);
        Assert.Equal(GrantStatus.GeneralError, world.Map(world.Grants.Allocate()).Status);
        world.SetHeader(reference, GrantFlags.AcceptTransfer, world.User.Id);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        world.SetHeader(reference, GrantFlags.Transitive, world.User.Id);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        world.SetHeader(reference, GrantFlags.PermitAccess | GrantFlags.SubPage, world.User.Id);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
        Assert.Equal(0, world.User.Grants.MappingCount);
        var wild = world.Grants.Grant(world.User.Id, frame: 0xdead, readOnly: false);
        Assert.Equal(GrantStatus.BadPage, world.Map(wild).Status);
        Assert.Equal(GrantFlags.Invalid, world.InUse(wild));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Trait("Clause", "GT-023")]
    public void AWritableMapping_OfAReadOnlyEntry_FailsAndLeavesNoBit(GrantVersion version)
    {
        var world = new TwoDomains(version);
        var reference = world.Grant(out _, readOnly: true);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
        var reading = world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly);
        Assert.Equal(GrantStatus.Okay, reading.Status);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.Equal(GrantFlags.Reading, world.InUse(reference));
    }

    [Fact]
    [Trait("Clause", "GT-025")]
    public void ABadEntryInABatch_LeavesTheOthersAlone()
    {
        var world = new TwoDomains();
        var good = world.Grant(out _);
        var maps = new[] { GrantRef.Invalid, good, new GrantRef(200), good }
            .Select(reference => new GrantMap(world.Owner.Id, reference, GrantMapFlags.Host, world.User.Mappings.TryReserve()))
            .ToArray();
        world.User.Grants.Map(maps);
        Assert.Equal(
            [GrantStatus.BadReference, GrantStatus.Okay, GrantStatus.GeneralError, GrantStatus.Okay],
            maps.Select(map => map.Status));
        Assert.Equal(GrantHandle.Invalid, maps[0].Handle);
        Assert.False(maps[2].Address!.IsPresent);
        var unmaps = maps.Select(map => new GrantUnmap(map.Handle, map.Address)).ToArray();
        world.User.Grants.Unmap(unmaps);
        Assert.Equal(
            [GrantStatus.BadHandle, GrantStatus.Okay, GrantStatus.BadHandle, GrantStatus.Okay],
            unmaps.Select(unmap => unmap.Status));
        Assert.False(world.Owner.GrantTable.IsInUse);
    }

    [Fact]
    [Trait("Clause", "GT-029")]
    public void AHandle_ThatIsNotAMapping_ChangesNothing()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        var map = world.Map(reference);
        var other = world.Hypervisor.Create();
        Assert.Equal(GrantStatus.BadHandle, other.Grants.Unmap(map.Handle, map.Address!));
        Assert.Equal(GrantStatus.BadHandle, world.User.Grants.Unmap(new GrantHandle(77), map.Address!));
        Assert.Equal(GrantStatus.BadHandle, world.User.Grants.Unmap(GrantHandle.Invalid, map.Address!));
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.Equal(GrantStatus.BadHandle, world.Unmap(map));
    }

    [Fact]
    [Trait("Clause", "GT-030")]
    public void AMappingForHostAndDevice_DiesWhenNeitherRemains()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        var map = world.Map(reference, GrantMapFlags.Host | GrantMapFlags.Device);
        Assert.NotEqual(0ul, map.BusAddress);
        Assert.Equal(GrantStatus.Okay, Unmap(world, new GrantUnmap(map.Handle, null)));
        Assert.Equal(GrantStatus.BadDeviceAddress, Unmap(world, new GrantUnmap(map.Handle, null, map.BusAddress + 1)));
        Assert.Equal(GrantStatus.Okay, Unmap(world, new GrantUnmap(map.Handle, null, map.BusAddress)));
        Assert.True(map.Address!.IsPresent);
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        var elsewhere = world.User.Mappings.TryReserve();
        Assert.Equal(GrantStatus.GeneralError, Unmap(world, new GrantUnmap(map.Handle, elsewhere)));
        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
        Assert.Equal(GrantStatus.BadHandle, world.Unmap(map));
    }

    [Theory]
    [InlineData(GrantMapFlags.Device)]
    [InlineData(GrantMapFlags.Host | GrantMapFlags.Device)]
    [InlineData(GrantMapFlags.Host | GrantMapFlags.ContainsPte)]
    [InlineData(GrantMapFlags.Host | GrantMapFlags.Application)]
    [Trait("Clause", "HV-012")]
    public void InAnHvmDomain_OnlyPlainHostMappings_AreMade(GrantMapFlags flags)
    {
        var world = new TwoDomains(user: new DomainOptions { Flavour = DomainFlavour.Hvm });
        var reference = world.Grant(out _);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference, flags).Status);
        Assert.Equal(GrantStatus.Okay, world.Map(reference).Status);
    }

    [Fact]
    public void AnAddress_InUseOrNotReservedByTheCaller_IsRefused()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        var map = world.Map(reference);
        foreach (var address in new[] { map.Address, world.Owner.Mappings.TryReserve(), null })
        {
            var again = new GrantMap(world.Owner.Id, reference, GrantMapFlags.Host, address);
            Assert.Equal(GrantStatus.BadVirtualAddress, world.User.Grants.Map(ref again));
        }

        Assert.Equal(1, world.User.Grants.MappingCount);
        world.Unmap(map);
        Assert.False(world.Owner.GrantTable.IsInUse);
    }

    [Fact]
    public void AnEntry_CountsUpTo255UsesOfAKind()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        for (int i = 0; i < 255; i++)
        {
            Assert.Equal(GrantStatus.Okay, world.Map(reference).Status);
        }

        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.Equal(GrantStatus.Okay, world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly).Status);
    }

    [Fact]
    [Trait("Clause", "GT-008")]
    public void APageFreedWhileMapped_IsNoticed_AndItsMemoryStays()
    {
        var world = new TwoDomains();
        var map = world.Map(world.Grant(out var page));
        page.Store(0, 5);
        Assert.True(world.Owner.Memory.Free(page));
        Assert.Equal(5u, map.Address!.Load(0));
        Assert.Contains("freed", Assert.Throws<PageAccessException>(() => page.Load(0)).Message);
        var next = world.Owner.Memory.Allocate();
        Assert.Equal(page.Frame, next.Frame);
        Assert.Equal(0u, next.Load(0));
        Assert.False(world.Owner.Memory.Free(next));
        Assert.Throws<ArgumentException>(() => world.Owner.Memory.Free(next));
    }

    private static GrantStatus Unmap(TwoDomains world, GrantUnmap unmap)
    {
        world.User.Grants.Unmap(new Span<GrantUnmap>(ref unmap));
        return unmap.Status;
    }
}
