using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Grants;

public sealed class GuestGrantsTests
{
    public static TheoryData<GrantVersion> Versions => [GrantVersion.One, GrantVersion.Two];

    [Theory]
    [MemberData(nameof(Versions))]
    [Trait("Clause", "GT-007")]
    [Trait("Clause", "GT-008")]
    [Trait("Clause", "GT-010")]
    public void EndOfAMappedEntry_IsDeferred_UntilTheMappingIsGone(GrantVersion version)
    {
        var world = new TwoDomains(version);
        int pages = world.Owner.Memory.Count;
        int free = world.Grants.FreeCount;
        var reference = world.Grant(out var page);
        var map = world.Map(reference);
        Assert.False(world.Grants.End(reference, page));
        Assert.Equal((1, free - 1, pages + 1), (world.Grants.DeferredCount, world.Grants.FreeCount, world.Owner.Memory.Count));
        Assert.Equal(0, world.Grants.RetryDeferred());
        Assert.Throws<InvalidOperationException>(() => world.Grants.End(reference));
        Assert.Throws<InvalidOperationException>(() => world.Grants.Free(reference));
        world.Unmap(map);
        Assert.Equal(1, world.Grants.RetryDeferred());
        Assert.Equal((0, free, pages), (world.Grants.DeferredCount, world.Grants.FreeCount, world.Owner.Memory.Count));
        Assert.Equal(GrantStatus.GeneralError, world.Map(reference).Status);
        Assert.Throws<InvalidOperationException>(() => world.Grants.End(reference));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Trait("Clause", "GT-007")]
    [Trait("Clause", "GT-009")]
    public void RevokeAgainstAMapper_NeverBothSucceed(GrantVersion version)
    {
        var world = new TwoDomains(version);
        var reference = world.Grants.Allocate();
        var page = world.Owner.Memory.Allocate();
        var address = world.User.Mappings.TryReserve()!;
        using var meet = new Barrier(2);
        bool[] revoked = new bool[2000];
        var maps = new GrantMap[revoked.Length];
        var mapper = new Thread(() =>
        {
            for (int i = 0; i < revoked.Length; i++)
            {
                meet.SignalAndWait();
                maps[i] = new GrantMap(world.Owner.Id, reference, GrantMapFlags.Host, address);
                world.User.Grants.Map(ref maps[i]);
                meet.SignalAndWait();
                meet.SignalAndWait();
            }
        });
        mapper.Start();
        for (int i = 0; i < revoked.Length; i++)
        {
            world.Grants.Publish(reference, world.User.Id, page.Frame, readOnly: false);
            meet.SignalAndWait();
            revoked[i] = world.Grants.TryRevoke(reference);
            meet.SignalAndWait();
            if (maps[i].Status == GrantStatus.Okay)
            {
                world.Unmap(maps[i]);
                Assert.False(revoked[i]);
            }

            Assert.True(revoked[i] || world.Grants.TryRevoke(reference));
            meet.SignalAndWait();
        }

        mapper.Join();
    }

