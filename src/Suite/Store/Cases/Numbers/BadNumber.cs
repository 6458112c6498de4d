using System.Globalization;
using System.Numerics;
using Conformance.Model.Protocol;

namespace Conformance.Suite.Store.Cases.Numbers;

/// <summary>Decimal texts that are no domain number, but become a given one in a parser that keeps too few bits or drops the sign.</summary>
internal static class BadNumber
{
    /// <summary>Negative numbers and numbers above 65535 that alias <paramref name="domain"/>, and some that are merely huge.</summary>
    public static IReadOnlyList<string> Aliases(DomainId domain)
    {
        BigInteger number = domain.Value;
        BigInteger[] values =
        [
            -1, -number, number - 0x1_0000, number - BigInteger.Pow(2, 32), number - BigInteger.Pow(2, 64),
            0x1_0000, number + 0x1_0000, number + BigInteger.Pow(2, 31), number + BigInteger.Pow(2, 32), number + BigInteger.Pow(2, 63),
            number + BigInteger.Pow(2, 64), BigInteger.Pow(10, 40),
        ];
        return [.. values.Where(value => !value.IsZero).Select(value => value.ToString(CultureInfo.InvariantCulture)).Distinct()];
    }
}
