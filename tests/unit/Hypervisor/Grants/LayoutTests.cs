using System.Buffers.Binary;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Tests.Unit.Hypervisor.Grants;

public sealed class LayoutTests
{
    [Fact]
    [Trait("Clause", "GT-001")]
    [Trait("Clause", "GT-004")]
    public void AnEntryOfVersionOne_HasFlagsDomainAndFrame_InEightBytes()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page, readOnly: true);
        var bytes = Entry(world, reference, 8);
        Assert.Equal(0x0005, BinaryPrimitives.ReadUInt16LittleEndian(bytes));
        Assert.Equal(world.User.Id.Value, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2)));
        Assert.Equal(page.Frame, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)));
        Assert.Equal(512, world.Grants.EntryCount);
    }

    [Fact]
    [Trait("Clause", "GT-002")]
    [Trait("Clause", "GT-004")]
    public void AnEntryOfVersionTwo_HasItsThreeShapes_InSixteenBytes()
    {
        var world = new TwoDomains(GrantVersion.Two);
        var whole = world.Grant(out var page);
        Assert.Equal(0x0001, BinaryPrimitives.ReadUInt16LittleEndian(Entry(world, whole, 16)));
        Assert.Equal(page.Frame, BinaryPrimitives.ReadUInt64LittleEndian(Entry(world, whole, 16).AsSpan(8)));

        var part = world.Grants.Allocate();
        world.Grants.PublishPart(part, world.User.Id, 0x1_2345_6789, 100, 200, readOnly: true);
        var bytes = Entry(world, part, 16);
        Assert.Equal(0x0105, BinaryPrimitives.ReadUInt16LittleEndian(bytes));
        Assert.Equal(100, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(4)));
        Assert.Equal(200, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(6)));
        Assert.Equal(0x1_2345_6789u, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)));

        var transitive = world.Grants.Allocate();
        world.Grants.PublishTransitive(transitive, world.User.Id, new DomainId(7), new GrantRef(9), readOnly: false);
        bytes = Entry(world, transitive, 16);
        Assert.Equal(0x0003, BinaryPrimitives.ReadUInt16LittleEndian(bytes));
        Assert.Equal(7, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(4)));
        Assert.Equal(9u, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)));
        Assert.Equal(256, world.Grants.EntryCount);
    }

    [Fact]
    [Trait("Clause", "GT-003")]
    public void WithVersionTwo_TheInUseBits_StandInTheStatusArrayAlone()
    {
        var world = new TwoDomains(GrantVersion.Two);
        var reference = world.Grant(out _);
        uint before = world.Header(reference);
        var map = world.Map(reference);
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        Assert.Equal(before, world.Header(reference));
        Assert.Equal(GrantStatus.Okay, world.Unmap(map));
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
    }

    [Fact]
    [Trait("Clause", "GT-005")]
    public void TheReservedReferences_AreNeverHandedOut_AndTheStoresIsThere()
    {
        var world = new TwoDomains();
        var first = world.Grants.Allocate();
        Assert.Equal(new GrantRef(8), first);
        Assert.Throws<InvalidOperationException>(() => world.Grants.Free(new GrantRef(0)));
        var control = world.Hypervisor.Find(DomainId.Zero)!;
        var map = world.Map(ReservedGrants.Store, mapper: control);
        Assert.Equal(GrantStatus.Okay, map.Status);
        world.Owner.StorePage.Store(2048, 42);
        Assert.Equal(42u, map.Address!.Load(2048));
    }

    private static byte[] Entry(TwoDomains world, GrantRef reference, int size)
    {
        var bytes = new byte[size];
        world.Grants.Frames[0].CopyOut((int)reference.Value * size, bytes);
        return bytes;
    }
}
