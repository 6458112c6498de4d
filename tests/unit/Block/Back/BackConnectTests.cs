using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackConnectTests
{
    public static TheoryData<BlkifAbi, int, ulong> AbisAndPages()
    {
        var data = new TheoryData<BlkifAbi, int, ulong>();
        foreach (var abi in Enum.GetValues<BlkifAbi>())
        {
            foreach (int pages in (int[])[1, 2, 16])
            {
                data.Add(abi, pages, (ulong)pages);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AbisAndPages))]
    [Trait("Clause", "RG-036")]
    public void Data_WrittenThroughARing_IsReadBack(BlkifAbi abi, int pages, ulong seed) => BackWorld.Run(
        async world =>
        {
            var front = await world.ConnectAsync(pages, abi);
            var (page, reference) = await front.SharePageAsync();
            await page.CopyInAsync(1024, Enumerable.Range(0, 2048).Select(i => (byte)i).ToArray());
            var segment = new BlkifSegment(reference, 2, 5);
            Assert.Equal(new BlkifResponse(7, BlkifOperation.Write, BlkifStatus.Ok), await front.CallAsync(front.Entry(BlkifOperation.Write, 7, 100, segment)));
            await page.CopyInAsync(0, new byte[4096]);
            Assert.Equal(new BlkifResponse(ulong.MaxValue, BlkifOperation.Read, BlkifStatus.Ok), await front.CallAsync(front.Entry(BlkifOperation.Read, ulong.MaxValue, 101, segment with { FirstSector = 0, LastSector = 2 })));
            var found = new byte[4096];
            await page.CopyOutAsync(0, found);
            Assert.Equal(Enumerable.Range(512, 1536).Select(i => (byte)i), found.Take(1536));
            Assert.All(found.Skip(1536), value => Assert.Equal(0, value));
            Assert.False(front.IsPinned(page));
        },
        seed: seed);

    [Theory]
    [InlineData(XenbusState.Initialised)]
    [InlineData(XenbusState.Connected)]
    [Trait("Clause", "XB-011")]
    [Trait("Clause", "XB-053")]
    public void Front_ThatIsThereBeforeTheBack_IsConnected(XenbusState state)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = world.Front();
                    await front.OfferAsync(state: state);
                    await front.SendAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0));
                    await world.Bus.StartAsync();
                    Assert.Equal(1ul, (await front.ReceiveAsync()).Id);
                    await world.ExpectAsync(XenbusState.Connected);
                },
                seed: seed,
                startsBus: false);
        }
    }

    [Fact]
    [Trait("Clause", "NG-047")]
    public void Medium_ThatComesLate_LeadsToConnected()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            BackWorld.Run(
                async world =>
                {
                    var front = world.Front();
                    await world.ExpectAsync(XenbusState.InitWait);
                    await front.OfferAsync();
                    Assert.Null(await front.ReadBackAsync("sectors"));
                    await world.PlugAsync();
                    await world.ExpectAsync(XenbusState.Connected);
                    Assert.Equal("1024", await front.ReadBackAsync("sectors"));
                },
                seed: seed,
                isPlugged: false);
        }
    }

    [Fact]
    [Trait("Clause", "NG-003")]
    [Trait("Clause", "NG-045")]
    public void Mainline_PublishesLimitsBeforeInitWait_AndTheRestBeforeConnected() => BackWorld.Run(async world =>
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        Assert.Equal("4", await front.ReadBackAsync("max-ring-page-order"));
        Assert.Equal("16", await front.ReadBackAsync("max-ring-pages"));
        Assert.Equal("4", await front.ReadBackAsync("multi-queue-max-queues"));
        Assert.Equal("256", await front.ReadBackAsync("feature-max-indirect-segments"));
        Assert.Null(await front.ReadBackAsync("feature-flush-cache"));
        await front.OfferAsync();
        await world.ExpectAsync(XenbusState.Connected);
        foreach (string name in (string[])["feature-flush-cache", "feature-barrier", "feature-persistent", "feature-discard"])
        {
            Assert.Equal("1", await front.ReadBackAsync(name));
        }

        Assert.Equal("1024", await front.ReadBackAsync("sectors"));
        Assert.Equal("512", await front.ReadBackAsync("sector-size"));
        Assert.Equal("512", await front.ReadBackAsync("physical-sector-size"));
        Assert.Equal("0", await front.ReadBackAsync("info"));
        Assert.Null(await front.ReadBackAsync("max-requests"));
    });

    [Fact]
    [Trait("Clause", "NG-013")]
    [Trait("Clause", "RG-031")]
    public void Seed2010_PublishesItsFourLimits_AndARingThatHoldsThem() => BackWorld.Run(
        async world =>
        {
            var front = world.Front();
            await world.ExpectAsync(XenbusState.InitWait);
            Assert.Equal("256", await front.ReadBackAsync("max-requests"));
            Assert.Equal("33", await front.ReadBackAsync("max-request-segments"));
            Assert.Equal("131072", await front.ReadBackAsync("max-request-size"));
            int pages = int.Parse((await front.ReadBackAsync("max-ring-pages"))!);
            Assert.True(BlkifRing.Entries(pages, BlkifAbi.X64) >= 768);
            Assert.Equal("1", await front.ReadBackAsync("feature-barrier"));
            Assert.Null(await front.ReadBackAsync("max-ring-page-order"));
        },
        BackSettings.For(BlockProfile.Seed2010));

    [Fact]
    [Trait("Clause", "NG-048")]
    public void Legacy_PublishesNothingBeyondTheBase_AndIgnoresWhatItDoesNotKnow() => BackWorld.Run(
        async world =>
        {
            var front = world.Front();
            await world.ExpectAsync(XenbusState.InitWait);
            await front.WriteAsync("ring-page-order", "9");
            await front.WriteAsync("ring-pages", "0");
            await front.WriteAsync("multi-queue-num-queues", "77");
            await front.OfferAsync();
            await world.ExpectAsync(XenbusState.Connected);
            var nodes = await world.World.Control.Store.ListAsync(world.Device.BackNode);
            Assert.DoesNotContain(nodes, name => name.StartsWith("max-", StringComparison.Ordinal) || name.StartsWith("feature-", StringComparison.Ordinal) || name.StartsWith("multi-", StringComparison.Ordinal));
            Assert.Equal(BlkifStatus.NotSupported, (await front.CallAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0))).Status);
        },
        BackSettings.For(BlockProfile.Legacy));

    [Theory]
    [InlineData("protocol", "vax-abi", "NG-022")]
    [InlineData("ring-page-order", "40", "NG-018")]
    [InlineData("ring-page-order", "5", "NG-017")]
    [InlineData("num-ring-pages", "0", "NG-010")]
    [InlineData("ring-pages", "-1", "NG-002")]
    [InlineData("multi-queue-num-queues", "0", "NG-010")]
    [InlineData("multi-queue-num-queues", "5", "NG-032")]
    [InlineData("ring-ref", "", "NG-002")]
    [InlineData("ring-ref", "4000", "BB-025")]
    [InlineData("event-channel", "0", "NG-002")]
    [InlineData("event-channel", "1234", "BB-026")]
    [Trait("Clause", "XB-039")]
    [Trait("Clause", "NG-009")]
    public void Node_ThatNoConnectionCanBeMadeWith_ClosesWithAnError(string name, string value, string clause) => BackWorld.Run(async world =>
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        await front.PublishAsync(await front.MakeQueueAsync());
        await front.WriteAsync(name, value);
        await front.SetStateAsync(XenbusState.Initialised);
        await world.ExpectAsync(XenbusState.Closed);
        Assert.NotNull(clause);
        string error = (await world.ErrorAsync())!;
        Assert.Matches("^[1-9][0-9]* ", error);
        Assert.Equal(0, front.PinnedRingPages());
        Assert.Equal("error", await front.ReadBackAsync("hotplug-status"));
    });

    [Theory]
    [InlineData("max-requests")]
    [InlineData("max-request-segments")]
    [InlineData("max-request-size")]
    [InlineData("ring-pages")]
    [Trait("Clause", "NG-010")]
    public void Seed2010_RefusesALimitOfZero(string name) => BackWorld.Run(
        async world =>
        {
            var front = world.Front();
            await world.ExpectAsync(XenbusState.InitWait);
            await front.PublishSeedAsync(await front.MakeQueueAsync(2), 33, 65536, 32);
            await front.WriteAsync(name, "0");
            await front.SetStateAsync(XenbusState.Initialised);
            await world.ExpectAsync(XenbusState.Closed);
            Assert.Contains(name, await world.ErrorAsync(), StringComparison.Ordinal);
        },
        BackSettings.For(BlockProfile.Seed2010));

    [Fact]
    [Trait("Clause", "NG-016")]
    public void RingPageOrderOfZero_GoesWithEitherName()
    {
        foreach (string name in (string[])["ring-ref0", "ring-ref"])
        {
            BackWorld.Run(async world =>
            {
                var front = world.Front();
                await world.ExpectAsync(XenbusState.InitWait);
                var queue = await front.MakeQueueAsync();
                await front.WriteAsync("ring-page-order", "0");
                await front.WriteAsync(name, $"{queue.References[0]}");
                await front.WriteAsync("event-channel", $"{queue.Channel.Port}");
                await front.SetStateAsync(XenbusState.Initialised);
                await world.ExpectAsync(XenbusState.Connected);
            });
        }
    }

    [Fact]
    [Trait("Clause", "BB-025")]
    public void RingPage_ThatCannotBeMapped_LeavesNoOtherMapped() => BackWorld.Run(async world =>
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        await front.PublishAsync(await front.MakeQueueAsync(4));
        await front.WriteAsync("ring-ref3", "3999");
        await front.SetStateAsync(XenbusState.Initialised);
        await world.ExpectAsync(XenbusState.Closed);
        Assert.Equal(0, front.PinnedRingPages());
    });

    [Fact]
    [Trait("Clause", "NG-032")]
    public void Queues_EachHaveTheirOwnRing() => BackWorld.Run(async world =>
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        await front.WriteAsync("multi-queue-num-queues", "3");
        for (int i = 0; i < 3; i++)
        {
            await front.PublishAsync(await front.MakeQueueAsync(2, $"queue-{i}"));
        }

        await front.SetStateAsync(XenbusState.Initialised);
        await world.ExpectAsync(XenbusState.Connected);
        for (int i = 0; i < 3; i++)
        {
            await front.SendAsync(i, front.Entry(BlkifOperation.FlushDiskCache, (ulong)i, 0));
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((ulong)i, (await front.ReceiveAsync(i)).Id);
        }
    });

    [Fact]
    [Trait("Clause", "RG-011")]
    public void Ring_WithMoreRequestsThanItHolds_IsRefused() => BackWorld.Run(async world =>
    {
        var front = world.Front();
        await world.ExpectAsync(XenbusState.InitWait);
        var queue = await front.MakeQueueAsync();
        await queue.Pages[0].StoreAsync(0, 33);
        await front.PublishAsync(queue);
        await front.SetStateAsync(XenbusState.Initialised);
        await world.ExpectAsync(XenbusState.Closed);
        Assert.StartsWith("71 ", await world.ErrorAsync(), StringComparison.Ordinal);
        Assert.Equal(0, front.PinnedRingPages());
    });

    [Fact]
    [Trait("Clause", "BB-001")]
    public void Medium_ThatIsNotThere_FailsTheAttach() => BackWorld.Run(
        async world =>
        {
            await world.World.Control.Store.WriteTextAsync($"{world.Device.BackNode}/params", $"/no/such/disk");
            await world.PlugAsync();
            await world.ExpectAsync(XenbusState.Closed);
            Assert.StartsWith("2 ", await world.ErrorAsync(), StringComparison.Ordinal);
        },
        isPlugged: false);
}
