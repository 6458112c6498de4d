using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Network;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Network;

public sealed class NetTests
{
    private static readonly MacAddress Everybody = new(0xFFFF_FFFF_FFFF);
    private static readonly MacAddress Tester = new(0x0200_0000_0001);

    [Fact]
    [Trait("Clause", "GT-040")]
    public void TwoGuests_ExchangeFramesThroughTheBridge() => NetWorld.Run(ExchangeAsync);

    [Fact]
    [Trait("Clause", "GT-040")]
    public void TwoGuests_ExchangeFramesInRealTime() => NetWorld.RunAtOnce(ExchangeAsync);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void EventChannels_AreSplitWhereBothEndsCan(bool front, bool back) => NetWorld.Run(
        async w =>
        {
            var guest = await w.AddConnectedAsync();
            string node = guest.Request.FrontNode;
            bool isSplit = front && back;
            Assert.Equal(isSplit, await w.Store.ReadOptionalAsync($"{node}/{NetworkNodes.EventChannelTx}") is not null);
            Assert.Equal(isSplit, await w.Store.ReadOptionalAsync($"{node}/{NetworkNodes.EventChannelRx}") is not null);
            Assert.Equal(!isSplit, await w.Store.ReadOptionalAsync($"{node}/{NetworkNodes.EventChannel}") is not null);
            await EchoAsync(w, guest);
        },
        new NetSettings { SplitsEventChannels = front, Slots = 4 },
        new NetSettings { SplitsEventChannels = back, Slots = 4 });

    [Fact]
    public void MoreFramesThanSlots_AllArriveInOrder() => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        for (int i = 0; i < 40; i++)
        {
            Assert.True(await guest.SendAsync(NetWorld.Frame(Everybody, guest.Mac, 60, i)));
        }

        await w.UntilAsync(() => w.Port.Taken.Count == 40);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => NetWorld.Frame(Everybody, guest.Mac, 60, i)), w.Port.Taken);
    });

    [Fact]
    public void FramesForWhichThereIsNoRoom_AreDropped_AndTheRestComesInOrder() => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        guest.Listen();
        for (int i = 0; i < 40; i++)
        {
            w.Bridge.Forward(w.Port, NetWorld.Frame(Everybody, Tester, 60, i));
        }

        await w.SettleAsync();
        Assert.Equal(4, guest.Received.Count);
        Assert.Equal(Enumerable.Range(0, 4).Select(i => NetWorld.Frame(Everybody, Tester, 60, i)), guest.Received);
        await EchoAsync(w, guest);
    });

    [Fact]
    [Trait("Clause", "XB-020")]
    [Trait("Clause", "XB-021")]
    public void Removal_LeavesNeitherPagesNorReferencesNorNodes() => NetWorld.Run(async w =>
    {
        var guest = await w.AddGuestAsync();
        int pages = guest.Domain.Machine.Memory.Count;
        int free = guest.Domain.GrantTable.FreeCount;
        await w.Tools.AddAsync(guest.Request);
        await w.ExpectConnectedAsync(guest);
        await EchoAsync(w, guest);
        Assert.True(await w.Tools.RemoveAsync(guest.Request));
        await w.SettleAsync();
        Assert.Empty(guest.Bus.Devices);
        Assert.Empty(w.BackBus.Devices);
        Assert.Null(await w.Store.ReadOptionalAsync(guest.Request.FrontNode));
        Assert.Equal(1, w.Bridge.Ports);
        guest.Domain.GrantTable.RetryDeferred();
        Assert.Equal((pages, free), (guest.Domain.Machine.Memory.Count, guest.Domain.GrantTable.FreeCount));
    });

    [Fact]
    [Trait("Clause", "XB-025")]
    [Trait("Clause", "XB-026")]
    public void Reconnect_MakesANewLink() => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        for (int i = 0; i < 3; i++)
        {
            var device = guest.Fronts.FindDevice("0")!;
            await guest.Domain.Fibers.Start("reconnect", device.ReconnectAsync).JoinAsync();
            await w.ExpectConnectedAsync(guest);
            w.Port.Taken.Clear();
            guest.Received.Clear();
            await EchoAsync(w, guest);
        }

        Assert.Equal(2, w.Bridge.Ports);
    });

    [Fact]
    public void InterfaceWithoutCarrier_SendsNothing() => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        var kept = guest.Interface!;
        Assert.True(await w.Tools.RemoveAsync(guest.Request));
        await w.SettleAsync();
        Assert.False(kept.HasCarrier);
        Assert.False(await kept.SendAsync(NetWorld.Frame(Everybody, guest.Mac, 60, 0)));
    });

    [Theory]
    [Trait("Clause", "XB-039")]
    [InlineData("")]
    [InlineData("aa:bb:cc:dd:ee")]
    [InlineData("aa:bb:cc:dd:ee:fg")]
    [InlineData("aa-bb-cc-dd-ee-ff")]
    public void FrontWithoutAnAddress_FailsAndSaysSo(string mac) => NetWorld.Run(async w =>
    {
        var guest = await w.AddGuestAsync();
        await w.Tools.AddAsync(guest.Request with { FrontNodes = new Dictionary<string, string> { [NetworkNodes.Mac] = mac } });
        await w.ExpectAsync(guest.Request.FrontNode, XenbusState.Closed);
        Assert.StartsWith("22 ", await w.Store.ReadOptionalAsync($"/local/domain/{guest.Domain.Id}/error/device/vif/0/error"), StringComparison.Ordinal);
    });

    private static async ValueTask ExchangeAsync(NetWorld w)
    {
        var left = await w.AddConnectedAsync();
        var right = await w.AddConnectedAsync();
        left.Listen();
        right.Listen();
        int number = 0;
        foreach (int length in (int[])[NetifRing.FrameMin, 60, 1514, NetifRing.FrameMax])
        {
            foreach (var (from, to) in ((NetGuest, NetGuest)[])[(left, right), (right, left)])
            {
                byte[] frame = NetWorld.Frame(number == 0 ? Everybody : to.Mac, from.Mac, length, number++);
                int before = to.Received.Count;
                Assert.True(await from.SendAsync(frame));
                await w.UntilAsync(() => to.Received.Count > before);
                Assert.Equal(frame, to.Received[^1]);
            }
        }

        // The first was for everybody; after that the bridge knows who is where.
        Assert.Single(w.Port.Taken);
    }

    /// <summary>One frame to the test and one back.</summary>
    private static async ValueTask EchoAsync(NetWorld w, NetGuest guest)
    {
        guest.Listen();
        int taken = w.Port.Taken.Count;
        int received = guest.Received.Count;
        byte[] frame = NetWorld.Frame(Tester, guest.Mac, 100, taken);
        Assert.True(await guest.SendAsync(frame));
        await w.UntilAsync(() => w.Port.Taken.Count > taken);
        Assert.Equal(frame, w.Port.Taken[^1]);
        byte[] answer = NetWorld.Frame(guest.Mac, Tester, 100, received + 50);
        w.Bridge.Forward(w.Port, answer);
        await w.UntilAsync(() => guest.Received.Count > received);
        Assert.Equal(answer, guest.Received[^1]);
    }
}
