using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackHostileTests
{
    [Theory]
    [InlineData(33u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    [Trait("Clause", "RG-015")]
    [Trait("Clause", "BB-043")]
    public void Producer_ThatJumps_HaltsTheRing_AndTheCloseStillWorks(uint producer)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    await front.Queues[0].Pages[0].StoreAsync(0, producer);
                    await front.Queues[0].Channel.NotifyAsync();
                    await world.ExpectAsync(XenbusState.Closed);
                    Assert.StartsWith("71 ", await world.ErrorAsync(), StringComparison.Ordinal);
                    Assert.Equal(0, front.PinnedRingPages());
                    Assert.Equal(1, world.Served.Statistics.RingsHalted);
                },
                seed: seed);
        }
    }

    [Fact]
    [Trait("Clause", "RG-034")]
    [Trait("Clause", "BB-005")]
    public void Request_WithoutAllItsEntries_HaltsTheRing() => BackWorld.Run(
        async world =>
        {
            var front = await ConnectExtendedAsync(world, 33);
            var entry = front.Entry(BlkifOperation.Read, 1, 0);
            entry[BlkifLayout.SecondByte] = 255;
            await front.SendAsync(entry);
            await world.ExpectAsync(XenbusState.Closed);
            Assert.StartsWith("71 ", await world.ErrorAsync(), StringComparison.Ordinal);
            Assert.Equal(0, front.PinnedRingPages());
        },
        BackSettings.For(BlockProfile.Seed2010));

    [Fact]
    [Trait("Clause", "BB-018")]
    [Trait("Clause", "BB-045")]
    public void Request_OfMoreSegmentsThanAgreed_IsOneError_ForAllItsEntries() => BackWorld.Run(
        async world =>
        {
            var front = await ConnectExtendedAsync(world, 33);
            foreach (var operation in (BlkifOperation[])[BlkifOperation.Read, BlkifOperation.FlushDiskCache, BlkifOperation.WriteBarrier])
            {
                var entries = new byte[19 * front.EntrySize];
                front.Entry(operation, 5, 0).CopyTo(entries, 0);
                entries[BlkifLayout.SecondByte] = 255;
                Assert.Equal(new BlkifResponse(5, operation, BlkifStatus.Error), await front.CallAsync(entries));
            }

            Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.FlushDiskCache, 6, 0))).Status);
        },
        BackSettings.For(BlockProfile.Seed2010));

    [Fact]
    [Trait("Clause", "BB-005")]
    [Trait("Clause", "BI-020")]
    public void Count_OutsideItsRange_IsAnError() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        for (int count = 0; count < 256; count++)
        {
            var entry = front.Entry(BlkifOperation.Read, (ulong)count, 0);
            entry[BlkifLayout.SecondByte] = (byte)count;
            Assert.Equal(new BlkifResponse((ulong)count, BlkifOperation.Read, BlkifStatus.Error), await front.CallAsync(entry));
        }
    });

    [Fact]
    [Trait("Clause", "BB-010")]
    [Trait("Clause", "BI-011")]
    public void Operation_ThatNobodyKnows_IsNotSupported() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        for (int operation = 0; operation < 256; operation++)
        {
            if (operation is not (>= 0 and <= 6) or 4)
            {
                var response = await front.CallAsync(front.Entry((BlkifOperation)operation, 3, 0));
                Assert.Equal(new BlkifResponse(3, (BlkifOperation)operation, BlkifStatus.NotSupported), response);
            }
        }
    });

    [Fact]
    [Trait("Clause", "BB-007")]
    public void Range_ThatWrapsOrEndsBehindTheDisk_IsAnError() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        var (_, reference) = await front.SharePageAsync();
        var segment = new BlkifSegment(reference, 0, 7);
        foreach (ulong sector in (ulong[])[1017, 1024, long.MaxValue, ulong.MaxValue, ulong.MaxValue - 7, 1ul << 55])
        {
            Assert.Equal(BlkifStatus.Error, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, sector, segment))).Status);
        }

        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 1016, segment))).Status);
        Assert.Equal(6, world.Served.Statistics.Rejected);
    });

    private static async ValueTask<ScriptedFront> ConnectExtendedAsync(BackWorld world, int segments)
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        await front.PublishSeedAsync(await front.MakeQueueAsync(2), segments, 65536, 64);
        await front.SetStateAsync(XenbusState.Initialised);
        await world.ExpectAsync(XenbusState.Connected);
        return front;
    }
}
