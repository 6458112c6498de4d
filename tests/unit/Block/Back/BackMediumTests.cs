using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Storage;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackMediumTests
{
    [Fact]
    [Trait("Clause", "BB-031")]
    public void Medium_ThatIsPulledOut_AsksTheFrontToCloseOnce() => BackWorld.Run(
        async world =>
        {
            var front = await world.ConnectAsync();
            var (_, reference) = await front.SharePageAsync();
            var segment = new BlkifSegment(reference, 0, 7);
            Assert.Equal(BlkifStatus.Error, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, segment))).Status);
            await world.ExpectAsync(XenbusState.Closing);
            Assert.StartsWith("6 ", await world.ErrorAsync(), StringComparison.Ordinal);
            Assert.Equal(BlkifStatus.Error, (await front.CallAsync(front.Entry(BlkifOperation.Read, 2, 0, segment))).Status);
            await front.SetStateAsync(XenbusState.Closed);
            await world.ExpectAsync(XenbusState.Closed);
            Assert.Equal(0, front.PinnedRingPages());
        },
        medium: _ => new FailingMedium(new MemoryMedium("pulled", new SectorCount512(64))) { Judge = (_, _, _) => StorageStatus.Gone });

    [Fact]
    [Trait("Clause", "NG-036")]
    [Trait("Clause", "BB-007")]
    public void Size_ThatChanges_IsPublishedAndEnforced()
    {
        var disk = new MemoryMedium("growing", new SectorCount512(64));
        BackWorld.Run(
            async world =>
            {
                var front = await world.ConnectAsync();
                var (_, reference) = await front.SharePageAsync();
                var last = front.Entry(BlkifOperation.Read, 1, 64, new BlkifSegment(reference, 0, 7));
                Assert.Equal(BlkifStatus.Error, (await front.CallAsync(last)).Status);
                disk.Resize(new SectorCount512(72));
                Assert.True(await world.Served.ResizeAsync());
                Assert.False(await world.Served.ResizeAsync());
                Assert.Equal("72", await front.ReadBackAsync("sectors"));
                Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(last)).Status);
                Assert.Equal(1, world.Served.Statistics.Connections);
            },
            medium: _ => disk);
    }

    [Fact]
    [Trait("Clause", "BB-004")]
    [Trait("Clause", "BB-034")]
    [Trait("Clause", "NG-037")]
    public void ReadOnlyDisk_RefusesEveryWayToWrite() => BackWorld.Run(
        async world =>
        {
            var front = await world.ConnectAsync();
            var (page, reference) = await front.SharePageAsync();
            var segment = new BlkifSegment(reference, 0, 7);
            var bytes = new byte[BlkifSegment.Size];
            segment.Write(bytes);
            await page.CopyInAsync(0, bytes);
            Assert.Equal("4", await front.ReadBackAsync("info"));
            Assert.Equal("0", await front.ReadBackAsync("feature-discard"));
            foreach (var operation in (BlkifOperation[])[BlkifOperation.Write, BlkifOperation.WriteBarrier, BlkifOperation.FlushDiskCache])
            {
                Assert.Equal(BlkifStatus.Error, (await front.CallAsync(front.Entry(operation, 1, 0, segment))).Status);
            }

            Assert.Equal(BlkifStatus.Error, (await front.CallAsync(BackIoTests.Indirect(front, BlkifOperation.Write, 1, 0, 1, reference))).Status);
            Assert.NotEqual(BlkifStatus.Ok, (await front.CallAsync(BackIoTests.Discard(front, 1, 0, 8))).Status);
            Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, segment))).Status);
            Assert.Equal(0ul, world.Served.Statistics.SectorsWritten);
        },
        mode: "r");

    [Fact]
    [Trait("Clause", "BB-036")]
    [Trait("Clause", "BI-006")]
    public void Discard_ForgetsItsRange_AndNoOther() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        var (page, reference) = await front.SharePageAsync();
        await page.CopyInAsync(0, Enumerable.Repeat((byte)7, 4096).ToArray());
        var segment = new BlkifSegment(reference, 0, 7);
        await front.CallAsync(front.Entry(BlkifOperation.Write, 1, 0, segment));
        Assert.Equal(new BlkifResponse(2, BlkifOperation.Discard, BlkifStatus.Ok), await front.CallAsync(BackIoTests.Discard(front, 2, 2, 3)));
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(BackIoTests.Discard(front, 3, 1023, 2))).Status);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(BackIoTests.Discard(front, 3, ulong.MaxValue, 2))).Status);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(BackIoTests.Discard(front, 3, 2, ulong.MaxValue))).Status);
        await front.CallAsync(front.Entry(BlkifOperation.Read, 4, 0, segment));
        var found = new byte[4096];
        await page.CopyOutAsync(0, found);
        Assert.Equal([7, 7, 0, 0, 0, 7, 7, 7], Enumerable.Range(0, 8).Select(i => (int)found[i * 512]));
    });

    [Fact]
    [Trait("Clause", "BB-015")]
    [Trait("Clause", "BI-018")]
    public void LargeSectors_MoveWholeOrNotAtAll()
    {
        DeviceSectorSize.TryCreate(4096, out var large);
        foreach (bool isDevice in (bool[])[false, true])
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    Assert.Equal("4096", await front.ReadBackAsync("sector-size"));
                    Assert.Equal("64", await front.ReadBackAsync("sectors"));
                    var pages = await BackIoTests.ShareAsync(front, 2);
                    async ValueTask<BlkifStatus> TryAsync(ulong sector, params BlkifSegment[] segments) =>
                        (await front.CallAsync(front.Entry(BlkifOperation.Write, 1, sector, segments))).Status;
                    Assert.Equal(BlkifStatus.Ok, await TryAsync(8, new BlkifSegment(pages[0].Reference, 0, 7)));
                    Assert.Equal(BlkifStatus.Ok, await TryAsync(8, new BlkifSegment(pages[0].Reference, 4, 7), new BlkifSegment(pages[1].Reference, 0, 3)));
                    Assert.Equal(BlkifStatus.Error, await TryAsync(8, new BlkifSegment(pages[0].Reference, 0, 3), new BlkifSegment(pages[1].Reference, 0, 3)));
                    Assert.Equal(BlkifStatus.Error, await TryAsync(4, new BlkifSegment(pages[0].Reference, 0, 7)));
                    Assert.Equal(BlkifStatus.Error, await TryAsync(8, new BlkifSegment(pages[0].Reference, 0, 6)));
                },
                medium: _ => new MemoryMedium("large", new SectorCount512(64), large),
                isDevice: isDevice);
        }
    }
}
