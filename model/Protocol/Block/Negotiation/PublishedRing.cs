using System.Numerics;

namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>
/// What a front-end published of its ring's size, in whichever scheme (D-5). One node decides both the count and the
/// names (NG-015): ring-page-order before num-ring-pages before ring-pages. Two that are present must agree, because a
/// front-end that means different counts cannot be served; none means one page.
/// </summary>
/// <param name="PageOrder">ring-page-order.</param>
/// <param name="NumPages">num-ring-pages.</param>
/// <param name="SeedPages">ring-pages.</param>
public readonly record struct PublishedRing(NodeNumber PageOrder, NodeNumber NumPages, NodeNumber SeedPages)
{
    /// <summary>Decides how many pages the ring has and what their grants are called.</summary>
    /// <param name="pagesMax">The back-end's own maximum, 1 to 1024.</param>
    /// <param name="pages">The pages; 0 when refused.</param>
    /// <param name="naming">The names.</param>
    /// <returns>The node that cannot be taken, or no fault.</returns>
    public NegotiationFault Decide(int pagesMax, out int pages, out RingRefNaming naming)
    {
        pages = 0;
        naming = RingRefNaming.Single;
        var fault = FindFault(pagesMax);
        if (fault.IsFault)
        {
            return fault;
        }

        if (PageOrder.TryGet(out ulong order))
        {
            pages = 1 << (int)order;
            naming = pages == 1 ? RingRefNaming.NumberedOrSingle : RingRefNaming.Numbered;
        }
        else if (NumPages.TryGet(out ulong count))
        {
            pages = (int)count;
            naming = pages == 1 ? RingRefNaming.Single : RingRefNaming.Numbered;
        }
        else
        {
            pages = (int)SeedPages.Or(1);
            naming = pages == 1 ? RingRefNaming.Single : RingRefNaming.Seed2010;
        }

        return NegotiationFault.None;
    }

    /// <summary>Pages are resources that exist already: a number that cannot be read is as fatal as one too high (NG-002, NG-009).</summary>
    private NegotiationFault FindFault(int pagesMax)
    {
        int orderMax = Math.Min(RingPageOrder.Maximum, BitOperations.Log2((uint)Math.Max(1, pagesMax)));
        if (PageOrder.IsMalformed || PageOrder.Or(0) > (ulong)orderMax)
        {
            return new(BlockNodes.RingPageOrder, "at most max-ring-page-order", Found(PageOrder));
        }

        if (NumPages.IsMalformed || !BitOperations.IsPow2(NumPages.Or(1)) || NumPages.Or(1) > (ulong)pagesMax)
        {
            return new(BlockNodes.NumRingPages, "a power of two, at most max-ring-pages", Found(NumPages));
        }

        if (SeedPages.IsMalformed || SeedPages.Or(1) == 0 || SeedPages.Or(1) > (ulong)pagesMax)
        {
            return new(BlockNodes.RingPages, "from 1 to max-ring-pages", Found(SeedPages));
        }

        return FindContradiction();
    }

    private NegotiationFault FindContradiction()
    {
        ulong byOrder = 1ul << (int)PageOrder.Or(0);
        return !PageOrder.IsAbsent && !NumPages.IsAbsent && NumPages.Or(0) != byOrder ? new(BlockNodes.NumRingPages, "what ring-page-order says", Found(NumPages))
            : !PageOrder.IsAbsent && !SeedPages.IsAbsent && SeedPages.Or(0) != byOrder ? new(BlockNodes.RingPages, "what ring-page-order says", Found(SeedPages))
            : !NumPages.IsAbsent && !SeedPages.IsAbsent && SeedPages.Or(0) != NumPages.Or(0) ? new(BlockNodes.RingPages, "what num-ring-pages says", Found(SeedPages))
            : NegotiationFault.None;
    }

    private static ulong? Found(NodeNumber node) => node.TryGet(out ulong value) ? value : null;
}
