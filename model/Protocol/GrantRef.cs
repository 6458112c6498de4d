using System.Globalization;

namespace Conformance.Model.Protocol;

/// <summary>The number of an entry in a domain's grant table (<c>grant_ref_t</c>, grant_table.h). Zero is an ordinary number.</summary>
public readonly record struct GrantRef(uint Value)
{
    /// <summary>No reference; no table has an entry of that number (GT-016).</summary>
    public static readonly GrantRef Invalid = new(uint.MaxValue);

    /// <summary>Whether it is not <see cref="Invalid"/>.</summary>
    public bool IsValid => Value != uint.MaxValue;

    /// <inheritdoc/>
    public override string ToString() => IsValid ? Value.ToString(CultureInfo.InvariantCulture) : "invalid";
}
