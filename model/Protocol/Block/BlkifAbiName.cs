namespace Conformance.Model.Protocol.Block;

/// <summary>The names of the ABIs in the <c>protocol</c> node (BI-009; protocols.h).</summary>
public static class BlkifAbiName
{
    /// <summary>The ABI of a peer without a <c>protocol</c> node: that of the machine the model stands for (NG-021).</summary>
    public const BlkifAbi Native = BlkifAbi.X64;

    /// <summary>The name of an ABI.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No member of the enumeration.</exception>
    public static string NodeValue(this BlkifAbi abi) => abi switch
    {
        BlkifAbi.X64 => "x86_64-abi",
        BlkifAbi.X86 => "x86_32-abi",
        BlkifAbi.Arm => "arm-abi",
        _ => throw new ArgumentOutOfRangeException(nameof(abi), abi, "expected one of the three ABIs"),
    };

    /// <summary>Reads a name, byte for byte; anything else is refused (NG-022).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out BlkifAbi abi)
    {
        abi = ascii.SequenceEqual("x86_32-abi"u8) ? BlkifAbi.X86
            : ascii.SequenceEqual("arm-abi"u8) ? BlkifAbi.Arm
            : BlkifAbi.X64;
        return abi != BlkifAbi.X64 || ascii.SequenceEqual("x86_64-abi"u8);
    }
}
