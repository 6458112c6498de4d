namespace Conformance.Model.Protocol.Grants;

/// <summary>The number of a mapping, by which it is undone (<c>grant_handle_t</c>, grant_table.h; GT-027).</summary>
public readonly record struct GrantHandle(uint Value)
{
    /// <summary>No mapping.</summary>
    public static readonly GrantHandle Invalid = new(uint.MaxValue);
}
