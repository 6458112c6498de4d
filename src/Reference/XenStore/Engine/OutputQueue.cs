using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>What stands in one place of an output queue.</summary>
internal enum FrameKind : byte
{
    Reply,

    /// <summary>An event that a later identical one may be merged into (XS-080).</summary>
    Event,

    /// <summary>An event of a special watch: each one counts.</summary>
    SpecialEvent,
}

/// <summary>
/// The bytes on their way to one client, as whole frames in pooled chunks. A frame never straddles chunks, so an event
/// can be compared with a queued one where it lies. An identical queued event is found by hash, in constant time.
/// </summary>
internal sealed class OutputQueue(ChunkPool pool)
{
    // A burst's bookkeeping is given back when the burst is over; this many frames are not worth it.
    private const int LastingFrames = 4096;

    [NotState]
    private Frame[] _frames = [];
    [NotState]
    private int[] _buckets = [];
    [NotState]
    private long _head;
    [NotState]
    private long _tail;
    private int _headConsumed;
    private Chunk? _firstChunk;
    private Chunk? _lastChunk;

    /// <summary>Bytes queued and not yet taken.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => _head == _tail;

    /// <summary>Replies not yet taken whole: the requests that are outstanding (XS-123).</summary>
    public int Replies { get; private set; }

    /// <summary>Events not yet taken whole.</summary>
    public int Events { get; private set; }

    /// <summary>The position of the first queued event since the start of the connection; -1 if none.</summary>
    public long FirstEvent
    {
        get
        {
            for (long i = _head; Events > 0 && i < _tail; i++)
            {
                if (At(i).Kind != FrameKind.Reply)
                {
                    return i;
                }
            }

            return -1;
        }
    }

    /// <summary>Queues one frame of a header and up to two parts of payload.</summary>
    public void Append(in XsHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, FrameKind kind, uint hash)
    {
        int length = XsHeader.Size + first.Length + second.Length;
        var span = Reserve(length, out var chunk, out int offset);
        header.Write(span);
        first.CopyTo(span[XsHeader.Size..]);
        second.CopyTo(span[(XsHeader.Size + first.Length)..]);
        Push(new Frame { Chunk = chunk, Offset = offset, Length = length, Kind = kind, Hash = hash, NextInBucket = -1 });
    }

