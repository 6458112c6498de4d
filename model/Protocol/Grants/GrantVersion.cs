namespace Conformance.Model.Protocol.Grants;

/// <summary>The layout of a grant table.</summary>
public enum GrantVersion
{
    /// <summary>8 bytes an entry, in-use bits among the flags (GT-001).</summary>
    One = 1,

    /// <summary>16 bytes an entry, in-use bits in an array of their own (GT-002, GT-003).</summary>
    Two = 2,
}
