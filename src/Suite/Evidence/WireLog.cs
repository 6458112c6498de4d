using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Evidence;

/// <summary>Collects the exchange of one case. Several sessions may write at once.</summary>
public sealed class WireLog
{
    private readonly Lock gate = new();
    private readonly List<WireRecord> records = [];

    /// <summary>The exchange so far, in order.</summary>
    public IReadOnlyList<WireRecord> Snapshot()
    {
        lock (gate)
        {
            return [.. records];
        }
    }

    /// <summary>Takes a message, or raw bytes when there is no header.</summary>
    public void Add(string party, WireDirection direction, XsHeader? header, ReadOnlySpan<byte> payload, string note = "")
    {
        byte[] copy = payload.ToArray();
        lock (gate)
        {
            records.Add(new WireRecord(records.Count, party, direction, header, copy, note));
        }
    }

    /// <summary>Takes something that happened beside the wire.</summary>
    public void Note(string party, string what) => Add(party, WireDirection.Noted, null, [], what);
}
