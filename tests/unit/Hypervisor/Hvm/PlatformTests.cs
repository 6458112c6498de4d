using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Model.Protocol.Hvm;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Hvm;

public sealed class PlatformTests
{
    private readonly InProcessHypervisor _hypervisor = new();
    private readonly Domain _guest;

    public PlatformTests() => _guest = _hypervisor.Create(new DomainOptions { Flavour = DomainFlavour.Hvm });

    [Fact]
    [Trait("Clause", "HV-013")]
    public void AfterAResume_AllIsSetUpAgain_BeforeInterruptsAreOn()
    {
        var processor = new XenCpuidTests.MockProcessor();
        processor.AddXen(0x4000_0000);
        var done = new List<string>();
        var cpu = _guest.Events.Cpus[0];
        var platform = new HvmPlatform(
            _guest, processor, (msr, value) => done.Add($"{msr:x}={value:x} masked={cpu.IsUpcallMasked} callback={_guest.Parameters.Callback.IsOn}"), CallbackVia.OfVector(0xF3));
        Assert.True(platform.Start());
        uint firstPort = platform.StorePort.Value;
        Assert.Equal(_guest.StorePort.Number, firstPort);
        Assert.False(cpu.IsUpcallMasked);

        platform.Suspend();
        _hypervisor.Shutdown(_guest, ShutdownReason.Suspend);
        var other = _guest.AllocatePort(DomainId.Zero);
        _hypervisor.Restore(_guest);
        Assert.Equal(PortState.Closed, other.State);
        processor.Remove(0x4000_0000);
        processor.AddXen(0x4000_0100);
        int delivered = 0;
        _guest.StorePort.Upcall = () => delivered++;
        _hypervisor.Bind(_hypervisor.Find(DomainId.Zero)!, _guest.Id, _guest.StorePort.Number)!.Send();
        Assert.Equal(0, delivered);
        Assert.True(platform.Start());
        Assert.Equal(1, delivered);
        Assert.Equal(0x4000_0100u, platform.Xen!.BaseLeaf);
        Assert.Equal(CallbackVia.OfVector(0xF3), _guest.Parameters.Callback);
        string expected = $"40000200={platform.HypercallPage.Frame * 4096:x} masked=True callback=False";
        Assert.Equal([expected, expected], done);
        Assert.Equal((Domain.StoreFrame, _guest.StorePort.Number), (platform.StoreFrame, platform.StorePort.Value));
    }

    [Fact]
    [Trait("Clause", "HV-001")]
    [Trait("Clause", "HV-006")]
    public void WithoutXen_InterruptsStayOff_AndWithoutAStoreThereIsNone()
    {
        var processor = new XenCpuidTests.MockProcessor();
        var platform = new HvmPlatform(_guest, processor, (_, _) => { }, CallbackVia.OfGsi(5));
        Assert.False(platform.Start());
        Assert.True(_guest.Events.Cpus[0].IsUpcallMasked);
        processor.AddXen(0x4000_0000);
        _guest.Parameters.Set(HvmParameter.StorePfn, ulong.MaxValue, byToolStack: true);
        Assert.True(platform.Start());
        Assert.Equal((0ul, PortNumber.None), (platform.StoreFrame, platform.StorePort));
    }

    [Theory]
    [InlineData(DomainFlavour.Paravirtual)]
    [InlineData(DomainFlavour.Hvm)]
    [Trait("Clause", "HV-009")]
    [Trait("Clause", "HV-010")]
    [Trait("Clause", "EV-023")]
    [Trait("Clause", "EV-026")]
    public void AHandlerIsBound_InBothFlavours_AndAFailedBindFreesTheSlot(DomainFlavour flavour)
    {
        var back = _hypervisor.Create(new DomainOptions { Flavour = flavour });
        back.Parameters.Set(HvmParameter.CallbackIrq, CallbackVia.OfGsi(9).Value);
        var slots = new InterruptSlots(back, 1);
        int called = 0;
        Assert.Equal(Errno.EINVAL, slots.Bind(_guest.Id, new PortNumber(77), () => called++, out int slot));
        Assert.Equal((-1, 0), (slot, slots.Taken));
        var port = _guest.AllocatePort(back.Id);
        Assert.Equal(Errno.None, slots.Bind(_guest.Id, new PortNumber(port.Number), () => called++, out slot));
        Assert.Equal((1, 1), (called, slots.Taken));
        Assert.Equal(Errno.ENOSPC, slots.Bind(_guest.Id, new PortNumber(port.Number), () => called++, out _));
        slots.PortOf(slot)!.TryConsume();
        port.Send();
        Assert.Equal(2, called);
        var bound = slots.PortOf(slot)!;
        Assert.True(slots.Unbind(slot));
        Assert.Equal((PortState.Closed, PortState.Unbound), (bound.State, port.State));
        Assert.False(slots.Unbind(slot));
        port.Send();
        Assert.Equal((2, 0), (called, slots.Taken));
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)1)]
    [Trait("Clause", "HV-014")]
    public void Disks_AreUnplugged_WhenThePlatformOffersIt(byte version)
    {
        var platform = new PlatformDevice(version);
        Assert.True(platform.HasEmulatedDisks);
        Assert.Equal(UnplugOutcome.Unplugged, UnplugDriver.Run(platform, UnplugDevices.Disks, 1, 2));
        Assert.False(platform.HasEmulatedDisks);
        Assert.Equal(UnplugDevices.Disks, platform.Unplugged);
    }

    [Fact]
    [Trait("Clause", "HV-014")]
    public void WhatIsNotUnplugged_KeepsItsNames()
    {
        var refusing = new PlatformDevice(1, (product, build) => (product, build) == (1, 2));
        Assert.Equal(UnplugOutcome.Refused, UnplugDriver.Run(refusing, UnplugDevices.Disks, 1, 2));
        Assert.True(refusing.HasEmulatedDisks);
        Assert.Equal(UnplugOutcome.Refused, UnplugDriver.Run(refusing, UnplugDevices.Disks, 1, 2));
        var other = new PlatformDevice(1, (product, build) => (product, build) == (1, 2));
        Assert.Equal(UnplugOutcome.Unplugged, UnplugDriver.Run(other, UnplugDevices.Disks, 1, 3));
        Assert.Equal(UnplugOutcome.NotOffered, UnplugDriver.Run(new NoPorts(), UnplugDevices.Disks, 1, 2));
        Assert.True(UnplugDriver.MayAttach(null, hasOwnMajor: false));
        Assert.True(UnplugDriver.MayAttach(UnplugOutcome.Unplugged, hasOwnMajor: false));
        Assert.True(UnplugDriver.MayAttach(UnplugOutcome.NotOffered, hasOwnMajor: true));
        Assert.False(UnplugDriver.MayAttach(UnplugOutcome.NotOffered, hasOwnMajor: false));
        Assert.False(UnplugDriver.MayAttach(UnplugOutcome.Refused, hasOwnMajor: true));
    }

    private sealed class NoPorts : IIoPorts
    {
        public byte ReadByte(ushort port) => byte.MaxValue;

        public ushort ReadWord(ushort port) => ushort.MaxValue;

        public void WriteWord(ushort port, ushort value) => throw new InvalidOperationException("nothing may be written without the magic");

        public void WriteDouble(ushort port, uint value) => throw new InvalidOperationException("nothing may be written without the magic");
    }
}
