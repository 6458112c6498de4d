using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Conformance.Model.Clauses;

/// <summary>The name of one requirement: a family of two capital letters and a number, written <c>XS-016</c>.</summary>
/// <remarks>An id never changes its meaning and is never used again for another one.</remarks>
public readonly record struct ClauseId : IComparable<ClauseId>
{
    /// <summary>Names clause <paramref name="number"/> of <paramref name="family"/>.</summary>
    /// <exception cref="ArgumentException">The family is not two capital letters, or the number not 1 to 999.</exception>
    public ClauseId(string family, int number)
    {
        ArgumentNullException.ThrowIfNull(family);
        if (family.Length != 2 || !char.IsAsciiLetterUpper(family[0]) || !char.IsAsciiLetterUpper(family[1]))
        {
            throw new ArgumentException($"a clause family is two capital letters, not '{family}'", nameof(family));
        }

        if (number is < 1 or > 999)
        {
            throw new ArgumentException($"a clause number is 1 to 999, not {number}", nameof(number));
        }

        Family = family;
        Number = number;
    }

    /// <summary>Two capital letters: XS, GT, EV, RG, BI, NG, XB, BF, BB, CT, RS or HV.</summary>
    public string Family { get; }

    /// <summary>The number within the family; gaps are deliberate.</summary>
    public int Number { get; }

    /// <summary>Reads <c>XS-016</c>.</summary>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static ClauseId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"a clause id reads like XS-016, not '{text}'");

    /// <summary>Reads <c>XS-016</c>; false when the text is anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClauseId id)
    {
        id = default;
        if (text is not { Length: 6 } || text[2] != '-'
            || !char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1])
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number < 1)
        {
            return false;
        }

        id = new ClauseId(text[..2], number);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ClauseId other)
    {
        int family = string.CompareOrdinal(Family, other.Family);
        return family != 0 ? family : Number.CompareTo(other.Number);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Family}-{Number:000}");

    /// <summary>Order by family, then number.</summary>
    public static bool operator <(ClauseId left, ClauseId right) => left.CompareTo(right) < 0;

    /// <summary>Order by family, then number.</summary>
    public static bool operator >(ClauseId left, ClauseId right) => left.CompareTo(right) > 0;

    /// <summary>Order by family, then number.</summary>
    public static bool operator <=(ClauseId left, ClauseId right) => left.CompareTo(right) <= 0;

    /// <summary>Order by family, then number.</summary>
    public static bool operator >=(ClauseId left, ClauseId right) => left.CompareTo(right) >= 0;
}
