using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Network;

public sealed class HostileBackTests
{
    [Theory]
    [InlineData(1u)]
    [InlineData(5000u)]
    [InlineData(uint.MaxValue)]
    [Trait("Clause", "RG-016")]
    [Trait("Clause", "XB-040")]
    public void ResponsesToNothing_CloseTheFront(uint producer) => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        var page = await MapAsync(w, guest, NetworkNodes.TxRingRef);
        await page.StoreAsync(SharedRing.ResponseProducer, producer);
        guest.Fronts.FindDevice("0")!.Link!.Transmitter.Worker.Wake();
        await ExpectFailureAsync(w, guest, page);
    });

    [Theory]
    [InlineData(200, 0, 0, 60)]
    [InlineData(0, 4000, 0, 200)]
    [InlineData(0, 0, (int)NetifRxFlags.MoreData, 60)]
    [InlineData(0, 0, 0, 4097)]
    [Trait("Clause", "XB-040")]
    public void FramesThatCannotBe_CloseTheFront(int id, int offset, int flags, int length) => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        guest.Listen();
        var page = await MapAsync(w, guest, NetworkNodes.RxRingRef);
        await w.UntilAsync(() => guest.Fronts.FindDevice("0")!.Link!.Receiver.Ring.Outstanding == w.FrontSettings.Slots);
        byte[] response = new byte[NetifRxResponse.Size];
        new NetifRxResponse((ushort)id, (ushort)offset, (NetifRxFlags)flags, (short)length).Write(response);
        await w.SettleAsync();
        await page.CopyInAsync(SharedRing.HeaderSize, response);
        await page.StoreAsync(SharedRing.ResponseProducer, 1);
        guest.Fronts.FindDevice("0")!.Link!.Receiver.Worker.Wake();
        await ExpectFailureAsync(w, guest, page);
        Assert.Empty(guest.Received);
    });

    private static async ValueTask<IMappedPage> MapAsync(NetWorld w, NetGuest guest, string node)
    {
        string? text = await w.Store.ReadOptionalAsync($"{guest.Request.FrontNode}/{node}");
        var mapping = await w.World.Control.Grants.MapAsync(guest.Domain.Id, new GrantRef(uint.Parse(text!, System.Globalization.CultureInfo.InvariantCulture)), GrantAccess.ReadWrite);
        return mapping.Page!;
    }

    private static async ValueTask ExpectFailureAsync(NetWorld w, NetGuest guest, IMappedPage page)
    {
        await w.ExpectAsync(guest.Request.FrontNode, XenbusState.Closed);
        Assert.StartsWith("71 ", await w.Store.ReadOptionalAsync($"/local/domain/{guest.Domain.Id}/error/device/vif/0/error"), StringComparison.Ordinal);
        Assert.False(guest.Interface!.HasCarrier);
        await w.World.Control.Grants.UnmapAsync(page);
    }
}