    /// <summary>Whether an event with this payload is queued already.</summary>
    public bool ContainsEvent(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, uint hash)
    {
        if (Events == 0)
        {
            return false;
        }

        for (int i = _buckets[hash & (uint)(_buckets.Length - 1)]; i >= 0; i = _frames[i].NextInBucket)
        {
            ref var frame = ref _frames[i];
            if (frame.Hash == hash && frame.Length == XsHeader.Size + first.Length + second.Length)
            {
                var payload = frame.Bytes[XsHeader.Size..];
                if (payload[..first.Length].SequenceEqual(first) && payload[first.Length..].SequenceEqual(second))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public ReadOnlyMemory<byte> Peek() =>
        _firstChunk is null ? default : _firstChunk.Memory.AsMemory(_firstChunk.Start, _firstChunk.End - _firstChunk.Start);

    /// <summary>Takes bytes off the front; <paramref name="delivered"/> hears of each event that is now taken whole.</summary>
    public void Consume(int count, Action<ReadOnlyMemory<byte>>? delivered)
    {
        if (_firstChunk is null || count < 0 || count > _firstChunk.End - _firstChunk.Start)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "More bytes were taken than PeekOutput gave.");
        }

        Bytes -= count;
        _headConsumed += count;
        while (_head < _tail && _headConsumed >= At(_head).Length)
        {
            ref var frame = ref At(_head);
            _headConsumed -= frame.Length;
            if (frame.Kind != FrameKind.Reply)
            {
                delivered?.Invoke(frame.Chunk.Memory.AsMemory(frame.Offset + XsHeader.Size, frame.Length - XsHeader.Size));
            }

            Pop(ref frame);
        }

        _firstChunk.Start += count;
        ReleaseReadChunks();
    }

    /// <summary>Forgets everything queued.</summary>
    public void Clear()
    {
        // The transport may still be sending what it peeked, so that chunk is not used again.
        _firstChunk = _firstChunk?.Next;
        while (_firstChunk is { } chunk)
        {
            _firstChunk = chunk.Next;
            pool.Return(chunk);
        }

        _lastChunk = null;
        _head = _tail = _headConsumed = Replies = Events = 0;
        Bytes = 0;
        _frames = [];
        _buckets = [];
    }

    private ref Frame At(long position) => ref _frames[position & (_frames.Length - 1)];

    private Span<byte> Reserve(int length, out Chunk chunk, out int offset)
    {
        if (_lastChunk is null || _lastChunk.Memory.Length - _lastChunk.End < length)
        {
            var fresh = pool.Rent();
            if (_lastChunk is null)
            {
                _firstChunk = fresh;
            }
            else
            {
                _lastChunk.Next = fresh;
            }

            _lastChunk = fresh;
        }

        chunk = _lastChunk;
        offset = chunk.End;
        chunk.End += length;
        Bytes += length;
        return chunk.Memory.AsSpan(offset, length);
    }

    private void ReleaseReadChunks()
    {
        while (_firstChunk is { } chunk && chunk.Start == chunk.End)
        {
            _firstChunk = chunk.Next;
            if (_firstChunk is null)
            {
                _lastChunk = null;
                ShrinkWhenEmpty();
            }

            pool.Return(chunk);
        }
    }

    private void ShrinkWhenEmpty()
    {
        if (_frames.Length > LastingFrames)
        {
            _frames = [];
            _buckets = [];
        }
    }

    private void Push(Frame frame)
    {
        if (_tail - _head == _frames.Length)
        {
            Grow();
        }

        int index = (int)(_tail++ & (_frames.Length - 1));
        _frames[index] = frame;
        if (frame.Kind == FrameKind.Reply)
        {
            Replies++;
            return;
        }

        Events++;
        Link(index);
    }

    private void Link(int index)
    {
        if (_frames[index].Kind == FrameKind.Event)
        {
            ref int bucket = ref _buckets[_frames[index].Hash & (uint)(_buckets.Length - 1)];
            _frames[index].NextInBucket = bucket;
            bucket = index;
        }
    }

    private void Pop(ref Frame frame)
    {
        int index = (int)(_head++ & (_frames.Length - 1));
        if (frame.Kind == FrameKind.Reply)
        {
            Replies--;
        }
        else
        {
            Events--;
            Unlink(index);
        }

        frame = default;
    }

    private void Unlink(int index)
    {
        if (_frames[index].Kind != FrameKind.Event)
        {
            return;
        }

        ref int link = ref _buckets[_frames[index].Hash & (uint)(_buckets.Length - 1)];
        while (link != index)
        {
            link = ref _frames[link].NextInBucket;
        }

        link = _frames[index].NextInBucket;
    }

    private void Grow()
    {
        // Positions go on counting: a frame's place is its position modulo the new length.
        var placed = new Frame[Math.Max(8, _frames.Length * 2)];
        for (long i = _head; i < _tail; i++)
        {
            placed[i & (placed.Length - 1)] = At(i);
        }

        _frames = placed;
        _buckets = new int[placed.Length];
        Array.Fill(_buckets, -1);
        for (long i = _head; i < _tail; i++)
        {
            int index = (int)(i & (_frames.Length - 1));
            _frames[index].NextInBucket = -1;
            Link(index);
        }
    }

    private struct Frame
    {
        public Chunk Chunk;
        public int Offset;
        public int Length;
        public int NextInBucket;
        public uint Hash;
        public FrameKind Kind;

        public readonly ReadOnlySpan<byte> Bytes => Chunk.Memory.AsSpan(Offset, Length);
    }
}
