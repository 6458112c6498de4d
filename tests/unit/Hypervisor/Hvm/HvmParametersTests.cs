using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Hvm;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Hvm;

public sealed class HvmParametersTests
{
    private readonly InProcessHypervisor _hypervisor = new();

    [Fact]
    [Trait("Clause", "HV-005")]
    public void TheParameters_HaveTheirNumbers_AndBelongToHvmDomains()
    {
        Assert.Equal(
            [0, 1, 2, 17, 18],
            new[]
            {
                HvmParameter.CallbackIrq, HvmParameter.StorePfn, HvmParameter.StoreEventChannel,
                HvmParameter.ConsolePfn, HvmParameter.ConsoleEventChannel,
            }.Select(parameter => (int)parameter));
        var guest = Hvm();
        Assert.Equal(Errno.None, guest.Parameters.Get(HvmParameter.StorePfn, out ulong frame));
        Assert.Equal(Domain.StoreFrame, frame);
        Assert.Equal(Errno.EINVAL, guest.Parameters.Get((HvmParameter)99, out _));
        Assert.Equal(Errno.EPERM, guest.Parameters.Set(HvmParameter.StorePfn, 1));
        Assert.Equal(Errno.EINVAL, _hypervisor.Create().Parameters.Get(HvmParameter.StorePfn, out _));
    }

    [Theory]
    [InlineData(0ul, 5ul)]
    [InlineData(ulong.MaxValue, 5ul)]
    [InlineData(7ul, 0ul)]
    [InlineData(7ul, ulong.MaxValue)]
    [InlineData(7ul, 0x1_0000_0000ul)]
    [Trait("Clause", "HV-006")]
    public void AStoreThatIsNotAvailable_IsNone(ulong frame, ulong port)
    {
        var guest = Hvm();
        Assert.True(guest.Parameters.TryGetStore(out ulong told, out var toldPort));
        Assert.Equal((Domain.StoreFrame, guest.StorePort.Number), (told, toldPort.Value));
        Assert.Equal(Errno.None, guest.Parameters.Set(HvmParameter.StorePfn, frame, byToolStack: true));
        Assert.Equal(Errno.None, guest.Parameters.Set(HvmParameter.StoreEventChannel, port, byToolStack: true));
        Assert.False(guest.Parameters.TryGetStore(out _, out _));
    }

    [Fact]
    [Trait("Clause", "HV-007")]
    [Trait("Clause", "HV-008")]
    public void ACallback_HasItsKindInTheTopByte()
    {
        Assert.Equal(0x0200_0000_0000_00F3ul, CallbackVia.OfVector(0xF3).Value);
        Assert.Equal(28ul, CallbackVia.OfGsi(28).Value);
        Assert.False(CallbackVia.OfGsi(0).IsOn);
        var pin = CallbackVia.OfPciIntx(0x1234, 0x5678, 0x9A, 3);
        Assert.Equal(0x0100_1234_5678_9A03ul, pin.Value);
        Assert.Equal((CallbackKind.PciIntx, 0x1234, 0x5678, 0x9A, 3), (pin.Kind, (int)pin.PciDomain, (int)pin.PciBus, (int)pin.PciDevice, pin.PciPin));
        var guest = Hvm();
        Assert.Equal(Errno.None, guest.Parameters.Set(HvmParameter.CallbackIrq, pin.Value));
        Assert.Equal(pin, guest.Parameters.Callback);
        Assert.Equal(Errno.EINVAL, guest.Parameters.Set(HvmParameter.CallbackIrq, 9ul << 56));
        Assert.Equal(pin, guest.Parameters.Callback);
    }

    private Domain Hvm() => _hypervisor.Create(new DomainOptions { Flavour = DomainFlavour.Hvm });
}
