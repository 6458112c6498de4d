using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Ports;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackIoTests
{
    [Theory]
    [InlineData(BlkifAbi.X64)]
    [InlineData(BlkifAbi.X86)]
    [Trait("Clause", "BI-028")]
    [Trait("Clause", "RG-035")]
    public void Seed2010_TakesRequestsOfSeveralEntries_AcrossTheEndOfTheRing(BlkifAbi abi) => BackWorld.Run(
        async world =>
        {
            var front = world.Front(abi);
            await world.ExpectAsync(XenbusState.InitWait);
            await front.PublishSeedAsync(await front.MakeQueueAsync(2, firstIndex: uint.MaxValue - 3), 33, 131072, 64);
            await front.SetStateAsync(XenbusState.Initialised);
            await world.ExpectAsync(XenbusState.Connected);
            for (int round = 0; round < 30; round++)
            {
                await RoundTripAsync(front, round, 32);
            }
        },
        BackSettings.For(BlockProfile.Seed2010));

    [Fact]
    [Trait("Clause", "BI-025")]
    [Trait("Clause", "BB-035")]
    public void IndirectRequest_MovesAllItsSegments_AndLeavesNothingMapped() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        var pages = await ShareAsync(front, 100);
        for (int i = 0; i < pages.Count; i++)
        {
            await pages[i].Page.CopyInAsync(0, new byte[] { (byte)(i + 1) });
        }

        var (table, tableReference) = await front.SharePageAsync(GrantAccess.ReadOnly);
        var segments = pages.Select(page => new BlkifSegment(page.Reference, 0, 7)).ToArray();
        var bytes = new byte[segments.Length * BlkifSegment.Size];
        BlkifSegment.WriteAll(bytes, segments);
        await table.CopyInAsync(0, bytes);
        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(Indirect(front, BlkifOperation.Write, 5, 8, 100, tableReference))).Status);
        foreach (var page in pages)
        {
            await page.Page.CopyInAsync(0, new byte[1]);
        }

        Assert.Equal(new BlkifResponse(6, BlkifOperation.Indirect, BlkifStatus.Ok), await front.CallAsync(Indirect(front, BlkifOperation.Read, 6, 8, 100, tableReference)));
        var first = new byte[1];
        for (int i = 0; i < pages.Count; i++)
        {
            await pages[i].Page.CopyOutAsync(0, first);
            Assert.Equal((byte)(i + 1), first[0]);
            Assert.False(front.IsPinned(pages[i].Page));
        }

        Assert.False(front.IsPinned(table));
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(Indirect(front, BlkifOperation.Read, 7, 0, 257, tableReference))).Status);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(Indirect(front, BlkifOperation.Read, 8, 0, 0, tableReference))).Status);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(Indirect(front, BlkifOperation.WriteBarrier, 9, 0, 1, tableReference))).Status);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(Indirect(front, BlkifOperation.Read, 10, 0, 1, new GrantRef(3000)))).Status);
        Assert.Equal(1, world.Served.Statistics.MapFailures);
    });

    [Fact]
    [Trait("Clause", "BB-032")]
    [Trait("Clause", "BB-033")]
    [Trait("Clause", "NG-031")]
    public void PersistentGrants_StayMapped_UpToTheLimit_AndGoWithTheConnection() => BackWorld.Run(
        async world =>
        {
            var front = world.Front();
            await world.ExpectAsync(XenbusState.InitWait);
            await front.WriteAsync("feature-persistent", "1");
            await front.OfferAsync();
            await world.ExpectAsync(XenbusState.Connected);
            var pages = await ShareAsync(front, 4);
            for (int i = 0; i < 4; i++)
            {
                var segment = new BlkifSegment(pages[i].Reference, 0, 0);
                Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Write, 1, 0, segment))).Status);
                Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, segment, segment))).Status);
            }

            Assert.Equal([false, false, true, true], pages.Select(page => front.IsPinned(page.Page)));
            Assert.Equal(8, world.Served.Statistics.PersistentHits);
            await front.SetStateAsync(XenbusState.Closed);
            await world.ExpectAsync(XenbusState.Closed);
            Assert.All(pages, page => Assert.False(front.IsPinned(page.Page)));
            Assert.Equal(0, front.PinnedRingPages());
        },
        BackSettings.For(BlockProfile.Mainline) with { PersistentGrantsMax = 2 });

    [Fact]
    [Trait("Clause", "BB-011")]
    [Trait("Clause", "BB-009")]
    public void Segment_ThatCannotBeMapped_FailsTheRequestAlone() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        var pages = await ShareAsync(front, 3);
        foreach (int bad in (int[])[0, 1, 2])
        {
            var segments = pages.Select((page, i) => new BlkifSegment(i == bad ? new GrantRef(3999) : page.Reference, 0, 7)).ToArray();
            Assert.Equal(new BlkifResponse(9, BlkifOperation.Read, BlkifStatus.Error), await front.CallAsync(front.Entry(BlkifOperation.Read, 9, 0, segments)));
            Assert.All(pages, page => Assert.False(front.IsPinned(page.Page)));
        }

        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, new BlkifSegment(pages[0].Reference, 0, 7)))).Status);
        Assert.Equal(3, world.Served.Statistics.MapFailures);
    });

    [Fact]
    [Trait("Clause", "GT-036")]
    public void PageGrantedForReading_CannotBeReadInto() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        var (_, reference) = await front.SharePageAsync(GrantAccess.ReadOnly);
        var segment = new BlkifSegment(reference, 0, 7);
        Assert.Equal(BlkifStatus.Error, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, segment))).Status);
        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Write, 1, 0, segment))).Status);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "BB-019")]
    [Trait("Clause", "BI-022")]
    [Trait("Clause", "BB-017")]
    public void Barrier_WaitsForAllBefore_AndNothingPassesIt(bool isDevice)
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            LoggedMedium? log = null;
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    var pages = await ShareAsync(front, 7);
                    byte[] Request(BlkifOperation operation, int i) => front.Entry(operation, (ulong)i, (ulong)i * 8, new BlkifSegment(pages[i].Reference, 0, 7));
                    await front.SendAsync(
                        Request(BlkifOperation.Write, 0),
                        Request(BlkifOperation.Write, 1),
                        Request(BlkifOperation.Write, 2),
                        Request(BlkifOperation.WriteBarrier, 3),
                        Request(BlkifOperation.Write, 4),
                        Request(BlkifOperation.Write, 5),
                        Request(BlkifOperation.Write, 6));
                    for (int i = 0; i < 7; i++)
                    {
                        Assert.Equal(BlkifStatus.Ok, (await front.ReceiveAsync()).Status);
                    }
                },
                seed: seed,
                isDevice: isDevice,
                medium: _ => log = new LoggedMedium());
            var writes = log!.Writes;
            Assert.Equal([0, 1, 2], writes[..3].Order());
            Assert.Equal([-1, 3, -1], writes[3..6]);
            Assert.Equal([4, 5, 6], writes[6..].Order());
        }
    }

    [Fact]
    [Trait("Clause", "BB-020")]
    [Trait("Clause", "BB-021")]
    public void Requests_BeyondTheStructures_AreAllAnswered()
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    var pages = await ShareAsync(front, 8);
                    await front.SendAsync([.. pages.Select((page, i) => front.Entry(BlkifOperation.Write, (ulong)i, (ulong)i * 8, new BlkifSegment(page.Reference, 0, 7)))]);
                    var answered = new List<ulong>();
                    for (int i = 0; i < 8; i++)
                    {
                        answered.Add((await front.ReceiveAsync()).Id);
                    }

                    Assert.Equal(Enumerable.Range(0, 8).Select(i => (ulong)i), answered.Order());
                    Assert.NotEqual(0, world.Served.Statistics.Shortages);
                },
                BackSettings.For(BlockProfile.Mainline) with { RequestsMax = 2 },
                seed,
                isDevice: true);
        }
    }

    [Fact]
    [Trait("Clause", "BB-022")]
    public void Flood_OfInvalidRequests_LetsOthersGoOn() => BackWorld.Run(
        async world =>
        {
            var front = await world.ConnectAsync();
            await front.SendAsync([.. Enumerable.Range(0, 32).Select(i => front.Entry((BlkifOperation)99, (ulong)i, 0))]);
            for (int i = 0; i < 32; i++)
            {
                Assert.Equal(new BlkifResponse((ulong)i, (BlkifOperation)99, BlkifStatus.NotSupported), await front.ReceiveAsync());
            }

            Assert.True(world.Served.Statistics.Yields >= 7);
        },
        BackSettings.For(BlockProfile.Mainline) with { RequestsPerTurn = 4 });

    internal static async ValueTask<List<(IOwnPage Page, GrantRef Reference)>> ShareAsync(ScriptedFront front, int count)
    {
        var pages = new List<(IOwnPage, GrantRef)>();
        for (int i = 0; i < count; i++)
        {
            pages.Add(await front.SharePageAsync());
        }

        return pages;
    }

    internal static byte[] Indirect(ScriptedFront front, BlkifOperation operation, ulong id, ulong sector, int segments, params ReadOnlySpan<GrantRef> pages)
    {
        var request = new BlkifIndirect { InnerOperation = operation, Id = id, Sector = new Sector512(sector), SegmentCount = (ushort)segments };
        pages.CopyTo(request.PageSlots);
        var entry = new byte[front.EntrySize];
        request.Write(entry, front.Abi);
        return entry;
    }

    internal static byte[] Discard(ScriptedFront front, ulong id, ulong sector, ulong count)
    {
        var entry = new byte[front.EntrySize];
        new BlkifDiscard(BlkifLimits.DiscardSecure, 0, id, new Sector512(sector), new SectorCount512(count)).Write(entry, front.Abi);
        return entry;
    }

    private static async ValueTask RoundTripAsync(ScriptedFront front, int round, int segments)
    {
        var pages = await ShareAsync(front, segments);
        for (int i = 0; i < segments; i++)
        {
            await pages[i].Page.CopyInAsync(0, new byte[] { (byte)(round + i) });
        }

        var all = pages.Select(page => new BlkifSegment(page.Reference, 0, 7)).ToArray();
        Assert.Equal(new BlkifResponse(1, BlkifOperation.Write, BlkifStatus.Ok), await front.CallAsync(front.Entry(BlkifOperation.Write, 1, 0, all)));
        all.AsSpan().Reverse();
        Assert.Equal(new BlkifResponse(2, BlkifOperation.Read, BlkifStatus.Ok), await front.CallAsync(front.Entry(BlkifOperation.Read, 2, 0, all)));
        var first = new byte[1];
        for (int i = 0; i < segments; i++)
        {
            await pages[segments - 1 - i].Page.CopyOutAsync(0, first);
            Assert.Equal((byte)(round + i), first[0]);
            Assert.True(await front.Domain.Grants.TryRevokeAsync(pages[i].Reference));
        }

        foreach (var page in pages)
        {
            await front.Domain.Memory.FreeAsync(page.Page);
        }
    }

    /// <summary>A disk that keeps the order in which blocks of 4 KiB were written; -1 stands for a flush.</summary>
    private sealed class LoggedMedium : IMedium
    {
        private readonly MemoryMedium inner = new("logged", new SectorCount512(64));

        internal List<int> Writes { get; } = [];

        public string Name => inner.Name;

        public SectorCount512 Size => inner.Size;

        public DeviceSectorSize SectorSize => inner.SectorSize;

        public DeviceSectorSize PhysicalSectorSize => inner.PhysicalSectorSize;

        public bool IsReadOnly => false;

        public bool CanDiscard => true;

        public bool PrefersLongTransfers => false;

        public void Refresh() => inner.Refresh();

        public StorageStatus Read(long position, Span<byte> destination) => inner.Read(position, destination);

        public StorageStatus Write(long position, ReadOnlySpan<byte> source)
        {
            Writes.Add((int)(position / 4096));
            return inner.Write(position, source);
        }

        public StorageStatus Flush()
        {
            Writes.Add(-1);
            return inner.Flush();
        }

        public StorageStatus Discard(long position, long length) => inner.Discard(position, length);

        public void Dispose() => inner.Dispose();
    }
}
