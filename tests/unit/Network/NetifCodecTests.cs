using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;

namespace Conformance.Tests.Unit.Network;

public sealed class NetifCodecTests
{
    [Fact]
    public void TransmitRequest_LiesAsInTheHeader()
    {
        byte[] bytes = new byte[NetifTxRequest.Size];
        var request = new NetifTxRequest(new GrantRef(0x04030201), 0x0605, (NetifTxFlags)0x0807, 0x0A09, 0x0C0B);
        request.Write(bytes);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], bytes);
        Assert.Equal(request, NetifTxRequest.Read(bytes));
    }

    [Fact]
    public void TransmitResponse_LiesAsInTheHeader()
    {
        byte[] bytes = new byte[NetifTxResponse.Size];
        var response = new NetifTxResponse(0x0201, NetifStatus.Dropped);
        response.Write(bytes);
        Assert.Equal([1, 2, 0xFE, 0xFF], bytes);
        Assert.Equal(response, NetifTxResponse.Read(bytes));
    }

    [Fact]
    public void ReceiveRequest_LiesAsInTheHeader_WithItsPaddingCleared()
    {
        byte[] bytes = [9, 9, 9, 9, 9, 9, 9, 9];
        var request = new NetifRxRequest(0x0201, new GrantRef(0x06050403));
        request.Write(bytes);
        Assert.Equal([1, 2, 0, 0, 3, 4, 5, 6], bytes);
        Assert.Equal(request, NetifRxRequest.Read(bytes));
    }

    [Fact]
    public void ReceiveResponse_LiesAsInTheHeader()
    {
        byte[] bytes = new byte[NetifRxResponse.Size];
        var response = new NetifRxResponse(0x0201, 0x0403, (NetifRxFlags)0x0605, -2);
        response.Write(bytes);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0xFE, 0xFF], bytes);
        Assert.Equal(response, NetifRxResponse.Read(bytes));
    }

    [Fact]
    public void Address_IsWrittenAsItIsRead()
    {
        Assert.True(MacAddress.TryParse("00:16:3e:12:aB:ff"u8, out var address));
        Assert.Equal("00:16:3e:12:ab:ff", address.ToString());
        byte[] bytes = new byte[MacAddress.Size];
        address.Write(bytes);
        Assert.Equal([0x00, 0x16, 0x3E, 0x12, 0xAB, 0xFF], bytes);
        Assert.Equal(address, MacAddress.Read(bytes));
        Assert.False(address.IsGroup);
        Assert.True(MacAddress.TryParse("01:00:00:00:00:00"u8, out var group) && group.IsGroup);
        Assert.False(MacAddress.TryParse("00:16:3e:12:ab:ff:"u8, out _));
        Assert.False(MacAddress.TryParse("00:16:3e:12:ab: f"u8, out _));
    }
}
