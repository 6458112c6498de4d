using System.Globalization;

namespace Conformance.Model.Protocol;

/// <summary>The 16-bit number of a domain (<c>domid_t</c>, xen.h).</summary>
public readonly record struct DomainId(ushort Value) : IComparable<DomainId>
{
    /// <summary>The control domain.</summary>
    public static readonly DomainId Zero = new(0);

    /// <summary>The first number that no ordinary domain has (<c>DOMID_FIRST_RESERVED</c>, xen.h).</summary>
    public const ushort FirstReserved = 0x7FF0;

    /// <summary>Whoever calls (<c>DOMID_SELF</c>, xen.h).</summary>
    public static readonly DomainId Self = new(FirstReserved);

    /// <summary>Whether this number can belong to an ordinary domain.</summary>
    public bool IsOrdinary => Value < FirstReserved;

    /// <summary>Reads an unsigned decimal number below <see cref="FirstReserved"/>; nothing else (XS-130).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out DomainId domain)
    {
        domain = default;
        if (!XenStore.XsNumber.TryParse(ascii, FirstReserved - 1, out ulong value))
        {
            return false;
        }

        domain = new DomainId((ushort)value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(DomainId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Order by number.</summary>
    public static bool operator <(DomainId left, DomainId right) => left.Value < right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >(DomainId left, DomainId right) => left.Value > right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator <=(DomainId left, DomainId right) => left.Value <= right.Value;

    /// <summary>Order by number.</summary>
    public static bool operator >=(DomainId left, DomainId right) => left.Value >= right.Value;
}
