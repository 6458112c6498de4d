using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Grants;

public sealed class CopyTests
{
    [Fact]
    [Trait("Clause", "GT-040")]
    public void ACopy_IsBoundedByThePage_AndOneOfNothingLooksAtNothing()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        page.CopyIn(4090, [1, 2, 3, 4, 5, 6]);
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 4090, 6, out var bytes));
        Assert.Equal([1, 2, 3, 4, 5, 6], bytes);
        Assert.Equal(GrantStatus.BadCopyArgument, world.CopyFrom(reference, 4090, 7, out _));
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(GrantRef.Invalid, 9999, 0, out _));
        Assert.Equal(GrantStatus.BadReference, world.CopyFrom(GrantRef.Invalid, 0, 1, out _));
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
    }

    [Fact]
    [Trait("Clause", "GT-041")]
    public void Frames_AreTheCallersAlone()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        var own = world.User.Memory.Allocate();
        own.CopyIn(0, [9]);
        Assert.Equal(GrantStatus.PermissionDenied, world.User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfFrame(world.Owner.Id, page.Frame, 0), GrantCopyEnd.OfFrame(own.Frame, 0), 1)));
        Assert.Equal(GrantStatus.BadPage, world.User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfFrame(0xdead, 0), GrantCopyEnd.OfReference(world.Owner.Id, reference, 0), 1)));
        Assert.Equal(GrantStatus.BadDomain, world.User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfFrame(own.Frame, 0), GrantCopyEnd.OfReference(new DomainId(99), reference, 0), 1)));
        Assert.Equal(GrantStatus.Okay, world.User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfFrame(own.Frame, 0), GrantCopyEnd.OfReference(world.Owner.Id, reference, 5), 1)));
        Assert.Equal(9u << 8, page.Load(4));
    }

    [Fact]
    [Trait("Clause", "GT-040")]
    public void BytesOfTheCallersOwn_AreCopiedBothWays_UnderTheSameRules()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        Assert.Equal(GrantStatus.Okay, world.User.Grants.CopyIn(world.Owner.Id, reference, 4094, [1, 2]));
        byte[] bytes = new byte[3];
        Assert.Equal(GrantStatus.Okay, world.User.Grants.CopyOut(world.Owner.Id, reference, 4093, bytes));
        Assert.Equal([0, 1, 2], bytes);
        Assert.Equal(GrantStatus.BadCopyArgument, world.User.Grants.CopyOut(world.Owner.Id, reference, 4094, bytes));
        Assert.Equal(GrantStatus.BadCopyArgument, world.User.Grants.CopyIn(world.Owner.Id, reference, -1, bytes));
        Assert.Equal(GrantStatus.BadDomain, world.User.Grants.CopyIn(new DomainId(99), reference, 0, bytes));
        Assert.Equal(GrantStatus.Okay, world.User.Grants.CopyIn(new DomainId(99), reference, 0, []));
        Assert.True(world.Grants.TryRevoke(reference));
        Assert.Equal(GrantStatus.GeneralError, world.User.Grants.CopyOut(world.Owner.Id, reference, 0, bytes));
    }

    [Fact]
    public void ACopyIntoAReadOnlyEntry_IsRefused()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page, readOnly: true);
        var own = world.User.Memory.Allocate();
        own.Store(0, 1);
        Assert.Equal(GrantStatus.GeneralError, world.User.Grants.Copy(new GrantCopy(
            GrantCopyEnd.OfFrame(own.Frame, 0), GrantCopyEnd.OfReference(world.Owner.Id, reference, 0), 4)));
        Assert.Equal(0u, page.Load(0));
    }

    [Theory]
    [InlineData(GrantVersion.One)]
    [InlineData(GrantVersion.Two)]
    [Trait("Clause", "GT-042")]
    public void ACopyThatEnds_LeavesTheBitsOfAMapping(GrantVersion version)
    {
        var world = new TwoDomains(version);
        var reference = world.Grant(out _);
        var map = world.Map(reference);
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 0, 16, out _));
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        world.User.Grants.Claim(GrantCopyEnd.OfReference(world.Owner.Id, reference, 0), readOnly: true, out var claim);
        world.Unmap(map);
        Assert.Equal(GrantFlags.Reading, world.InUse(reference));
        claim.Release();
        Assert.Equal(GrantFlags.Invalid, world.InUse(reference));
    }

    [Fact]
    [Trait("Clause", "GT-043")]
    public void AnEntryThatChangedWhilePinned_IsNotCopiedFrom()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out _);
        var other = world.Owner.Memory.Allocate();
        var map = world.Map(reference);
        world.Grants.Frames[0].Store(((int)reference.Value * 8) + GrantLayout.FrameV1, (uint)other.Frame);
        Assert.Equal(GrantStatus.GeneralError, world.CopyFrom(reference, 0, 1, out _));
        Assert.Equal(GrantFlags.InUse, world.InUse(reference));
        world.Unmap(map);
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 0, 1, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [Trait("Clause", "GT-044")]
    public void APreemptedBatch_GoesOnWhereItStopped(int preemptAfter)
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        var own = world.User.Memory.Allocate();
        page.CopyIn(0, [10, 11, 12, 13, 14, 15, 16]);
        var copies = Enumerable.Range(0, 7).Select(i => new GrantCopy(
            GrantCopyEnd.OfReference(world.Owner.Id, i == 2 ? GrantRef.Invalid : reference, (ushort)i),
            GrantCopyEnd.OfFrame(own.Frame, (ushort)(6 - i)),
            1)).ToArray();
        int calls = 0;
        for (int left = copies.Length; left > 0; calls++)
        {
            left = world.User.Grants.TryCopy(copies.AsSpan(copies.Length - left), preemptAfter);
        }

        Assert.Equal((7 + preemptAfter - 1) / preemptAfter, calls);
        Assert.All(copies.Index(), copy => Assert.Equal(copy.Index == 2 ? GrantStatus.BadReference : GrantStatus.Okay, copy.Item.Status));
        var bytes = new byte[7];
        own.CopyOut(0, bytes);
        Assert.Equal([16, 15, 14, 13, 0, 11, 10], bytes);
    }

    [Fact]
    public void PartOfAPage_IsCopiedWithinItsBounds_AndNeverMapped()
    {
        var world = new TwoDomains(GrantVersion.Two);
        var page = world.Owner.Memory.Allocate();
        var reference = world.Grants.Allocate();
        world.Grants.PublishPart(reference, world.User.Id, page.Frame, 100, 50, readOnly: true);
        page.CopyIn(100, [1]);
        page.CopyIn(149, [2]);
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 100, 50, out var bytes));
        Assert.Equal((1, 2), (bytes[0], bytes[49]));
        Assert.Equal(GrantStatus.GeneralError, world.CopyFrom(reference, 99, 2, out _));
        Assert.Equal(GrantStatus.GeneralError, world.CopyFrom(reference, 149, 2, out _));
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly).Status);
        world.User.Grants.Claim(GrantCopyEnd.OfReference(world.Owner.Id, reference, 0), readOnly: true, out var claim);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly).Status);
        claim.Release();
    }

    [Fact]
    [Trait("Clause", "GT-042")]
    [Trait("Clause", "GT-052")]
    public void ATransitiveEntry_LeadsToOneThirdDomain_AndNoFurther()
    {
        var world = new TwoDomains(GrantVersion.Two);
        var third = world.Hypervisor.Create();
        var thirdGrants = new GuestGrants(third);
        var page = third.Memory.Allocate();
        page.CopyIn(0, [42]);
        var thirdRef = thirdGrants.Grant(world.Owner.Id, page.Frame, readOnly: true);
        var reference = world.Grants.Allocate();
        world.Grants.PublishTransitive(reference, world.User.Id, third.Id, thirdRef, readOnly: true);
        Assert.Equal(GrantStatus.Okay, world.CopyFrom(reference, 0, 1, out var bytes));
        Assert.Equal(42, bytes[0]);
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference, GrantMapFlags.Host | GrantMapFlags.ReadOnly).Status);

        world.User.Grants.Claim(GrantCopyEnd.OfReference(world.Owner.Id, reference, 0), readOnly: true, out var claim);
        Assert.False(thirdGrants.TryRevoke(thirdRef));
        Assert.True(world.Grants.IsInUse(reference));
        claim.Release();
        Assert.True(thirdGrants.TryRevoke(thirdRef));
        Assert.False(world.Owner.GrantTable.IsInUse);
        Assert.Equal(0, page.Pins);

        Assert.Equal(GrantStatus.GeneralError, world.CopyFrom(reference, 0, 1, out _));
        var chain = world.Hypervisor.Create();
        var chainGrants = new GuestGrants(chain, GrantVersion.Two);
        var second = chainGrants.Allocate();
        chainGrants.PublishTransitive(second, world.Owner.Id, third.Id, thirdRef, readOnly: true);
        thirdGrants.Publish(thirdRef, chain.Id, page.Frame, readOnly: true);
        var first = world.Grants.Allocate();
        world.Grants.PublishTransitive(first, world.User.Id, chain.Id, second, readOnly: true);
        Assert.Equal(GrantStatus.GeneralError, world.CopyFrom(first, 0, 1, out _));
        Assert.False(chain.GrantTable.IsInUse);
    }
}
