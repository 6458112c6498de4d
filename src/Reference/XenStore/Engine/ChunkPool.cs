using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>A piece of an output queue: bytes from Start to End are queued.</summary>
internal sealed class Chunk
{
    /// <summary>Room for the longest frame and then some; small enough that an idle client's last reply costs little.</summary>
    public const int Size = 2 * (XsLimits.PayloadMax + XsHeader.Size);

    public byte[] Memory { get; } = new byte[Size];

    public int Start { get; set; }

    public int End { get; set; }

    public Chunk? Next { get; set; }
}

/// <summary>Chunks of one store that wait to be used again.</summary>
[NotState]
internal sealed class ChunkPool
{
    private const int Kept = 64;

    private readonly Stack<Chunk> _free = new();

    public Chunk Rent() => _free.TryPop(out var chunk) ? chunk : new Chunk();

    public void Return(Chunk chunk)
    {
        if (_free.Count < Kept)
        {
            chunk.Start = chunk.End = 0;
            chunk.Next = null;
            _free.Push(chunk);
        }
    }
}
