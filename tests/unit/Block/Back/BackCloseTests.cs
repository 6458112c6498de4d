using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Deviations;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackCloseTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "XB-019")]
    [Trait("Clause", "XB-020")]
    [Trait("Clause", "BB-028")]
    [Trait("Clause", "BB-044")]
    public void Close_WithRequestsUnderWay_DrainsThem_AndLeavesNothingMapped(bool isDevice)
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync(2);
                    var pages = await BackIoTests.ShareAsync(front, 10);
                    await front.SendAsync([.. pages.Select((page, i) => front.Entry(BlkifOperation.Write, (ulong)i, 8 * (ulong)i, new BlkifSegment(page.Reference, 0, 7)))]);
                    await front.SetStateAsync(XenbusState.Closing);
                    await front.SetStateAsync(XenbusState.Closed);
                    await world.ExpectAsync(XenbusState.Closed);
                    Assert.Equal(0, front.PinnedRingPages());
                    Assert.All(pages, page => Assert.False(front.IsPinned(page.Page)));
                    Assert.Null(await world.ErrorAsync());
                },
                seed: seed,
                isDevice: isDevice);
        }
    }

    [Fact]
    [Trait("Clause", "XB-024")]
    [Trait("Clause", "XB-025")]
    public void ToolStack_ThatWantsItClosed_DoesNotStopTheFront_UntilItCloses() => BackWorld.Run(async world =>
    {
        var front = await world.ConnectAsync();
        await world.Tools.AskToCloseAsync(world.Device);
        var (_, reference) = await front.SharePageAsync();
        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, new BlkifSegment(reference, 0, 7)))).Status);
        await world.ExpectAsync(XenbusState.Closing);
        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, new BlkifSegment(reference, 0, 7)))).Status);
        await front.SetStateAsync(XenbusState.Closed);
        Assert.True(await world.Tools.RemoveAsync(world.Device));
        Assert.Equal(0, front.PinnedRingPages());
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "XB-026")]
    [Trait("Clause", "BB-047")]
    [Trait("Clause", "BB-048")]
    public void Reconnect_BeginsWithNothingOfTheEarlierConnection(bool isFast)
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var extended = world.Front();
                    await world.ExpectAsync(XenbusState.InitWait);
                    await extended.PublishSeedAsync(await extended.MakeQueueAsync(4), 33, 131072, 200);
                    await extended.SetStateAsync(XenbusState.Initialised);
                    await world.ExpectAsync(XenbusState.Connected);
                    Assert.True(world.Served.Terms!.IsExtended);
                    await extended.SetStateAsync(XenbusState.Closed);
                    if (!isFast)
                    {
                        await world.ExpectAsync(XenbusState.Closed);
                    }

                    await extended.SetStateAsync(XenbusState.Initialising);
                    await world.ExpectAsync(XenbusState.InitWait);
                    Assert.Equal(0, extended.PinnedRingPages());
                    foreach (string name in (string[])["ring-pages", "max-requests", "max-request-segments", "max-request-size", "ring-ref1", "ring-ref2", "ring-ref3"])
                    {
                        await world.Guest.Store.RemoveAsync($"{world.Device.FrontNode}/{name}");
                    }

                    var legacy = await world.ConnectAsync();
                    Assert.False(world.Served.Terms!.IsExtended);
                    var (_, reference) = await legacy.SharePageAsync();
                    var many = Enumerable.Repeat(new BlkifSegment(reference, 0, 0), 11).ToArray();
                    Assert.Equal(BlkifStatus.Ok, (await legacy.CallAsync(legacy.Entry(BlkifOperation.Write, 1, 0, many))).Status);
                    Assert.Equal(2, world.Served.Statistics.Connections);
                },
                BackSettings.For(BlockProfile.Seed2010),
                seed);
        }
    }

    [Fact]
    [Trait("Clause", "XB-016")]
    public void Front_ThatPublishesAnotherRing_IsConnectedToThat_AndTheSameAgainIsNothing()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    await front.SetStateAsync(XenbusState.Connected);
                    await front.SetStateAsync(XenbusState.Initialised);
                    Assert.Equal(1ul, (await front.CallAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0))).Id);
                    Assert.Equal(1, world.Served.Statistics.Connections);
                    var other = world.Front();
                    await other.PublishAsync(await other.MakeQueueAsync());
                    await other.SetStateAsync(XenbusState.Connected);
                    await other.SetStateAsync(XenbusState.Initialised);
                    Assert.Equal(2ul, (await other.CallAsync(other.Entry(BlkifOperation.FlushDiskCache, 2, 0))).Id);
                    await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                    Assert.Equal(2, world.Served.Statistics.Connections);
                    Assert.Equal(0, front.PinnedRingPages());
                },
                seed: seed);
        }
    }

    [Fact]
    [Trait("Clause", "XB-032")]
    [Trait("Clause", "XB-033")]
    public void Directories_ThatVanish_AreNotResurrected_AndNothingStaysMapped()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    await world.Tools.ForceAsync(world.Device);
                    while (world.Driver.Devices.Count > 0)
                    {
                        await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                    }

                    Assert.Equal(0, front.PinnedRingPages());
                    Assert.Null(await world.World.Control.Store.FindAsync($"{world.Device.BackNode}/state"));
                },
                seed: seed);
        }
    }

    [Fact]
    [Trait("Clause", "XB-046")]
    public void Front_ThatDiesWithRequestsUnderWay_BecomesNoZombie()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    var pages = await BackIoTests.ShareAsync(front, 5);
                    await front.SendAsync([.. pages.Select((page, i) => front.Entry(BlkifOperation.Read, (ulong)i, 0, new BlkifSegment(page.Reference, 0, 7)))]);
                    await world.World.DestroyAsync(world.Guest);
                    await world.Tools.ForceAsync(world.Device);
                    while (world.Driver.Devices.Count > 0)
                    {
                        await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                    }

                    Assert.Null(world.World.Hypervisor.Find(world.Guest.Id));
                },
                seed: seed,
                isDevice: seed % 2 == 0);
        }
    }

    [Fact]
    [Trait("Clause", "BB-028")]
    [Trait("Clause", "XB-051")]
    [Trait("Clause", "BB-013")]
    public void Trace_TellsEveryPhase_InItsOrder()
    {
        var steps = new Steps();
        BackWorld.Run(
            async world =>
            {
                var front = await world.ConnectAsync(2);
                var (_, reference) = await front.SharePageAsync();
                await front.CallAsync(front.Entry(BlkifOperation.Read, 1, 0, new BlkifSegment(reference, 0, 7)));
                await front.SetStateAsync(XenbusState.Closed);
                await world.ExpectAsync(XenbusState.Closed);
                await front.SetStateAsync(XenbusState.Initialising);
                await world.ExpectAsync(XenbusState.InitWait);
            },
            trace: steps);
        Assert.Equal(
            ["B0", "B1", "B2", "B4", "B5", "B7", "B8.0", "B8.1", "B9.0", "B10.0", "B11", "B12", "C", "V", "S", "K", "G", "A", "N", "B20", "B21", "B22", "B23", "B24", "B2", "B26"],
            steps.Taken.Where(step => step.Result is "OK" or "notified").Select(step => step.Step));
        Assert.Equal([0, 1], steps.Taken.Select(step => step.Generation).Distinct());
    }

    private sealed class Steps : ITraceSink
    {
        internal List<(string Step, int Generation, string Result)> Taken { get; } = [];

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
            if (actor.Contains("blkback", StringComparison.Ordinal))
            {
                Taken.Add((step, generation, result));
            }
        }
    }

    public static TheoryData<string> PathSteps() =>
        ["B0", "B1", "B2", "B4", "B5", "B7", "B8.0", "B8.1", "B9.0", "B10.0", "B11", "B12", "B20", "B21", "B22", "B23", "B24"];

    [Theory]
    [MemberData(nameof(PathSteps))]
    [Trait("Clause", "BB-029")]
    [Trait("Clause", "BB-027")]
    [Trait("Clause", "XB-042")]
    public void Failure_AtAnyStep_EndsClosed_WithAnErrorAndNothingMapped(string step)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = world.Front();
                    await front.OfferAsync(2);
                    if (step.StartsWith("B2", StringComparison.Ordinal) && step.Length == 3)
                    {
                        await world.ExpectAsync(XenbusState.Connected);
                        await front.SetStateAsync(XenbusState.Closed);
                    }

                    await world.ExpectAsync(XenbusState.Closed);
                    Assert.Equal(0, front.PinnedRingPages());
                    Assert.StartsWith("5 ", await world.ErrorAsync(), StringComparison.Ordinal);
                },
                seed: seed,
                plan: DeviationPlan.Single(step, DeviationKind.Fail));
        }
    }

    [Theory]
    [MemberData(nameof(PathSteps))]
    [Trait("Clause", "BB-029")]
    public void Deviation_AtAnyStep_LeavesAStandstillNowhere(string step)
    {
        foreach (var kind in (DeviationKind[])[DeviationKind.Skip, DeviationKind.Repeat, DeviationKind.Delay])
        {
            BackWorld.Run(
                async world =>
                {
                    var front = world.Front();
                    await front.OfferAsync(2);
                    await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(5));
                    await world.Tools.ForceAsync(world.Device);
                    while (world.Driver.Devices.Count > 0)
                    {
                        await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
                    }

                    Assert.True(front.PinnedRingPages() == 0 || step == "B23", $"{step} {kind} leaves pages mapped");
                },
                plan: new DeviationPlan([new Deviation(step, kind, Time: TimeSpan.FromSeconds(2))]));
        }
    }

    [Fact]
    [Trait("Clause", "RS-012")]
    [Trait("Clause", "CT-011")]
    public void ABackInUse_RefusesToMove_AndServesOn() => BackWorld.Run(
        async world =>
        {
            var front = await world.ConnectAsync();
            Assert.False(await world.Bus.SuspendAsync());
            await front.SendAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0));
            Assert.Equal(1ul, (await front.ReceiveAsync()).Id);
        });

    [Fact]
    [Trait("Clause", "RS-012")]
    public void ABackWithoutAConnection_MovesAndGoesOn() => BackWorld.Run(async world =>
    {
        await world.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
        Assert.True(await world.Bus.SuspendAsync());
        await world.Bus.CancelSuspendAsync();
        await world.ConnectAsync();
    });
}
