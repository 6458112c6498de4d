namespace Conformance.Model.Protocol.Rings;

/// <summary>
/// Arithmetic on the free-running 32-bit indices of a ring. Every comparison is one of differences modulo 2^32 (RG-007).
/// </summary>
public static class RingIndex
{
    /// <summary>How many entries lie from <paramref name="from"/> up to <paramref name="to"/>.</summary>
    public static uint Distance(uint from, uint to) => unchecked(to - from);

    /// <summary>
    /// Whether a producer that went from <paramref name="old"/> to <paramref name="produced"/> passed the peer's event
    /// word, and so must notify it (RG-018).
    /// </summary>
    public static bool IsNotificationDue(uint old, uint produced, uint eventIndex) =>
        Distance(eventIndex, produced) < Distance(old, produced);

    /// <summary>Entries that a front-end may still produce (RG-013).</summary>
    /// <param name="entries">The ring's entries.</param>
    /// <param name="produced">The front-end's private producer index.</param>
    /// <param name="consumedResponses">The front-end's response consumer index.</param>
    public static uint Free(uint entries, uint produced, uint consumedResponses) =>
        entries - Distance(consumedResponses, produced);
}
