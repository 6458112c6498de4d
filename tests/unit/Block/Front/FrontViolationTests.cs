using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontViolationTests
{
    private static readonly FrontSettings Mainline = FrontSettings.For(BlockProfile.Mainline) with { IsPersistent = false };

    public static TheoryData<ulong, BlkifOperation> WrongResponses => new()
    {
        { 1, BlkifOperation.Read },
        { 31, BlkifOperation.Read },
        { 32, BlkifOperation.Read },
        { ulong.MaxValue, BlkifOperation.Read },
        { 1UL << 32, BlkifOperation.Read },
        { 0, BlkifOperation.Write },
        { 0, (BlkifOperation)200 },
    };

    [Theory]
    [MemberData(nameof(WrongResponses))]
    [Trait("Clause", "BF-005")]
    [Trait("Clause", "BF-006")]
    [Trait("Clause", "BF-007")]
    public void AResponseToNothingAsked_DisablesTheDevice(ulong id, BlkifOperation operation) =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answer = _ => new BlkifResponse(id, operation, BlkifStatus.Ok);
            await scene.ConnectAsync();
            Assert.Equal(DiskResult.Gone, await scene.Disk.ReadAsync(default, new byte[512]));
            await AssertDisabledAsync(scene);
        });

    [Theory]
    [InlineData(SharedRing.ResponseProducer, 2u)]
    [InlineData(SharedRing.ResponseProducer, 33u)]
    [InlineData(SharedRing.ResponseProducer, uint.MaxValue)]
    [Trait("Clause", "RG-016")]
    [Trait("Clause", "BF-007")]
    public void AProducerOutOfRange_DisablesTheDevice(int word, uint value) =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.ReadAsync(default, new byte[512]));
            await scene.SettleAsync();
            await scene.Back.StoreAsync(word, value);
            await scene.Back.NotifyAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Gone, result);
            await AssertDisabledAsync(scene);
        });

    [Fact]
    [Trait("Clause", "BF-040")]
    [Trait("Clause", "BF-009")]
    public void AnAnswerToPartOfARequest_DisablesTheDevice() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Seed2010), async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync((BlockNodes.MaxRequestSegments, "33"), (BlockNodes.MaxRequestSize, "135168"));
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.ReadAsync(default, new byte[32 * 4096]));
            await scene.SettleAsync();
            var open = Assert.Single(scene.Back.Open).Request;
            scene.Back.Open.Clear();
            scene.Back.PutResponse(0, new BlkifResponse(open.Id, open.Operation, BlkifStatus.Ok), 1);
            await scene.Back.AnswerOpenAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Gone, result);
            await AssertDisabledAsync(scene);
        });

    [Fact]
    [Trait("Clause", "BF-010")]
    public void APageThatTheBackStillMaps_IsNotHandedBackAsGood() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.ReadAsync(default, new byte[512]));
            await scene.SettleAsync();
            var mapping = await scene.World.Control.Grants.MapAsync(scene.Front.Id, scene.Back.Asked.Single().Segments[0].Grant, GrantAccess.ReadWrite);
            await scene.Back.AnswerOpenAsync(asked => new BlkifResponse(asked.Id, asked.Operation, BlkifStatus.Ok));
            await scene.SettleAsync();
            Assert.Equal(DiskResult.BufferLost, result);
            await AssertDisabledAsync(scene);
            await scene.World.Control.Grants.UnmapAsync(mapping.Page!);
        });

    [Fact]
    [Trait("Clause", "BF-034")]
    public void EventsBeforeTheBackIsConnected_AreLetPass() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.Back.AddAsync(XenbusState.InitWait);
            await scene.Bus.StartAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            await scene.Back.ConnectAsync();
            await scene.Back.NotifyAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Connected);
            await scene.Back.NotifyAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Ok, await scene.Disk.ReadAsync(default, new byte[512]));
        });

    private static async ValueTask AssertDisabledAsync(FrontScene scene)
    {
        await scene.Back.AwaitFrontAsync(XenbusState.Closed);
        Assert.StartsWith("71 ", await scene.Back.ReadAsync(scene.Back.ErrorNode), StringComparison.Ordinal);
        Assert.Equal(DiskResult.Gone, await scene.Disk.ReadAsync(default, new byte[512]));
        Assert.False(scene.Disk.IsAnnounced);
    }
}
