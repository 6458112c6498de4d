using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontIoTests
{
    private static readonly FrontSettings Mainline = FrontSettings.For(BlockProfile.Mainline);

    [Fact]
    [Trait("Clause", "NG-029")]
    [Trait("Clause", "BI-025")]
    public void ALongTransfer_IsOneIndirectRequest_WhereTheBackOffersIt() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.FeatureMaxIndirectSegments, "64"));
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[64 * 4096]));
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[65 * 4096]));
            Assert.Equal([64, 64, 1], scene.Back.Asked.Select(asked => asked.Segments.Length));
            Assert.Equal([BlkifOperation.Indirect, BlkifOperation.Indirect, BlkifOperation.Write], scene.Back.Asked.Select(asked => asked.Operation));
        });

    [Fact]
    [Trait("Clause", "RG-033")]
    [Trait("Clause", "RG-035")]
    [Trait("Clause", "BF-009")]
    public void RequestsOfSeveralEntries_WrapAroundTheRing_AndAreAnsweredAsOne() =>
        FrontScene.Run(
            FrontSettings.For(BlockProfile.Seed2010) with { FirstRingIndex = uint.MaxValue - 40 },
            async scene =>
            {
                await scene.ConnectAsync((BlockNodes.MaxRequestSegments, "33"), (BlockNodes.MaxRequestSize, "135168"), (BlockNodes.MaxRequests, "64"));
                for (int i = 0; i < 40; i++)
                {
                    var data = FrontScene.Pattern(32 * 4096, i);
                    Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512((ulong)i), data));
                    Assert.Equal(data, scene.Back.Medium.AsSpan(i * 512, data.Length).ToArray());
                }

                Assert.All(scene.Back.Asked, asked => Assert.Equal(3, asked.Entries));
                Assert.Equal(40, scene.Back.Asked.Count);
            });

    [Fact]
    [Trait("Clause", "BF-033")]
    [Trait("Clause", "BF-004")]
    public void EveryRequest_CarriesTheDevice_AndAnIdOfItsOwn() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            for (int i = 0; i < 10; i++)
            {
                scene.Front.Fibers.Start($"user {i}", async () => await scene.Disk.ReadAsync(default, new byte[512]));
            }

            await scene.SettleAsync();
            Assert.Equal(10, scene.Back.Asked.Select(asked => asked.Id).Distinct().Count());
            Assert.All(scene.Back.Asked, asked => Assert.True(asked is { Handle: 51712, Id: < 32 }));
            await scene.Back.AnswerOpenAsync();
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "BF-016")]
    [Trait("Clause", "BF-017")]
    [Trait("Clause", "RG-013")]
    public void MoreRequestsThanTheRingHolds_AllEnd(ulong seed) =>
        FrontScene.Run(
            Mainline,
            async scene =>
            {
                await scene.ConnectAsync();
                int ended = 0;
                for (int i = 0; i < 200; i++)
                {
                    int number = i;
                    scene.Front.Fibers.Start($"user {i}", async () =>
                    {
                        Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512((ulong)number), FrontScene.Pattern(512, number)));
                        ended++;
                    });
                }

                await scene.World.Driver.DelayAsync(TimeSpan.FromSeconds(1));
                Assert.Equal(200, ended);
                for (int i = 0; i < 200; i++)
                {
                    Assert.Equal(FrontScene.Pattern(512, i), scene.Back.Medium.AsSpan(i * 512, 512).ToArray());
                }
            },
            seed);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "BF-016")]
    [Trait("Clause", "GT-013")]
    public void AShortageOfGrants_HoldsRequestsUpUntilSomeAreFree(bool isPersistent) =>
        FrontScene.Run(
            Mainline with { IsPersistent = isPersistent, RingPageOrder = 0 },
            async scene =>
            {
                await scene.ConnectAsync((BlockNodes.FeaturePersistent, "1"));
                var reservation = await scene.Front.Grants.ReserveAsync(512 - 8 - 1 - 12);
                int ended = 0;
                for (int i = 0; i < 20; i++)
                {
                    int number = i;
                    scene.Front.Fibers.Start($"user {i}", async () =>
                    {
                        Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512((ulong)number * 16), FrontScene.Pattern(8192, number)));
                        ended++;
                    });
                }

                await scene.World.Driver.DelayAsync(TimeSpan.FromSeconds(1));
                await scene.Front.Grants.ReleaseAsync(reservation!);
                await scene.World.Driver.DelayAsync(TimeSpan.FromSeconds(1));
                Assert.Equal(20, ended);
            },
            options: new DomainOptions { GrantFrames = 1 });

    [Fact]
    [Trait("Clause", "BF-022")]
    [Trait("Clause", "BI-018")]
    [Trait("Clause", "BF-021")]
    public void LargerSectors_RuleAlignment_AndEveryRequestIsWholeSectors() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.SectorSize, "4096"));
            Assert.Equal(4096u, scene.Disk.SectorSize.Bytes);
            Assert.Equal(2048ul, scene.Disk.Capacity.Value);
            Assert.Equal(DiskResult.Misaligned, await scene.Disk.ReadAsync(new Sector512(1), new byte[4096]));
            Assert.Equal(DiskResult.Misaligned, await scene.Disk.ReadAsync(default, new byte[512]));
            Assert.Equal(DiskResult.Misaligned, await scene.Disk.WriteAsync(default, new byte[100]));
            var pages = await PagesAsync(scene, 14);
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512(8), new DiskBuffer(pages, 512, 13 * 4096)));
            Assert.All(scene.Back.Asked, asked => Assert.True(asked.Sector % 8 == 0 && asked.Count % 8 == 0));
            Assert.Equal(104ul, scene.Back.Asked.Aggregate(0ul, (sum, asked) => sum + asked.Count));
        });

    [Fact]
    [Trait("Clause", "NG-038")]
    public void AReadOnlyDisk_TakesNoWrites() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.Info, "4"));
            Assert.True(scene.Disk.IsReadOnly);
            Assert.Equal(DiskResult.ReadOnly, await scene.Disk.WriteAsync(default, new byte[512]));
            Assert.Equal(DiskResult.OutOfRange, await scene.Disk.ReadAsync(new Sector512(2048), new byte[512]));
            Assert.Empty(scene.Back.Asked);
        });

    [Theory]
    [InlineData(null, null, DiskResult.NotSupported, null)]
    [InlineData("0", "0", DiskResult.NotSupported, null)]
    [InlineData("1", null, DiskResult.Ok, BlkifOperation.WriteBarrier)]
    [InlineData("1", "1", DiskResult.Ok, BlkifOperation.FlushDiskCache)]
    [Trait("Clause", "BF-012")]
    [Trait("Clause", "NG-023")]
    [Trait("Clause", "NG-025")]
    [Trait("Clause", "NG-026")]
    public void Flush_UsesWhatTheBackOffers_AndIsRefusedOtherwise(string? barrier, string? flush, DiskResult expected, BlkifOperation? asked) =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync([.. Offer(BlockNodes.FeatureBarrier, barrier), .. Offer(BlockNodes.FeatureFlushCache, flush)]);
            Assert.Equal(expected, await scene.Disk.FlushAsync());
            Assert.Equal(asked is null ? [] : [asked.Value], scene.Back.Asked.Select(one => one.Operation));
        });

    [Fact]
    [Trait("Clause", "BF-013")]
    [Trait("Clause", "NG-024")]
    public void AFeatureThatIsNotSupportedAfterAll_IsNotUsedAgain() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answer = asked => asked.Operation is BlkifOperation.Write
                ? null
                : new BlkifResponse(asked.Id, asked.Operation, BlkifStatus.NotSupported);
            await scene.ConnectAsync((BlockNodes.FeatureBarrier, "1"), (BlockNodes.FeatureFlushCache, "1"), (BlockNodes.FeatureDiscard, "1"), (BlockNodes.FeatureMaxIndirectSegments, "32"));
            Assert.Equal(DiskResult.NotSupported, await scene.Disk.FlushAsync());
            Assert.Equal([BlkifOperation.FlushDiskCache, BlkifOperation.WriteBarrier], scene.Back.Asked.Select(one => one.Operation));
            Assert.Equal(DiskResult.NotSupported, await scene.Disk.DiscardAsync(default, new SectorCount512(8)));
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[20 * 4096]));
            scene.Back.Asked.Clear();
            Assert.Equal(DiskResult.NotSupported, await scene.Disk.FlushAsync());
            Assert.Equal(DiskResult.NotSupported, await scene.Disk.DiscardAsync(default, new SectorCount512(8)));
            Assert.Empty(scene.Back.Asked);
            Assert.False(scene.Disk.CanFlush);
        });

    [Theory]
    [InlineData(null, "1", "1,3,1,3")]
    [InlineData("1", "1", "1,2")]
    [InlineData(null, null, "1,1")]
    [Trait("Clause", "BI-022")]
    [Trait("Clause", "BF-012")]
    public void AnOrderedWrite_FollowsWhatCameBefore(string? barrier, string? flush, string operations) =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync([.. Offer(BlockNodes.FeatureBarrier, barrier), .. Offer(BlockNodes.FeatureFlushCache, flush)]);
            bool isWritten = false;
            scene.Front.Fibers.Start("first", async () =>
            {
                await scene.Disk.WriteAsync(default, new byte[512]);
                isWritten = true;
            });
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteOrderedAsync(default, new byte[512]));
            Assert.True(isWritten);
            Assert.Equal(operations, string.Join(',', scene.Back.Asked.Select(one => (int)one.Operation)));
        });

    [Fact]
    [Trait("Clause", "BF-027")]
    [Trait("Clause", "BF-029")]
    [Trait("Clause", "NG-031")]
    public void PersistentGrants_AreUsedAgain_AndGivenBackWhenIdle() =>
        FrontScene.Run(Mainline with { PersistentIdle = TimeSpan.FromSeconds(5) }, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.FeaturePersistent, "1"));
            int before = scene.Front.GrantTable.FreeCount;
            for (int i = 0; i < 5; i++)
            {
                var data = FrontScene.Pattern(8192, i);
                Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, data));
                var read = new byte[8192];
                Assert.Equal(DiskResult.Ok, await scene.Disk.ReadAsync(default, read));
                Assert.Equal(data, read);
            }

            Assert.Equal(2, scene.Back.Asked.SelectMany(asked => asked.Segments).Select(segment => segment.Grant).Distinct().Count());
            Assert.Equal(before - 2, scene.Front.GrantTable.FreeCount);
            await scene.World.Driver.DelayAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(before, scene.Front.GrantTable.FreeCount);
        });

    [Fact]
    [Trait("Clause", "BF-030")]
    [Trait("Clause", "NG-041")]
    public void AnUntrustedBack_SeesNothingButTheData() =>
        FrontScene.Run(Mainline with { IsPersistent = false }, async scene =>
        {
            await scene.Back.AddAsync(Conformance.Model.Protocol.XenBus.XenbusState.InitWait);
            await scene.Back.WriteFrontAsync(BlockNodes.Trusted, "0");
            await scene.Bus.StartAsync();
            scene.Back.Answers = _ => false;
            await scene.FinishAsync();
            var pages = await PagesAsync(scene, 1);
            await pages[0].CopyInAsync(0, Enumerable.Repeat((byte)0x5A, 4096).ToArray());
            scene.Front.Fibers.Start("user", async () => await scene.Disk.WriteAsync(default, new DiskBuffer(pages, 1024, 512)));
            await scene.SettleAsync();
            var mapping = await scene.World.Control.Grants.MapAsync(scene.Front.Id, scene.Back.Asked.Single().Segments[0].Grant, GrantAccess.ReadOnly);
            var seen = new byte[4096];
            await mapping.Page!.CopyOutAsync(0, seen);
            Assert.Equal(512, seen.Count(one => one == 0x5A));
            Assert.Equal(3584, seen.Count(one => one == 0));
            await scene.World.Control.Grants.UnmapAsync(mapping.Page);
            await scene.Back.AnswerOpenAsync();
        });

    [Fact]
    [Trait("Clause", "BF-031")]
    public void ATransferOfSeveralRequests_EndsWithTheWorst_WhenAllAreAnswered() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.ReadAsync(default, new byte[30 * 4096]));
            await scene.SettleAsync();
            Assert.Equal(3, scene.Back.Open.Count);
            var last = scene.Back.Open[2];
            scene.Back.Open.RemoveAt(2);
            await scene.Back.AnswerOpenAsync(asked => new BlkifResponse(asked.Id, asked.Operation, asked.Sector == 0 ? (BlkifStatus)77 : BlkifStatus.Ok));
            await scene.SettleAsync();
            Assert.Null(result);
            scene.Back.Open.Add(last);
            await scene.Back.AnswerOpenAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Error, result);
        });

    [Fact]
    [Trait("Clause", "NG-036")]
    public void ANewSize_IsReadAndTold_WithoutANewRing() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            var sizes = new List<ulong>();
            scene.Disk.Resized = disk => sizes.Add(disk.Capacity.Value);
            string? reference = await scene.Back.ReadFrontAsync(BlockNodes.RingRef);
            await scene.Back.WriteAsync(BlockNodes.Sectors, "1024");
            await scene.Back.StateAsync(Conformance.Model.Protocol.XenBus.XenbusState.Connected);
            await scene.SettleAsync();
            Assert.Equal([1024ul], sizes);
            Assert.Equal(reference, await scene.Back.ReadFrontAsync(BlockNodes.RingRef));
            Assert.Equal(DiskResult.OutOfRange, await scene.Disk.ReadAsync(new Sector512(1024), new byte[512]));
        });

    [Fact]
    [Trait("Clause", "BF-019")]
    public void ADump_NeedsNoOtherFiberOfTheDriver() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.FeatureBarrier, "1"));
            var pages = await PagesAsync(scene, 20);
            var data = FrontScene.Pattern(20 * 4096, 3);
            for (int i = 0; i < pages.Length; i++)
            {
                await pages[i].CopyInAsync(0, data.AsMemory(i * 4096, 4096));
            }

            // The system stands still; the dump alone goes on, outside its fibers.
            scene.Front.Fibers.Group.Pause();
            Assert.Equal(DiskResult.Ok, await scene.Disk.DumpWriteAsync(default, new DiskBuffer(pages, 0, data.Length)));
            Assert.Equal(DiskResult.Ok, await scene.Disk.DumpFlushAsync());
            Assert.Equal(data, scene.Back.Medium.AsSpan(0, data.Length).ToArray());
        });

    private static IEnumerable<(string Name, string Value)> Offer(string name, string? value) => value is null ? [] : [(name, value)];

    private static async ValueTask<IOwnPage[]> PagesAsync(FrontScene scene, int count)
    {
        var pages = new IOwnPage[count];
        for (int i = 0; i < count; i++)
        {
            pages[i] = (await scene.Front.Memory.AllocateAsync())!;
        }

        return pages;
    }
}
