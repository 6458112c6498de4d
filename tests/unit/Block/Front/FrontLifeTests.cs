using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontLifeTests
{
    private static readonly FrontSettings Mainline = FrontSettings.For(BlockProfile.Mainline);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "XB-018")]
    [Trait("Clause", "XB-021")]
    [Trait("Clause", "BF-026")]
    public void AClosingBack_IsFollowed_AndNothingStays(ulong seed) =>
        FrontScene.Run(
            Mainline,
            async scene =>
            {
                await scene.ConnectAsync((BlockNodes.FeaturePersistent, "1"), (BlockNodes.MaxRingPageOrder, "1"));
                Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[8192]));
                var disk = scene.Disk;
                await scene.Back.StateAsync(XenbusState.Closing);
                await scene.Back.AwaitFrontAsync(XenbusState.Closed);
                Assert.Equal(DiskResult.Gone, await disk.ReadAsync(default, new byte[512]));
                await scene.Back.UnmapAsync();
                await scene.Back.StateAsync(XenbusState.Closed);
                await scene.Bus.StopAsync();
                scene.Front.GrantTable.RetryDeferred();
                scene.AssertNothingHeld();
            },
            seed);

    [Fact]
    [Trait("Clause", "XB-023")]
    [Trait("Clause", "XB-024")]
    [Trait("Clause", "BF-023")]
    [Trait("Clause", "BF-041")]
    public void WithUsers_ACloseIsRefusedAndServed_AndTakesPlaceWithTheLast() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            Assert.Equal(DiskResult.Ok, await scene.Disk.OpenAsync());
            Assert.Equal(DiskResult.Ok, await scene.Disk.OpenAsync());
            await scene.Back.StateAsync(XenbusState.Closing);
            await scene.SettleAsync();
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
            Assert.StartsWith("16 ", await scene.Back.ReadAsync(scene.Back.ErrorNode), StringComparison.Ordinal);
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[512]));
            await scene.Disk.CloseAsync();
            await scene.SettleAsync();
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
            await scene.Disk.CloseAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
        });

    [Fact]
    [Trait("Clause", "XB-030")]
    [Trait("Clause", "XB-023")]
    public void AWishToCloseFromOutside_WaitsForUsersToo() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            await scene.Disk.OpenAsync();
            await scene.Back.WriteFrontAsync("state", "5");
            await scene.SettleAsync();
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
            await scene.Disk.CloseAsync();
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
        });

    [Fact]
    [Trait("Clause", "BF-024")]
    [Trait("Clause", "BF-039")]
    public void ABackThatIsClosed_EndsWhatIsOutstanding_WithUsersOrNot() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            await scene.Disk.OpenAsync();
            var disk = scene.Disk;
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await disk.ReadAsync(default, new byte[512]));
            await scene.SettleAsync();
            await scene.Back.UnmapAsync();
            await scene.Back.StateAsync(XenbusState.Closed);
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Gone, result);
        });

    [Fact]
    [Trait("Clause", "XB-032")]
    public void ABackWhoseDirectoryIsGone_IsLetGo() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            await scene.Back.UnmapAsync();
            await scene.Back.RemoveAsync(scene.Back.Node);
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            await scene.SettleAsync();
            Assert.Null(await scene.Back.ReadAsync($"{scene.Back.Node}/state"));
            scene.AssertNothingHeld();
        });

    [Fact]
    [Trait("Clause", "XB-033")]
    public void AFrontWhoseDirectoryIsGone_WritesNothingThere() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            await scene.Back.UnmapAsync();
            await scene.Back.RemoveAsync(scene.Back.FrontNode);
            await scene.SettleAsync();
            Assert.Null(await scene.Back.ReadAsync(scene.Back.FrontNode));
            Assert.Null(scene.Driver.FindDisk(ScriptedBack.Name));
            scene.AssertNothingHeld();
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "RS-015")]
    [Trait("Clause", "RS-005")]
    [Trait("Clause", "RS-007")]
    [Trait("Clause", "RS-008")]
    [Trait("Clause", "RS-016")]
    public void ABackThatBeginsAnew_GetsWhatWasOutstanding_OnceAndInPartsItCanTake(ulong seed) =>
        FrontScene.Run(
            Mainline,
            async scene =>
            {
                scene.Back.Answers = _ => false;
                await scene.ConnectAsync((BlockNodes.FeatureMaxIndirectSegments, "64"), (BlockNodes.FeatureFlushCache, "1"), (BlockNodes.MaxRingPageOrder, "1"));
                await scene.Disk.OpenAsync();
                var data = FrontScene.Pattern(40 * 4096, 9);
                DiskResult? written = null, flushed = null, late = null;
                scene.Front.Fibers.Start("writer", async () => written = await scene.Disk.WriteAsync(default, data));
                await scene.SettleAsync();
                scene.Front.Fibers.Start("flusher", async () => flushed = await scene.Disk.FlushAsync());
                await scene.SettleAsync();
                Assert.Equal(2, scene.Back.Open.Count);
                string? old = await scene.Back.ReadFrontAsync("ring-ref0");
                await scene.Back.UnmapAsync();
                await scene.Back.RemoveAsync($"{scene.Back.Node}/{BlockNodes.FeatureMaxIndirectSegments}");
                await scene.Back.RemoveAsync($"{scene.Back.Node}/{BlockNodes.MaxRingPageOrder}");
                scene.Back.Asked.Clear();
                await scene.Back.StateAsync(XenbusState.InitWait);
                await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
                scene.Front.Fibers.Start("late", async () => late = await scene.Disk.ReadAsync(default, new byte[512]));
                await scene.SettleAsync();
                Assert.NotNull(old);
                Assert.Null(await scene.Back.ReadFrontAsync("ring-ref0"));
                scene.Back.Answers = _ => true;
                await scene.FinishAsync();
                Assert.Equal((DiskResult.Ok, DiskResult.Ok, DiskResult.Ok), (written, flushed, late));
                Assert.Equal(data, scene.Back.Medium.AsSpan(0, data.Length).ToArray());
                Assert.Equal([11, 11, 11, 7, 0, 1], scene.Back.Asked.Select(asked => asked.Segments.Length));
                Assert.Equal(BlkifOperation.FlushDiskCache, scene.Back.Asked[4].Operation);
                Assert.Single(scene.Announced);
            },
            seed);

    [Fact]
    [Trait("Clause", "BF-026")]
    [Trait("Clause", "BF-039")]
    public void ADeviceThatGoesWhileItWaitsForGrants_WaitsNoLonger() =>
        FrontScene.Run(
            Mainline with { IsPersistent = false },
            async scene =>
            {
                await scene.ConnectAsync();
                var reservation = await scene.Front.Grants.ReserveAsync(512 - 8 - 1);
                var disk = scene.Disk;
                DiskResult? result = null;
                scene.Front.Fibers.Start("user", async () => result = await disk.ReadAsync(default, new byte[512]));
                await scene.SettleAsync();
                Assert.Null(result);
                await scene.Back.UnmapAsync();
                await scene.Back.RemoveAsync(scene.Back.FrontNode);
                await scene.SettleAsync();
                Assert.Equal(DiskResult.Gone, result);
                await scene.Front.Grants.ReleaseAsync(reservation!);
                await scene.SettleAsync();
                scene.AssertNothingHeld();
            },
            options: new Conformance.Reference.Hypervisor.DomainOptions { GrantFrames = 1 });

    [Fact]
    [Trait("Clause", "RS-014")]
    public void AnotherSectorSizeAfterRecovery_IsFatal() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            await scene.Back.UnmapAsync();
            await scene.Back.StateAsync(XenbusState.InitWait);
            await scene.Back.AwaitFrontAsync(XenbusState.Initialised);
            await scene.Back.ConnectAsync((BlockNodes.SectorSize, "4096"));
            await scene.Back.AwaitFrontAsync(XenbusState.Closed);
            Assert.StartsWith("22 ", await scene.Back.ReadAsync(scene.Back.ErrorNode), StringComparison.Ordinal);
        });

    [Fact]
    [Trait("Clause", "BF-038")]
    [Trait("Clause", "CT-012")]
    public void ASuspendThatIsCancelled_LeavesEverythingAsItWas() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            DiskResult? before = null, during = null;
            scene.Front.Fibers.Start("before", async () => before = await scene.Disk.ReadAsync(default, new byte[512]));
            await scene.SettleAsync();
            Assert.True(await scene.Bus.SuspendAsync());
            scene.Front.Fibers.Start("during", async () => during = await scene.Disk.ReadAsync(default, new byte[512]));
            await scene.Back.AnswerOpenAsync();
            await scene.SettleAsync();
            Assert.Equal((null, null), (before, during));
            Assert.Single(scene.Back.Asked);
            scene.Back.Answers = _ => true;
            await scene.Bus.CancelSuspendAsync();
            await scene.SettleAsync();
            Assert.Equal((DiskResult.Ok, DiskResult.Ok), (before, during));
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
        });

    [Fact]
    [Trait("Clause", "RS-001")]
    [Trait("Clause", "BF-038")]
    public void Seed2010_RefusesToSuspend_WithRequestsOutstanding() =>
        FrontScene.Run(FrontSettings.For(BlockProfile.Seed2010), async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.ReadAsync(default, new byte[512]));
            await scene.SettleAsync();
            Assert.False(await scene.Bus.SuspendAsync());
            await scene.Back.AnswerOpenAsync();
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Ok, result);
            Assert.True(await scene.Bus.SuspendAsync());
        });

    [Fact]
    [Trait("Clause", "RS-005")]
    [Trait("Clause", "RS-008")]
    [Trait("Clause", "RS-009")]
    public void AfterAResume_OutstandingRequestsAreIssuedAgain_ToTheNewBack() =>
        FrontScene.Run(Mainline, async scene =>
        {
            scene.Back.Answers = _ => false;
            await scene.ConnectAsync();
            var data = FrontScene.Pattern(4096, 5);
            DiskResult? result = null;
            scene.Front.Fibers.Start("user", async () => result = await scene.Disk.WriteAsync(default, data));
            await scene.SettleAsync();
            Assert.True(await scene.Bus.SuspendAsync());
            string? old = await scene.Back.ReadFrontAsync("ring-ref");
            await scene.Back.UnmapAsync();
            await scene.Back.StateAsync(XenbusState.InitWait);
            scene.Bus.Resume();
            scene.Back.Answers = _ => true;
            await scene.FinishAsync();
            Assert.NotNull(old);
            Assert.NotEqual(old, await scene.Back.ReadFrontAsync("ring-ref"));
            Assert.Equal(DiskResult.Ok, result);
            Assert.Equal(data, scene.Back.Medium.AsSpan(0, 4096).ToArray());
        });

    [Fact]
    [Trait("Clause", "XB-025")]
    [Trait("Clause", "XB-026")]
    [Trait("Clause", "NG-019")]
    public void AReconnect_BeginsAnew_WithAWeakerBack() =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync((BlockNodes.MaxRingPageOrder, "3"));
            scene.Front.Fibers.Start("operator", scene.Disk.ReconnectAsync);
            await scene.Back.AwaitFrontAsync(XenbusState.Closed, XenbusState.Initialising);
            await scene.Back.UnmapAsync();
            await scene.Back.RemoveAsync($"{scene.Back.Node}/{BlockNodes.MaxRingPageOrder}");
            await scene.Back.StateAsync(XenbusState.Closed);
            await scene.Back.AwaitFrontAsync(XenbusState.Initialising);
            await scene.Back.StateAsync(XenbusState.InitWait);
            await scene.FinishAsync();
            Assert.Null(await scene.Back.ReadFrontAsync(BlockNodes.RingPageOrder));
            Assert.Equal(DiskResult.Ok, await scene.Disk.WriteAsync(default, new byte[512]));
            Assert.Equal(2, scene.Announced.Count);
        });

    [Theory]
    [InlineData(XenbusState.Reconfiguring)]
    [InlineData(XenbusState.Reconfigured)]
    [Trait("Clause", "XB-049")]
    [Trait("Clause", "XB-015")]
    public void StatesThatMeanNothingHere_ChangeNothing(XenbusState state) =>
        FrontScene.Run(Mainline, async scene =>
        {
            await scene.ConnectAsync();
            await scene.Back.StateAsync(state);
            await scene.SettleAsync();
            await scene.Back.WriteAsync("state", "77");
            await scene.SettleAsync();
            Assert.Equal(DiskResult.Ok, await scene.Disk.ReadAsync(default, new byte[512]));
            Assert.Equal(XenbusState.Connected, await scene.Back.FrontStateAsync());
        });
}
