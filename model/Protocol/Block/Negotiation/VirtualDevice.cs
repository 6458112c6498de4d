namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>Which family of names a virtual device's number belongs to (xen-vbd-interface).</summary>
public enum VirtualDeviceKind
{
    /// <summary>A Xen disk, <c>xvd</c>: major 202, or bit 28 for wide numbers.</summary>
    Xen,

    /// <summary>An emulated SCSI disk, <c>sd</c>: major 8.</summary>
    Scsi,

    /// <summary>An emulated IDE disk, <c>hd</c>: majors 3 and 22.</summary>
    Ide,

    /// <summary>A deprecated number below bit 28: some Linux major and minor that the other kinds do not cover.</summary>
    Legacy,
}

/// <summary>A decoded <c>virtual-device</c> number (NG-039).</summary>
/// <param name="Kind">The family.</param>
/// <param name="Disk">The disk, from 0; of <see cref="VirtualDeviceKind.Legacy"/> the major number.</param>
/// <param name="Partition">The partition, 0 for the whole disk; of <see cref="VirtualDeviceKind.Legacy"/> the minor number.</param>
public readonly record struct VirtualDevice(VirtualDeviceKind Kind, uint Disk, uint Partition)
{
    private const uint Extended = 1u << 28;

    /// <summary>
    /// Decodes a number. One with bit 28 is decoded by that form alone and never by the table of majors; from 2 shifted
    /// by 28 on numbers are reserved and refused.
    /// </summary>
    public static bool TryDecode(uint number, out VirtualDevice device)
    {
        uint major = number >> 8;
        uint minor = number & 0xFF;
        device = (number & Extended) != 0 ? new(VirtualDeviceKind.Xen, (number & (Extended - 1)) >> 8, minor) : major switch
        {
            202 => new(VirtualDeviceKind.Xen, minor >> 4, minor & 0xF),
            8 => new(VirtualDeviceKind.Scsi, minor >> 4, minor & 0xF),
            3 when minor < 128 => new(VirtualDeviceKind.Ide, minor >> 6, minor & 0x3F),
            22 when minor < 128 => new(VirtualDeviceKind.Ide, (minor >> 6) + 2, minor & 0x3F),
            _ => new(VirtualDeviceKind.Legacy, major, minor),
        };
        bool isDefined = number < 2 * Extended;
        device = isDefined ? device : default;
        return isDefined;
    }

    /// <summary>Encodes a disk of a kind; false when no number stands for it. Wide Xen disks get bit 28 only when they need it.</summary>
    public bool TryEncode(out uint number)
    {
        bool isEncoded;
        (isEncoded, number) = Kind switch
        {
            VirtualDeviceKind.Xen when Disk < 16 && Partition < 16 => (true, (202u << 8) | (Disk << 4) | Partition),
            VirtualDeviceKind.Xen when Disk < 1 << 20 && Partition < 256 => (true, Extended | (Disk << 8) | Partition),
            VirtualDeviceKind.Scsi when Disk < 16 && Partition < 16 => (true, (8u << 8) | (Disk << 4) | Partition),
            VirtualDeviceKind.Ide when Disk < 2 && Partition < 64 => (true, (3u << 8) | (Disk << 6) | Partition),
            VirtualDeviceKind.Ide when Disk is 2 or 3 && Partition < 64 => (true, (22u << 8) | ((Disk - 2) << 6) | Partition),
            _ => (false, 0u),
        };
        return isEncoded;
    }
}
