using System.Globalization;

namespace Conformance.Model.Protocol;

/// <summary>The number by which a domain names one of its grant table entries to another (<c>grant_ref_t</c>, grant_table.h).</summary>
public readonly record struct GrantRef(uint Value)
{
    /// <summary>"None", and the end of a list; reference 0 is an ordinary entry (GT-016).</summary>
    public static readonly GrantRef Invalid = new(uint.MaxValue);

    /// <summary>Whether this can name an entry.</summary>
    public bool IsValid => Value != uint.MaxValue;

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
