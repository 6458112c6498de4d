using System.Numerics;

namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The binary logarithm of a ring's pages, from 0 to <see cref="Maximum"/>.</summary>
public static class RingPageOrder
{
    /// <summary>The largest order anyone uses: 16 pages (NG-017; Linux caps here).</summary>
    public const int Maximum = 4;

    /// <summary>The pages of an order that was compared with a limit before anything is shifted by it (NG-018).</summary>
    /// <param name="order">Any number of a peer.</param>
    /// <param name="maximum">The largest order allowed, at most <see cref="Maximum"/>.</param>
    /// <param name="pages">1 to 16; 0 when refused.</param>
    public static bool TryToPages(ulong order, int maximum, out int pages)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximum, Maximum);
        bool isAllowed = maximum >= 0 && order <= (ulong)maximum;
        pages = isAllowed ? 1 << (int)order : 0;
        return isAllowed;
    }

    /// <summary>
    /// The largest order that a front-end may use with a back-end: the larger of what its two nodes say, and at most its
    /// own (NG-017). A page count that is no power of two is rounded down; neither node means 0.
    /// </summary>
    /// <param name="maxRingPageOrder">The back-end's max-ring-page-order.</param>
    /// <param name="maxRingPages">The back-end's max-ring-pages.</param>
    /// <param name="own">The front-end's own maximum, 0 to <see cref="Maximum"/>.</param>
    public static int Largest(NodeNumber maxRingPageOrder, NodeNumber maxRingPages, int own)
    {
        ulong byPages = (ulong)BitOperations.Log2(Math.Max(1, maxRingPages.Or(1)));
        return (int)Math.Min((ulong)own, Math.Max(maxRingPageOrder.Or(0), byPages));
    }
}
