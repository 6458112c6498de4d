using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontAttachTests
{
    private static readonly (string Name, string Value)[] Limits2010 =
    [
        (BlockNodes.MaxRingPages, "5"), (BlockNodes.MaxRequests, "64"), (BlockNodes.MaxRequestSegments, "33"), (BlockNodes.MaxRequestSize, "131072"),
    ];

    public static TheoryData<BlockProfile, BlkifAbi, ulong> Fronts
    {
        get
        {
            var data = new TheoryData<BlockProfile, BlkifAbi, ulong>();
            foreach (var profile in Enum.GetValues<BlockProfile>())
            {
                foreach (var abi in Enum.GetValues<BlkifAbi>())
                {
                    for (ulong seed = 0; seed < 4; seed++)
                    {
                        data.Add(profile, abi, seed);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    [Trait("Clause", "BF-002")]
    [Trait("Clause", "BF-014")]
    [Trait("Clause", "XB-052")]
    public void EachProfile_Attaches_AndMovesData(BlockProfile profile, BlkifAbi abi, ulong seed) =>
        FrontScene.Run(
            FrontSettings.For(profile) with { Abi = abi },
            async scene =>
            {
                await scene.ConnectAsync(profile == BlockProfile.Seed2010 ? Limits2010 : [(BlockNodes.MaxRingPageOrder, "2"), (BlockNodes.FeatureMaxIndirectSegments, "64")]);
                Assert.Equal(2048ul, scene.Disk.Capacity.Value);
                foreach (int length in (int[])[512, 4096, 61440, 262144])
                {
                    var written = FrontScene.Pattern(length, length);
                    Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512(7), written));
                    Assert.Equal(written, scene.Back.Medium.AsSpan(7 * 512, length).ToArray());
                    var read = new byte[length];
                    Assert.Equal(DiskResult.Ok, await scene.Disk.ReadAsync(new Sector512(7), read));
                    Assert.Equal(written, read);
                }

                await scene.Bus.StopAsync();
                await scene.Back.UnmapAsync();
                await scene.SettleAsync();
            },
            seed);

    [Fact]
    [Trait("Clause", "NG-013")]
    [Trait("Clause", "NG-006")]
    [Trait("Clause", "NG-021")]
    public void Seed2010_PublishesTheLesserOfEachLimit() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Seed2010) with { Abi = BlkifAbi.X86 }, async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait, (BlockNodes.MaxRingPages, "3"), (BlockNodes.MaxRequests, "1000"), (BlockNodes.MaxRequestSegments, "20"));
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            Assert.Equal("3", await scene.Back.ReadFrontAsync(BlockNodes.RingPages));
            Assert.Equal("256", await scene.Back.ReadFrontAsync(BlockNodes.MaxRequests));
            Assert.Equal("20", await scene.Back.ReadFrontAsync(BlockNodes.MaxRequestSegments));
            Assert.Equal("45056", await scene.Back.ReadFrontAsync(BlockNodes.MaxRequestSize));
            Assert.Equal("x86_32-abi", await scene.Back.ReadFrontAsync(BlockNodes.Protocol));
            Assert.NotNull(await scene.Back.ReadFrontAsync("ring-ref"));
            Assert.NotNull(await scene.Back.ReadFrontAsync("ring-ref1"));
            Assert.NotNull(await scene.Back.ReadFrontAsync("ring-ref2"));
            Assert.Null(await scene.Back.ReadFrontAsync("ring-ref3"));
        });

    [Theory]
    [InlineData("0", 1)]
    [InlineData("3", 8)]
    [InlineData("40", 16)]
    [Trait("Clause", "NG-014")]
    [Trait("Clause", "NG-016")]
    [Trait("Clause", "NG-018")]
    public void Mainline_PublishesItsRingByOrder_OrAsASingleReference(string order, int pages) =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait, (BlockNodes.MaxRingPageOrder, order));
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            Assert.Equal(pages == 1 ? null : $"{int.Log2(pages)}", await scene.Back.ReadFrontAsync(BlockNodes.RingPageOrder));
            Assert.Equal(pages == 1, await scene.Back.ReadFrontAsync("ring-ref") is not null);
            Assert.Equal(pages > 1, await scene.Back.ReadFrontAsync($"ring-ref{pages - 1}") is not null);
            Assert.Null(await scene.Back.ReadFrontAsync($"ring-ref{pages}"));
        });

    [Fact]
    [Trait("Clause", "NG-032")]
    public void Mainline_UsesSeveralQueues_EachInADirectoryOfItsOwn() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            await scene.ConnectAsync((BlockNodes.MultiQueueMaxQueues, "3"));
            Assert.Equal("3", await scene.Back.ReadFrontAsync(BlockNodes.MultiQueueNumQueues));
            Assert.Null(await scene.Back.ReadFrontAsync("ring-ref"));
            Assert.Null(await scene.Back.ReadFrontAsync(BlockNodes.EventChannel));
            var written = FrontScene.Pattern(9 * 512, 1);
            for (int i = 0; i < 9; i++)
            {
                Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(new Sector512((ulong)i), written.AsMemory(i * 512, 512)));
            }

            Assert.Equal(written, scene.Back.Medium.AsSpan(0, written.Length).ToArray());
            Assert.All(scene.Back.Rings, ring => Assert.Equal(3u, ring.RequestsConsumed));
        });

    [Fact]
    [Trait("Clause", "NG-019")]
    public void NodesOfAnEarlierConnection_AreGone_BeforeTheFrontSaysInitialised() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait);
            foreach (string stale in (string[])["ring-page-order", "num-ring-pages", "ring-pages", "ring-ref0", "ring-ref15", "multi-queue-num-queues", "queue-0/ring-ref", "max-requests"])
            {
                await scene.Back.WriteFrontAsync(stale, "4");
            }

            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            foreach (string stale in (string[])["ring-page-order", "num-ring-pages", "ring-pages", "ring-ref0", "ring-ref15", "multi-queue-num-queues", "queue-0", "max-requests"])
            {
                Assert.Null(await scene.Back.ReadFrontAsync(stale));
            }

            Assert.NotNull(await scene.Back.ReadFrontAsync("virtual-device"));
        });

    [Theory]
    [InlineData(BlockNodes.SectorSize, "0")]
    [InlineData(BlockNodes.SectorSize, "1000")]
    [InlineData(BlockNodes.SectorSize, "2097152")]
    [InlineData(BlockNodes.Sectors, "")]
    [InlineData(BlockNodes.Sectors, "-1")]
    [InlineData(BlockNodes.Sectors, "18446744073709551615")]
    [InlineData(BlockNodes.Info, "x")]
    [Trait("Clause", "NG-050")]
    [Trait("Clause", "NG-033")]
    [Trait("Clause", "NG-035")]
    public void AMediumThatMakesNoSense_EndsTheAttach_WithEverythingGivenBack(string node, string value) =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait);
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            await scene.Back.WriteAsync(BlockNodes.Sectors, "2048");
            await scene.Back.ConnectAsync((node, value));
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            Assert.StartsWith("22 ", await scene.Back.ReadAsync(scene.Back.ErrorNode), StringComparison.Ordinal);
            await scene.Back.UnmapAsync();
            await scene.Bus.StopAsync();
            Assert.Empty(scene.Announced);
        });

    [Theory]
    [InlineData(BlockNodes.MaxRingPages)]
    [InlineData(BlockNodes.MaxRequests)]
    [InlineData(BlockNodes.MaxRequestSegments)]
    [InlineData(BlockNodes.MaxRequestSize)]
    [Trait("Clause", "NG-010")]
    [Trait("Clause", "NG-050")]
    public void ALimitOfZero_EndsTheAttach(string node) =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Seed2010), async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait, (node, "0"));
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            await scene.SettleAsync();
            scene.AssertNothingHeld();
        });

    [Theory]
    [InlineData(FrontStep.ReadLimits)]
    [InlineData("F5.0")]
    [InlineData("F5.1")]
    [InlineData("F5.3")]
    [InlineData(FrontStep.AllocatePort)]
    [InlineData(FrontStep.Publish)]
    [InlineData(FrontStep.Commit)]
    [Trait("Clause", "BF-003")]
    [Trait("Clause", "BF-035")]
    [Trait("Clause", "XB-039")]
    public void AFailureAtAnyStepBeforeInitialised_GivesEverythingBack(string step) =>
        FrontScene.Run(
            FrontSettings.For(BlockProfile.Mainline),
            async scene =>
            {
                await scene.Back.AddAsync(XenbusState.InitWait, (BlockNodes.MaxRingPageOrder, "2"));
                await scene.Bus.StartAsync();
                await scene.Back.AwaitFrontAsync(XenbusState.Closed);
                await scene.SettleAsync();
                scene.AssertNothingHeld();
                Assert.StartsWith("5 ", await scene.Back.ReadAsync(scene.Back.ErrorNode), StringComparison.Ordinal);
            },
            plan: DeviationPlan.Single(step, DeviationKind.Fail));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "XB-010")]
    [Trait("Clause", "XB-011")]
    public void ALegacyFront_PublishesBeforeTheBackIsReady(bool connectsAtOnce) =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Legacy) with { ConnectsAtOnce = connectsAtOnce }, async scene =>
        {
            await scene.Back.AddAsync(XenbusState.Initialising);
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(connectsAtOnce ? XenbusState.Connected : XenbusState.Initialised);
            Assert.Empty(scene.Announced);
            await scene.Back.StateAsync(XenbusState.InitWait);
            await scene.Back.ConnectAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[4096]));
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
        });

    [Fact]
    [Trait("Clause", "XB-013")]
    [Trait("Clause", "XB-059")]
    public void ABackThatIsConnectedToSomebodyElse_IsWalkedBackFirst() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            await scene.Back.AddAsync(XenbusState.Connected);
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Closing);
            await scene.Back.StateAsync(XenbusState.Closing);
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            Assert.Null(await scene.Back.ReadFrontAsync(BlockNodes.RingRef));
            await scene.Back.StateAsync(XenbusState.Closed);
            await scene.Back.AwaitFrontAsync(XenbusState.Initialising);
            await scene.Back.StateAsync(XenbusState.InitWait);
            await scene.FinishAsync();
            Assert.Single(scene.Announced);
        });

    [Fact]
    [Trait("Clause", "BF-020")]
    public void TheDisk_IsAnnouncedOnce_WhenItsMediumIsKnown() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Mainline), async scene =>
        {
            var early = new List<DiskResult>();
            scene.Driver.Announced = disk => scene.Front.Fibers.Start("partitions", async () =>
            {
                scene.Announced.Add(disk);
                Assert.Equal(2048ul, disk.Capacity.Value);
                early.Add(await disk.ReadAsync(default, new byte[512]));
            });
            await scene.ConnectAsync();
            await scene.Back.StateAsync(XenbusState.Connected);
            await scene.SettleAsync();
            Assert.Equal([DiskResult.Ok], early);
            Assert.Single(scene.Announced);
        });
}
