using System.Runtime.CompilerServices;

namespace Conformance.Model.Ring;

/// <summary>Where an end is in its code.</summary>
internal enum RingPlace : byte
{
    /// <summary>Outside: it handles no event and publishes nothing.</summary>
    Outside,

    /// <summary>It has written entries that are not published yet.</summary>
    Filling,

    /// <summary>It has written the first of two entries.</summary>
    FillingSecond,

    /// <summary>It has published its producer index and is about to look at the other's event word.</summary>
    Pushed,

    /// <summary>It is about to notify.</summary>
    Notifying,

    /// <summary>It is about to load the other's producer index.</summary>
    Loading,

    /// <summary>It reads entries, up to the index that it sampled.</summary>
    Reading,

    /// <summary>It has read the first of two entries.</summary>
    ReadingSecond,

    /// <summary>It is about to look at the other's producer index for the last time.</summary>
    Rechecking,

    /// <summary>It uses the ring no more.</summary>
    Halted,
}

/// <summary>What went wrong in a way that only the history of entries can tell.</summary>
[Flags]
internal enum RingWrong : ushort
{
    None = 0,

    /// <summary>An entry was read that did not hold what was published there.</summary>
    ReadUnwritten = 1,

    /// <summary>A response names a request that is not open.</summary>
    NotOpen = 2,

    /// <summary>An entry was read that the sampled producer index does not cover.</summary>
    ReadPastProducer = 4,
}

[InlineArray(4)]
internal struct FourBytes
{
    private byte _first;
}

[InlineArray(8)]
internal struct EightBytes
{
    private byte _first;
}

[InlineArray(12)]
internal struct TwelveBytes
{
    private byte _first;
}

/// <summary>One end of the ring and the processor it runs on.</summary>
internal struct RingEnd
{
    public RingPlace Place;

    /// <summary>Its private producer index.</summary>
    public byte Produced;

    /// <summary>The producer index that it published last.</summary>
    public byte Pushed;

    /// <summary>Its private consumer index.</summary>
    public byte Consumed;

    /// <summary>The other's producer index as sampled.</summary>
    public byte Sampled;

    /// <summary>Requests so far: submitted by the front, taken by the back.</summary>
    public byte Count;

    /// <summary>A bit for each request that is open: submitted and not completed at the front, taken and not answered at the back.</summary>
    public byte Open;

    /// <summary>A bit for each request of two entries, as this end recorded it.</summary>
    public byte Long;

    /// <summary>Places of the stores that have not drained yet, oldest first, plus one; see <see cref="RingMemory"/>.</summary>
    public FourBytes BufferPlaces;

    /// <summary>Their values.</summary>
    public FourBytes BufferValues;

    /// <summary>Two old values for each of six places, that a load may still give; the older first.</summary>
    public TwelveBytes Old;

    /// <summary>How many old values each place has, two bits a place.</summary>
    public ushort OldCounts;

    /// <summary>Whether an event waits for it.</summary>
    public bool HasEvent;

    /// <summary>Where to go on after publishing.</summary>
    public RingPlace ReturnsTo;

    /// <summary>The request that is being written or read.</summary>
    public byte Current;

    /// <summary>Whether it goes round again because its final check found work.</summary>
    public bool RecheckFound;
}

/// <summary>The shared page and both ends. Indices are bytes: the arithmetic is that of 32 bits, and they wrap as early as can be.</summary>
internal struct RingState
{
    /// <summary>What both would see if nothing was under way: four words, then the entries.</summary>
    public EightBytes Memory;

    public RingEnd Front;

    public RingEnd Back;

    public RingWrong Wrong;

    /// <summary>How often the attacker has struck.</summary>
    public ushort Attacks;
}
