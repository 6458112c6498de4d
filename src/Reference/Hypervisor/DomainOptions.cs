using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;

namespace Conformance.Reference.Hypervisor;

/// <summary>How a domain sees the machine.</summary>
public enum DomainFlavour
{
    /// <summary>It knows that it is virtual and does without hardware.</summary>
    Paravirtual,

    /// <summary>It has a virtual machine's hardware, and a platform device that leads to the hypervisor.</summary>
    Hvm,
}

/// <summary>What a new domain is like.</summary>
public sealed record DomainOptions
{
    /// <summary>Its number; null for the next free one.</summary>
    public DomainId? Id { get; init; }

    /// <summary>How it sees the machine.</summary>
    public DomainFlavour Flavour { get; init; }

    /// <summary>Whether it may act on other domains.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>Bits of its machine word, 32 or 64; decides how many ports it has (EV-015).</summary>
    public int WordBits { get; init; } = 64;

    /// <summary>How many virtual CPUs it has.</summary>
    public int VirtualCpus { get; init; } = 1;

    /// <summary>The most pages of memory.</summary>
    public int MemoryPages { get; init; } = 1 << 20;

    /// <summary>The most frames of its grant table.</summary>
    public int GrantFrames { get; init; } = 64;

    /// <summary>The newest layout that its grant table may have.</summary>
    public GrantVersion NewestGrantVersion { get; init; } = GrantVersion.Two;

    /// <summary>The most foreign pages that it may have mapped at once.</summary>
    public int MapHandles { get; init; } = 1 << 18;

    /// <summary>How many pages of addresses it has for foreign pages.</summary>
    public int MappingPages { get; init; } = 1 << 18;

    /// <summary>The most ports, when its interface allows more.</summary>
    public int EventPorts { get; init; } = int.MaxValue;
}
