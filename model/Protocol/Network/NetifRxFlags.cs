namespace Conformance.Model.Protocol.Network;

/// <summary>Bits of a receive response (<c>NETRXF_*</c>, netif.h).</summary>
[Flags]
public enum NetifRxFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The checksum was verified.</summary>
    DataValidated = 1 << 0,

    /// <summary>The checksum of the protocol in the frame is blank.</summary>
    ChecksumBlank = 1 << 1,

    /// <summary>The frame goes on in the next response; only where the front offers feature-sg.</summary>
    MoreData = 1 << 2,

    /// <summary>The next entry is an extra-info structure.</summary>
    ExtraInfo = 1 << 3,
}
