namespace Conformance.Model.Protocol.Block;

/// <summary>
/// The segment entries that follow the header entry of a request of the 2010 extension, in ring entries of the
/// front-end's ABI (BI-028, BI-031). Numbers of segments are those of the whole request.
/// </summary>
public static class BlkifSegmentEntry
{
    /// <summary>
    /// Reads segments 11 and on out of copied segment entries.
    /// </summary>
    /// <param name="entries">The segment entries, one behind the other.</param>
    /// <param name="abi">The front-end's.</param>
    /// <param name="segments">Gets them, segment 11 first; its length is how many there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few entries for so many segments.</exception>
    public static void Read(ReadOnlySpan<byte> entries, BlkifAbi abi, Span<BlkifSegment> segments)
    {
        var layout = BlkifLayout.Of(abi);
        while (!segments.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(entries.Length, layout.RequestSize, nameof(entries));
            int count = Math.Min(segments.Length, layout.SegmentsInSegmentEntry);
            BlkifSegment.ReadAll(entries, segments[..count]);
            segments = segments[count..];
            entries = entries[layout.RequestSize..];
        }
    }

    /// <summary>Writes segments 11 and on into as many whole entries as they take; the rest of the last one is zero.</summary>
    /// <param name="entries">Room for the segment entries, one behind the other.</param>
    /// <param name="abi">The front-end's.</param>
    /// <param name="segments">Segment 11 and on.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too little room for so many segments.</exception>
    public static void Write(Span<byte> entries, BlkifAbi abi, ReadOnlySpan<BlkifSegment> segments)
    {
        var layout = BlkifLayout.Of(abi);
        while (!segments.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(entries.Length, layout.RequestSize, nameof(entries));
            int count = Math.Min(segments.Length, layout.SegmentsInSegmentEntry);
            entries[..layout.RequestSize].Clear();
            BlkifSegment.WriteAll(entries, segments[..count]);
            segments = segments[count..];
            entries = entries[layout.RequestSize..];
        }
    }
}
