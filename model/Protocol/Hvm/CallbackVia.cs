namespace Conformance.Model.Protocol.Hvm;

/// <summary>How an event upcall interrupts (HV-007; <c>HVM_PARAM_CALLBACK_IRQ</c>, hvm/params.h).</summary>
public enum CallbackKind
{
    /// <summary>A line of the interrupt controller; line 0 turns upcalls off.</summary>
    Gsi = 0,

    /// <summary>A pin of a PCI device.</summary>
    PciIntx = 1,

    /// <summary>A vector of the processor.</summary>
    Vector = 2,
}

/// <summary>The value of the callback parameter: kind in bits 63:56, the rest by kind (HV-007, HV-008).</summary>
public readonly record struct CallbackVia(ulong Value)
{
    private const int KindShift = 56;

    /// <summary>No upcalls.</summary>
    public static readonly CallbackVia Off = new(0);

    /// <summary>What interrupts; a number that is none of <see cref="CallbackKind"/> is refused by the hypervisor.</summary>
    public CallbackKind Kind => (CallbackKind)(Value >> KindShift);

    /// <summary>Whether upcalls are delivered at all.</summary>
    public bool IsOn => Value != 0;

    /// <summary>The line, of <see cref="CallbackKind.Gsi"/>.</summary>
    public ulong Gsi => Value & ((1ul << KindShift) - 1);

    /// <summary>The vector, of <see cref="CallbackKind.Vector"/>.</summary>
    public byte Vector => (byte)Value;

    /// <summary>Bits 47:32, of <see cref="CallbackKind.PciIntx"/>.</summary>
    public ushort PciDomain => (ushort)(Value >> 32);

    /// <summary>Bits 31:16, of <see cref="CallbackKind.PciIntx"/>.</summary>
    public ushort PciBus => (ushort)(Value >> 16);

    /// <summary>Bits 15:8, device times 8 plus function, of <see cref="CallbackKind.PciIntx"/>.</summary>
    public byte PciDevice => (byte)(Value >> 8);

    /// <summary>Bits 1:0, 0 for INTA, of <see cref="CallbackKind.PciIntx"/>.</summary>
    public int PciPin => (int)(Value & 3);

    /// <summary>By an interrupt line; 0 turns upcalls off.</summary>
    public static CallbackVia OfGsi(uint line) => new(line);

    /// <summary>By a processor vector.</summary>
    public static CallbackVia OfVector(byte vector) => new(((ulong)CallbackKind.Vector << KindShift) | vector);

    /// <summary>By a PCI device's pin, 0 for INTA to 3 for INTD.</summary>
    public static CallbackVia OfPciIntx(ushort domain, ushort bus, byte device, int pin) => new(
        ((ulong)CallbackKind.PciIntx << KindShift) | ((ulong)domain << 32) | ((ulong)bus << 16) | ((ulong)device << 8) | (uint)(pin & 3));
}
