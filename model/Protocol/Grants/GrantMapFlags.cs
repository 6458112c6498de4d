namespace Conformance.Model.Protocol.Grants;

/// <summary>What a mapping is for (<c>GNTMAP_*</c>, grant_table.h).</summary>
[Flags]
public enum GrantMapFlags : uint
{
    /// <summary>Nothing; refused (GT-020).</summary>
    None = 0,

    /// <summary>For devices: gives a bus address.</summary>
    Device = 1 << 0,

    /// <summary>For processors: the page appears at the address given.</summary>
    Host = 1 << 1,

    /// <summary>For reading alone.</summary>
    ReadOnly = 1 << 2,

    /// <summary>Usable by the present application too.</summary>
    Application = 1 << 3,

    /// <summary>The address given is that of a page table entry.</summary>
    ContainsPte = 1 << 4,
}
