namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>How a front-end names the grants of its ring's pages (NG-013, NG-014).</summary>
public enum RingRefNaming
{
    /// <summary>One page: <c>ring-ref</c>.</summary>
    Single,

    /// <summary>The later schemes with more than one page: <c>ring-ref0</c> and on.</summary>
    Numbered,

    /// <summary>
    /// One page after a ring-page-order: <c>ring-ref0</c>, or <c>ring-ref</c> if that does not exist (NG-016).
    /// </summary>
    NumberedOrSingle,

    /// <summary>2010: <c>ring-ref</c> for page 0, <c>ring-ref1</c> and on for the others.</summary>
    Seed2010,
}
