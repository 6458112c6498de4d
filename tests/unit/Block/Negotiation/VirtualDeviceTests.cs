using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Tests.Unit.Block.Negotiation;

public class VirtualDeviceTests
{
    [Theory]
    [Trait("Clause", "NG-039")]
    [InlineData(51712, VirtualDeviceKind.Xen, 0, 0)]
    [InlineData(51714, VirtualDeviceKind.Xen, 0, 2)]
    [InlineData(51728, VirtualDeviceKind.Xen, 1, 0)]
    [InlineData(51967, VirtualDeviceKind.Xen, 15, 15)]
    [InlineData(268435456, VirtualDeviceKind.Xen, 0, 0)]
    [InlineData(268439552, VirtualDeviceKind.Xen, 16, 0)]
    [InlineData(268572709, VirtualDeviceKind.Xen, 536, 37)]
    [InlineData(268435456 + 51712, VirtualDeviceKind.Xen, 202, 0)]
    [InlineData(536870911, VirtualDeviceKind.Xen, 1048575, 255)]
    [InlineData(2048, VirtualDeviceKind.Scsi, 0, 0)]
    [InlineData(2067, VirtualDeviceKind.Scsi, 1, 3)]
    [InlineData(768, VirtualDeviceKind.Ide, 0, 0)]
    [InlineData(833, VirtualDeviceKind.Ide, 1, 1)]
    [InlineData(5634, VirtualDeviceKind.Ide, 2, 2)]
    [InlineData(5696, VirtualDeviceKind.Ide, 3, 0)]
    [InlineData(5760, VirtualDeviceKind.Legacy, 22, 128)]
    [InlineData(16640, VirtualDeviceKind.Legacy, 65, 0)]
    [InlineData(0, VirtualDeviceKind.Legacy, 0, 0)]
    public void Number_IsDecoded(uint number, VirtualDeviceKind kind, uint disk, uint partition)
    {
        Assert.True(VirtualDevice.TryDecode(number, out var device));
        Assert.Equal(new VirtualDevice(kind, disk, partition), device);
    }

    [Theory]
    [Trait("Clause", "NG-039")]
    [InlineData(1u << 29)]
    [InlineData((1u << 29) + 51712)]
    [InlineData((1u << 29) + (1u << 28))]
    [InlineData(uint.MaxValue)]
    public void ReservedNumber_IsRefused(uint number) => Assert.False(VirtualDevice.TryDecode(number, out _));

    [Fact]
    [Trait("Clause", "NG-039")]
    public void Device_IsEncodedInItsShortestForm_AndDecodedAgain()
    {
        foreach (var kind in Enum.GetValues<VirtualDeviceKind>())
        {
            for (uint disk = 0; disk < 40; disk++)
            {
                for (uint partition = 0; partition < 70; partition++)
                {
                    VirtualDevice device = new(kind, disk, partition);
                    bool hasNumber = kind switch
                    {
                        VirtualDeviceKind.Xen => true,
                        VirtualDeviceKind.Scsi => disk < 16 && partition < 16,
                        VirtualDeviceKind.Ide => disk < 4 && partition < 64,
                        _ => false,
                    };
                    Assert.Equal(hasNumber, device.TryEncode(out uint number));
                    Assert.True(!hasNumber || (VirtualDevice.TryDecode(number, out var decoded) && decoded == device), $"{device} as {number}");
                    Assert.Equal(hasNumber && kind == VirtualDeviceKind.Xen && (disk > 15 || partition > 15), number >= 1u << 28);
                }
            }
        }
    }
}
