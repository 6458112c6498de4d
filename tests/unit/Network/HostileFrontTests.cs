using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Network;

public sealed class HostileFrontTests
{
    [Theory]
    [InlineData(4000u, 0, 60)]
    [InlineData(uint.MaxValue, 0, 60)]
    [InlineData(8u, 4095, 60)]
    [InlineData(8u, 0, 13)]
    [InlineData(8u, 0, 4097)]
    [InlineData(8u, 65535, 65535)]
    [Trait("Clause", "GT-040")]
    public void WrongRequest_GetsAnError_AndTheLinkGoesOn(uint reference, int offset, int length) => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        var link = guest.Fronts.FindDevice("0")!.Link!;
        await guest.Domain.Fibers.Start("hostile", async () =>
        {
            byte[] request = new byte[NetifTxRequest.Size];
            new NetifTxRequest(new GrantRef(reference), (ushort)offset, NetifTxFlags.None, 3, (ushort)length).Write(request);
            link.Transmitter.Slots.IsLent[3] = true;
            link.Transmitter.Ring.PutRequest(request);
            if (await link.Transmitter.Ring.PushRequestsAsync())
            {
                await link.Transmitter.Channel.NotifyAsync();
            }
        }).JoinAsync();
        await w.UntilAsync(() => link.Transmitter.Refused == 1);
        Assert.Empty(w.Port.Taken);
        Assert.True(guest.Interface!.HasCarrier);
    });

    [Theory]
    [InlineData(NetifTxFlags.MoreData)]
    [InlineData(NetifTxFlags.ExtraInfo)]
    [Trait("Clause", "XB-040")]
    public void PiecesThatWereNotOffered_CloseTheDevice(NetifTxFlags flags) => NetWorld.Run(async w =>
    {
        var guest = await w.AddConnectedAsync();
        var link = guest.Fronts.FindDevice("0")!.Link!;
        await guest.Domain.Fibers.Start("hostile", async () =>
        {
            byte[] request = new byte[NetifTxRequest.Size];
            new NetifTxRequest(link.Transmitter.Slots.Reference(0), 0, flags, 0, 60).Write(request);
            link.Transmitter.Ring.PutRequest(request);
            if (await link.Transmitter.Ring.PushRequestsAsync())
            {
                await link.Transmitter.Channel.NotifyAsync();
            }
        }).JoinAsync();
        await w.ExpectAsync(guest.Request.BackNode, XenbusState.Closed);
        Assert.StartsWith("71 ", await w.Store.ReadOptionalAsync($"/local/domain/0/error/backend/vif/{guest.Domain.Id}/0/error"), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(NetworkNodes.TxRingRef, "")]
    [InlineData(NetworkNodes.TxRingRef, "-1")]
    [InlineData(NetworkNodes.RxRingRef, "4294967296")]
    [InlineData(NetworkNodes.RxRingRef, "77")]
    [InlineData(NetworkNodes.EventChannel, "0")]
    [InlineData(NetworkNodes.EventChannel, "999")]
    [InlineData(NetworkNodes.RequestRxCopy, "0")]
    [Trait("Clause", "NG-002")]
    [Trait("Clause", "XB-040")]
    public void GarbageInTheNodes_ClosesTheBackWithAnError(string name, string value) => NetWorld.Run(async w =>
    {
        var guest = await w.World.CreateDomainAsync();
        var request = new NetGuest(guest, w.FrontSettings).Request;
        await w.Tools.AddAsync(request);
        await w.ExpectAsync(request.BackNode, XenbusState.InitWait);
        foreach (var (node, text) in new Dictionary<string, string>
        {
            [NetworkNodes.TxRingRef] = "8",
            [NetworkNodes.RxRingRef] = "9",
            [NetworkNodes.EventChannel] = "1",
            [NetworkNodes.RequestRxCopy] = "1",
            [name] = value,
        })
        {
            await w.Store.WriteTextAsync($"{request.FrontNode}/{node}", $"{text}");
        }

        await w.Store.WriteTextAsync($"{request.FrontNode}/state", $"{(int)XenbusState.Connected}");
        await w.ExpectAsync(request.BackNode, XenbusState.Closed);
        Assert.NotNull(await w.Store.ReadOptionalAsync($"/local/domain/0/error/backend/vif/{guest.Id}/0/error"));
        Assert.Equal(1, w.Bridge.Ports);
    });
}
