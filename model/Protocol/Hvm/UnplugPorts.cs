namespace Conformance.Model.Protocol.Hvm;

/// <summary>The I/O ports by which emulated devices are unplugged (HV-014; docs/misc/hvm-emulated-unplug).</summary>
public static class UnplugPorts
{
    /// <summary>Reads the magic (2 bytes); takes the build number (4 bytes) and the mask of what to unplug (2 bytes).</summary>
    public const ushort Magic = 0x10;

    /// <summary>Reads the protocol version (1 byte); takes the product number (2 bytes).</summary>
    public const ushort Version = 0x12;

    /// <summary>The magic when devices can be unplugged.</summary>
    public const ushort MagicValue = 0x49D2;

    /// <summary>The magic when the drivers must not load.</summary>
    public const ushort RefusedValue = 0xD249;
}

/// <summary>What to unplug.</summary>
[Flags]
public enum UnplugDevices : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>All emulated IDE and SCSI disks, but no CD drives.</summary>
    Disks = 1 << 0,

    /// <summary>All emulated network cards.</summary>
    NetworkCards = 1 << 1,

    /// <summary>All IDE disks but the first; <see cref="Disks"/> goes before it.</summary>
    DisksButFirst = 1 << 2,

    /// <summary>All emulated NVMe disks.</summary>
    NvmeDisks = 1 << 3,
}
