namespace Conformance.Model.Protocol.Block;

/// <summary>By whose rules the structures of a ring are laid out; the front-end says it in its <c>protocol</c> node (BI-009).</summary>
public enum BlkifAbi : byte
{
    /// <summary>64-bit x86: 64-bit fields are aligned to 8 bytes.</summary>
    X64 = 0,

    /// <summary>32-bit x86: 64-bit fields are aligned to 4 bytes.</summary>
    X86 = 1,

    /// <summary>ARM of either width: laid out as <see cref="X64"/>, under a name of its own (BI-008).</summary>
    Arm = 2,
}
