using System.Globalization;

namespace Conformance.Model.Protocol.Grants;

/// <summary>The number of an entry in a domain's grant table (<c>grant_ref_t</c>, grant_table.h).</summary>
public readonly record struct GrantRef(uint Value)
{
    /// <summary>No reference at all; 0 is a valid one (GT-016).</summary>
    public static readonly GrantRef Invalid = new(0xFFFF_FFFF);

    /// <summary>References below this belong to the tool stack (<c>GNTTAB_NR_RESERVED_ENTRIES</c>, GT-005).</summary>
    public const uint FirstOrdinary = 8;

    /// <summary>Whether it is a reference.</summary>
    public bool IsValid => this != Invalid;

    /// <summary>Reads an unsigned decimal number that can name an entry; nothing else (NG-002).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out GrantRef grant)
    {
        bool isNumber = XenStore.XsNumber.TryParse(ascii, uint.MaxValue - 1, out ulong value);
        grant = isNumber ? new GrantRef((uint)value) : Invalid;
        return isNumber;
    }

    /// <inheritdoc/>
    public override string ToString() => IsValid ? Value.ToString(CultureInfo.InvariantCulture) : "none";
}
