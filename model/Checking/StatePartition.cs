using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Conformance.Model.Checking;

/// <summary>A state that was generated and is to be looked up.</summary>
/// <param name="hash">Its hash.</param>
/// <param name="source">Which state of the round it was generated from.</param>
/// <param name="edge">Which of its slice's edges leads to it.</param>
/// <param name="state">The state.</param>
internal readonly struct Candidate<TState>(ulong hash, uint source, uint edge, in TState state)
    where TState : unmanaged
{
    public readonly ulong Hash = hash;
    public readonly uint Source = source;
    public readonly uint Edge = edge;
    public readonly TState State = state;
}

/// <summary>
/// The states whose hash begins with the same bits, in the order they were found, and an open-addressing table over them.
/// One thread at a time inserts, so there are no locks, and a part of the table is small enough to stay in the cache.
/// </summary>
internal sealed unsafe class StatePartition<TState> : IDisposable
    where TState : unmanaged
{
    /// <summary>Bits of an index within a partition.</summary>
    public const int IndexBits = 26;

    private const uint IndexMask = (1U << IndexBits) - 1;
    private const int TagShift = 52;
    private const int SlotsAtFirst = 256;
    private const int Ahead = 8;

    private uint* _slots;
    private uint _mask;

    public StatePartition()
    {
        _slots = NewSlots(SlotsAtFirst);
        _mask = SlotsAtFirst - 1;
    }

    ~StatePartition() => Free();

    /// <summary>The states in the order they were found.</summary>
    public NativeList<TState> States { get; } = new();

    /// <summary>For each state the one it was first reached from.</summary>
    public NativeList<uint> Parents { get; } = new();

    /// <summary>Bytes held.</summary>
    public long Bytes => States.Bytes + Parents.Bytes + ((_mask + 1L) * sizeof(uint));

    /// <summary>What <see cref="Reserve"/> would hold afterwards, in bytes; the old table, which is held meanwhile, included.</summary>
    public long BytesAfter(long more, bool exactly)
    {
        long count = States.Count + more;
        long slots = SlotsFor(count);
        return States.BytesAfter(count, exactly) + Parents.BytesAfter(count, exactly) + ((slots == _mask + 1L ? slots : slots + _mask + 1L) * sizeof(uint));
    }

    /// <summary>Whether so many more states can be numbered.</summary>
    public bool CanHold(long more) => States.Count + more < IndexMask;

    /// <summary>Makes room for more states.</summary>
    public void Reserve(long more, bool exactly)
    {
        long count = States.Count + more;
        States.Reserve(count, exactly);
        Parents.Reserve(count, exactly);
        long slots = SlotsFor(count);
        if (slots != _mask + 1L)
        {
            Rehash(slots);
        }
    }

    /// <summary>The index of a state, or a negative number if it has not been found yet.</summary>
    public long Find(in TState state, ulong hash)
    {
        uint tag = Tag(hash);
        for (uint at = (uint)hash & _mask; ; at = (at + 1) & _mask)
        {
            uint slot = _slots[at];
            if (slot == 0)
            {
                return -1;
            }

            if ((slot ^ tag) <= IndexMask && PackedState.Equal(in States[(slot & IndexMask) - 1], in state))
            {
                return (slot & IndexMask) - 1;
            }
        }
    }

    /// <summary>Inserts those candidates that are new, in their order, so that the first to reach a state is its parent.</summary>
    /// <param name="candidates">What was generated; room was reserved for all.</param>
    /// <param name="sources">The ids of the states of the round.</param>
    /// <param name="prefix">This partition's part of an id.</param>
    /// <param name="edges">Where to write the id of each candidate, by its edge; null if no edges are kept.</param>
    public void Insert(NativeList<Candidate<TState>> candidates, ReadOnlySpan<uint> sources, uint prefix, uint* edges)
    {
        Candidate<TState>* all = candidates.Items;
        long count = candidates.Count;
        for (long i = 0; i < count; i++)
        {
            if (Sse.IsSupported)
            {
                PrefetchFor(all, i, count);
            }

            uint index = FindOrAdd(in all[i], sources);
            if (edges != null)
            {
                edges[all[i].Edge] = prefix | index;
            }
        }
    }

    public void Dispose()
    {
        States.Dispose();
        Parents.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks for the slot of a candidate further on, and for the state in a nearer one's slot, before they are needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchFor(Candidate<TState>* all, long i, long count)
    {
        if (i + (2 * Ahead) < count)
        {
            Sse.Prefetch0(_slots + ((uint)all[i + (2 * Ahead)].Hash & _mask));
            uint near = _slots[(uint)all[i + Ahead].Hash & _mask];
            Sse.Prefetch0(States.Items + ((long)(near & IndexMask) - 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint FindOrAdd(in Candidate<TState> candidate, ReadOnlySpan<uint> sources)
    {
        uint tag = Tag(candidate.Hash);
        uint at = (uint)candidate.Hash & _mask;
        while (true)
        {
            uint slot = _slots[at];
            if (slot == 0)
            {
                uint index = (uint)States.Count;
                States.Add(in candidate.State);
                Parents.Add(candidate.Source == StateTable<TState>.None ? StateTable<TState>.None : sources[(int)candidate.Source]);
                _slots[at] = tag | (index + 1);
                return index;
            }

            if ((slot ^ tag) <= IndexMask && PackedState.Equal(in States[(slot & IndexMask) - 1], in candidate.State))
            {
                return (slot & IndexMask) - 1;
            }

            at = (at + 1) & _mask;
        }
    }

    /// <summary>Six bits of the hash that neither the partition nor, in all but the largest tables, the slot uses; they stand above the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Tag(ulong hash) => (uint)(hash >> (TagShift - IndexBits)) & ~IndexMask;

    /// <summary>Slots for so many states: a power of two, at most two thirds full.</summary>
    private long SlotsFor(long count)
    {
        long slots = _mask + 1L;
        while (count * 3 > slots * 2)
        {
            slots *= 2;
        }

        return slots;
    }

    private void Rehash(long slots)
    {
        NativeMemory.Free(_slots);
        _slots = NewSlots(slots);
        _mask = (uint)(slots - 1);
        for (uint index = 0; index < States.Count; index++)
        {
            ulong hash = PackedState.Hash(in States[index]);
            uint at = (uint)hash & _mask;
            while (_slots[at] != 0)
            {
                at = (at + 1) & _mask;
            }

            _slots[at] = Tag(hash) | (index + 1);
        }
    }

    private static uint* NewSlots(long count) => (uint*)NativeMemory.AllocZeroed((nuint)count, sizeof(uint));

    private void Free()
    {
        NativeMemory.Free(_slots);
        _slots = null;
    }
}
