namespace Conformance.Model.Protocol.Network;

/// <summary>Bits of a transmit request (<c>NETTXF_*</c>, netif.h).</summary>
[Flags]
public enum NetifTxFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The checksum of the protocol in the frame is blank.</summary>
    ChecksumBlank = 1 << 0,

    /// <summary>The checksum was verified.</summary>
    DataValidated = 1 << 1,

    /// <summary>The frame goes on in the next request; only where feature-sg is offered.</summary>
    MoreData = 1 << 2,

    /// <summary>The next entry is an extra-info structure; only where a feature that needs one is offered.</summary>
    ExtraInfo = 1 << 3,
}
