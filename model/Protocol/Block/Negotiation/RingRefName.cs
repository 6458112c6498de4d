using System.Buffers.Text;

namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The name of the node with a page's grant. Names of different pages differ, whatever the number (NG-049).</summary>
public static class RingRefName
{
    /// <summary>Bytes that any name fits in.</summary>
    public const int LengthMax = 20;

    /// <summary>Writes the name of a page.</summary>
    /// <param name="naming">The scheme; <see cref="RingRefNaming.NumberedOrSingle"/> gives the numbered name.</param>
    /// <param name="page">From 0 on.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A page that the scheme has no name for, or too little room.</exception>
    public static int Write(RingRefNaming naming, int page, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(page, naming is RingRefNaming.Single or RingRefNaming.NumberedOrSingle ? 0 : int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, LengthMax);
        "ring-ref"u8.CopyTo(destination);
        int stem = BlockNodes.RingRef.Length;
        if (naming == RingRefNaming.Single || (naming == RingRefNaming.Seed2010 && page == 0))
        {
            return stem;
        }

        Utf8Formatter.TryFormat(page, destination[stem..], out int digits);
        return stem + digits;
    }
}
