namespace Conformance.Tests.Fuzz.Block;

/// <summary>
/// What an end of a ring does, said with counts that never wrap: the plainest statement of the rules that the ring
/// states in differences modulo 2^32 (RG-007).
/// </summary>
/// <param name="first">The index at which both ends start.</param>
/// <param name="entries">The ring's entries.</param>
/// <param name="ahead">How far the peer may be ahead of what this end published: the entries for a back-end, 0 for a front-end.</param>
internal sealed class RingModel(uint first, int entries, int ahead)
{
    private long sampled;

    public bool IsUsable { get; private set; } = true;

    public long Consumed { get; private set; }

    public long Put { get; set; }

    public long Published { get; private set; }

    public long Available => IsUsable ? sampled - Consumed : 0;

    /// <summary>The 32-bit index of a count.</summary>
    public uint Index(long count) => (uint)((first + count) & uint.MaxValue);

    /// <summary>The byte at which the entry of a count starts.</summary>
    public int Offset(long count, int entrySize) => 64 + ((int)((first + count) % entries) * entrySize);

    public void Sample(uint producer)
    {
        if (!IsUsable)
        {
            return;
        }

        for (long count = Consumed; count <= Published + ahead; count++)
        {
            if (Index(count) == producer)
            {
                sampled = count;
                return;
            }
        }

        IsUsable = false;
    }

    public bool Take(int count)
    {
        IsUsable &= count >= 1 && count <= Available;
        Consumed += IsUsable ? count : 0;
        return IsUsable;
    }

    /// <summary>Publishes what was put; true when the event index is among the entries that became visible.</summary>
    public bool Push(uint wanted)
    {
        bool isPassed = false;
        while (IsUsable && Published < Put)
        {
            Published++;
            isPassed |= Index(Published) == wanted;
        }

        return isPassed;
    }
}