    [Fact]
    [Trait("Clause", "GT-006")]
    public void AnEntryFilledTwice_IsAnError()
    {
        var world = new TwoDomains();
        var reference = world.Grant(out var page);
        Assert.Throws<InvalidOperationException>(() => world.Grants.Publish(reference, world.User.Id, page.Frame, false));
        Assert.Throws<InvalidOperationException>(() => world.Grants.Free(reference));
        Assert.Throws<InvalidOperationException>(() => world.Grants.PublishPart(world.Grants.Allocate(), world.User.Id, 1, 0, 1, false));
        Assert.True(world.Grants.TryRevoke(reference));
        world.Grants.Publish(reference, world.User.Id, page.Frame, readOnly: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Clause", "GT-011")]
    public void ABatchWithOneInUse_FreesTheOthers_AndCountsThem(int inUse)
    {
        var world = new TwoDomains();
        int free = world.Grants.FreeCount;
        GrantRef[] references = [world.Grant(out _), world.Grant(out _), world.Grant(out _)];
        var map = world.Map(references[inUse]);
        bool[] ended = new bool[3];
        Assert.Equal(2, world.Grants.End(references, ended));
        Assert.Equal(references.Select((_, i) => i != inUse), ended);
        Assert.Equal(free - 1, world.Grants.FreeCount);
        var taken = Enumerable.Range(0, free - 1).Select(_ => world.Grants.Allocate()).ToHashSet();
        Assert.Equal(free - 1, taken.Count);
        Assert.DoesNotContain(references[inUse], taken);
        Assert.Contains(references[(inUse + 1) % 3], taken);
        world.Unmap(map);
        Assert.Equal(1, world.Grants.RetryDeferred());
    }

    [Fact]
    [Trait("Clause", "GT-014")]
    [Trait("Clause", "GT-015")]
    [Trait("Clause", "GT-016")]
    [Trait("Clause", "GT-064")]
    public void AReservation_IsAllOrNothing_AndGivesEachReferenceOnce()
    {
        var world = new TwoDomains();
        int most = (64 * 512) - 8;
        var reservation = new GrantReservation(world.Grants);
        Assert.False(reservation.TryReserve(most + 1));
        Assert.Equal((0, most), (reservation.Count, world.Grants.FreeCount));
        Assert.True(reservation.TryReserve(most));
        Assert.Equal(GrantRef.Invalid, world.Grants.Allocate());
        var claimed = Enumerable.Range(0, most).Select(_ => reservation.Claim()).ToHashSet();
        Assert.Equal(most, claimed.Count);
        Assert.DoesNotContain(claimed, reference => reference.Value < 8);
        Assert.Equal(GrantRef.Invalid, reservation.Claim());
        reservation.Return(new GrantRef(8));
        Assert.Throws<InvalidOperationException>(() => reservation.Return(new GrantRef(8)));
        Assert.Throws<InvalidOperationException>(() => world.Grants.Publish(new GrantRef(8), world.User.Id, 1, false));
        reservation.Release();
        Assert.Equal(1, world.Grants.FreeCount);
        Assert.Equal(new GrantRef(8), world.Grants.Allocate());
    }

    [Fact]
    [Trait("Clause", "GT-012")]
    [Trait("Clause", "GT-013")]
    public void AWaiter_IsCalledOnce_WhenAllThatItWantsIsFree_UnlessCancelled()
    {
        var world = new TwoDomains();
        var all = new GrantReservation(world.Grants);
        Assert.True(all.TryReserve((64 * 512) - 8));
        int called = 0;
        var two = new GrantWaiter(() => called++);
        var cancelled = new GrantWaiter(() => called += 100);
        world.Grants.Await(two, 2);
        world.Grants.Await(cancelled, 1);
        world.Grants.Cancel(cancelled);
        world.Grants.Free(all.Claim());
        Assert.Equal((0, true, false), (called, two.IsWaiting, cancelled.IsWaiting));
        world.Grants.End(all.Claim());
        Assert.Equal((1, false), (called, two.IsWaiting));
        world.Grants.Free(all.Claim());
        all.Release();
        Assert.Equal(1, called);
        world.Grants.Await(two, 2);
        Assert.Equal(2, called);
    }

    [Theory]
    [InlineData("free")]
    [InlineData("end")]
    [InlineData("batch")]
    [InlineData("retry")]
    [InlineData("release")]
    [Trait("Clause", "GT-012")]
    public void EveryWayBack_LooksForWaiters(string way)
    {
        var world = new TwoDomains();
        var all = new GrantReservation(world.Grants);
        Assert.True(all.TryReserve((64 * 512) - 8));
        var reference = all.Claim();
        var page = world.Owner.Memory.Allocate();
        bool isCalled = false;
        if (way == "retry")
        {
            world.Grants.Publish(reference, world.User.Id, page.Frame, false);
            var map = world.Map(reference);
            world.Grants.End(reference);
            world.Unmap(map);
        }

        world.Grants.Await(new GrantWaiter(() => isCalled = true), 1);
        Assert.False(isCalled);
        switch (way)
        {
            case "free":
                world.Grants.Free(reference);
                break;
            case "end":
                world.Grants.End(reference);
                break;
            case "batch":
                world.Grants.End([reference], default(Span<bool>));
                break;
            case "retry":
                Assert.Equal(1, world.Grants.RetryDeferred());
                break;
            default:
                all.Release();
                break;
        }

        Assert.True(isCalled);
    }
}
