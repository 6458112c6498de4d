using Conformance.Model.Protocol.Hvm;

namespace Conformance.Reference.Hypervisor;

/// <summary>Xen's leaves on a processor, wherever they begin; every later leaf is read from that base (HV-004).</summary>
public sealed class XenCpuid
{
    private readonly ICpuid _cpuid;

    private XenCpuid(ICpuid cpuid, uint baseLeaf)
    {
        _cpuid = cpuid;
        BaseLeaf = baseLeaf;
        uint version = cpuid.Read(baseLeaf + 1).Eax;
        Major = (ushort)(version >> 16);
        Minor = (ushort)version;
        var pages = cpuid.Read(baseLeaf + 2);
        HypercallPages = pages.Eax;
        HypercallMsr = pages.Ebx;
    }

    /// <summary>The leaf with the signature.</summary>
    public uint BaseLeaf { get; }

    /// <summary>Xen's version before the dot (HV-003).</summary>
    public ushort Major { get; }

    /// <summary>Xen's version after the dot (HV-003).</summary>
    public ushort Minor { get; }

    /// <summary>How many pages the hypercall page has (HV-003).</summary>
    public uint HypercallPages { get; }

    /// <summary>The model-specific register that takes the hypercall page's address (HV-003).</summary>
    public uint HypercallMsr { get; }

    /// <summary>Looks for Xen; another interface may come before it (HV-001, HV-002).</summary>
    /// <returns>Null when Xen is not there.</returns>
    public static XenCpuid? Find(ICpuid cpuid)
    {
        ArgumentNullException.ThrowIfNull(cpuid);
        for (uint leaf = XenCpuidLeaf.First; leaf < XenCpuidLeaf.End; leaf += XenCpuidLeaf.Step)
        {
            var found = cpuid.Read(leaf);
            bool isXen = found is { Ebx: XenCpuidLeaf.SignatureEbx, Ecx: XenCpuidLeaf.SignatureEcx, Edx: XenCpuidLeaf.SignatureEdx };

            // The highest leaf is any 32-bit number, so the difference is taken only when it is not below the base.
            if (isXen && found.Eax >= leaf && found.Eax - leaf >= XenCpuidLeaf.LeastFurtherLeaves)
            {
                return new XenCpuid(cpuid, leaf);
            }
        }

        return null;
    }

    /// <summary>The leaf so many after the base.</summary>
    public CpuidLeaf Read(uint further) => _cpuid.Read(BaseLeaf + further);
}
