namespace Conformance.Model.Protocol.Hvm;

/// <summary>The CPUID leaves by which a guest finds Xen (HV-001; cpuid.h).</summary>
public static class XenCpuidLeaf
{
    /// <summary>Where the first hypervisor interface can be.</summary>
    public const uint First = 0x4000_0000;

    /// <summary>Interfaces are that far apart.</summary>
    public const uint Step = 0x100;

    /// <summary>No interface begins here or above.</summary>
    public const uint End = 0x4001_0000;

    /// <summary>Leaves after the base that Xen always has.</summary>
    public const uint LeastFurtherLeaves = 2;

    /// <summary>EBX of the base: "XenV".</summary>
    public const uint SignatureEbx = 0x566E_6558;

    /// <summary>ECX of the base: "MMXe".</summary>
    public const uint SignatureEcx = 0x6558_4D4D;

    /// <summary>EDX of the base: "nVMM".</summary>
    public const uint SignatureEdx = 0x4D4D_566E;
}
