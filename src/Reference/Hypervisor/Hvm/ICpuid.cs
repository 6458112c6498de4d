namespace Conformance.Reference.Hypervisor;

/// <summary>The processor's CPUID instruction.</summary>
public interface ICpuid
{
    /// <summary>What a leaf says.</summary>
    CpuidLeaf Read(uint leaf);
}

/// <summary>The four registers of a leaf.</summary>
public readonly record struct CpuidLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);
