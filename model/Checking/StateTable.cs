using System.Runtime.CompilerServices;

namespace Conformance.Model.Checking;

/// <summary>
/// The distinct states in the order in which they were found, and an open-addressing table over them. Threads add at the
/// same time; only <see cref="Grow"/> and <see cref="CloseGaps"/> need them to rest.
/// </summary>
/// <remarks>
/// A slot holds the number of a state plus one in its lower half and, in its upper half, bits of the hash that were not used
/// to find the slot, so that most strangers are told apart without looking at them.
/// </remarks>
internal sealed class StateTable<TState>
    where TState : unmanaged
{
    private const int ChunkBits = 16;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private const int FirstSlots = 1 << 20;

    private readonly TState[][] _chunks = new TState[1 << (31 - ChunkBits)][];
    private readonly Lock _growth = new();
    private ulong[] _slots = new ulong[FirstSlots];
    private int _reserved;

    /// <summary>How many numbers are given out; equal to the number of states while no thread holds one back.</summary>
    public int Count => Volatile.Read(ref _reserved);

    /// <summary>Whether it wants to <see cref="Grow"/> soon.</summary>
    public bool IsCrowded => Count > (long)_slots.Length * 5 / 8;

    /// <summary>Bytes held.</summary>
    public long Memory => ((long)_slots.Length * sizeof(ulong)) + ((((long)Count >> ChunkBits) + 1) << ChunkBits) * Unsafe.SizeOf<TState>();

    /// <summary>Bytes held once it has grown.</summary>
    public long MemoryAfterGrowth => Memory + ((long)_slots.Length * sizeof(ulong) * 2);

    /// <summary>A state by its number.</summary>
    public ref TState this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[number >> ChunkBits][number & ChunkMask];
    }

    /// <summary>Adds a state unless it is there.</summary>
    /// <param name="state">The state.</param>
    /// <param name="spare">A number the calling thread has reserved, or -1; taken for the state if that is new.</param>
    /// <param name="number">The state's number.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(in TState state, ref int spare, out int number)
    {
        ulong hash = StateBytes<TState>.Hash(in state);
        ulong[] slots = _slots;
        int mask = slots.Length - 1;
        ulong tag = hash & 0xFFFF_FFFF_0000_0000;
        for (int at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ulong slot = Volatile.Read(ref slots[at]);
            if (slot == 0)
            {
                if (spare < 0)
                {
                    spare = Reserve();
                }

                this[spare] = state;
                slot = Interlocked.CompareExchange(ref slots[at], tag | (uint)(spare + 1), 0);
                if (slot == 0)
                {
                    number = spare;
                    spare = -1;
                    return true;
                }
            }

            if ((slot & 0xFFFF_FFFF_0000_0000) == tag && StateBytes<TState>.AreEqual(in this[(int)(uint)slot - 1], in state))
            {
                number = (int)(uint)slot - 1;
                return false;
            }
        }
    }

    /// <summary>The number of a state; -1 if it is not there.</summary>
    public int Find(in TState state)
    {
        ulong hash = StateBytes<TState>.Hash(in state);
        int mask = _slots.Length - 1;
        ulong tag = hash & 0xFFFF_FFFF_0000_0000;
        for (int at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ulong slot = Volatile.Read(ref _slots[at]);
            if (slot == 0)
            {
                return -1;
            }

            if ((slot & 0xFFFF_FFFF_0000_0000) == tag && StateBytes<TState>.AreEqual(in this[(int)(uint)slot - 1], in state))
            {
                return (int)(uint)slot - 1;
            }
        }
    }

    /// <summary>Doubles the slots. No thread may be adding.</summary>
    public void Grow()
    {
        ulong[] slots = new ulong[checked(_slots.Length * 2)];
        int mask = slots.Length - 1;
        for (int number = 0; number < _reserved; number++)
        {
            ulong hash = StateBytes<TState>.Hash(in this[number]);
            int at = (int)hash & mask;
            while (slots[at] != 0)
            {
                at = (at + 1) & mask;
            }

            slots[at] = (hash & 0xFFFF_FFFF_0000_0000) | (uint)(number + 1);
        }

        _slots = slots;
    }

    /// <summary>Takes back reserved numbers that were not used, so that the numbers of states have no gaps. No thread may be adding.</summary>
    /// <param name="spares">The reserved numbers.</param>
    public void CloseGaps(IEnumerable<int> spares)
    {
        foreach (int spare in spares.OrderDescending())
        {
            int last = --_reserved;
            if (spare != last)
            {
                Renumber(last, spare);
            }
        }
    }

    private void Renumber(int from, int to)
    {
        this[to] = this[from];
        ulong hash = StateBytes<TState>.Hash(in this[from]);
        int mask = _slots.Length - 1;
        int at = (int)hash & mask;
        while ((uint)_slots[at] != (uint)(from + 1))
        {
            at = (at + 1) & mask;
        }

        _slots[at] = (hash & 0xFFFF_FFFF_0000_0000) | (uint)(to + 1);
    }

    private int Reserve()
    {
        int number = Interlocked.Increment(ref _reserved) - 1;
        if (Volatile.Read(ref _chunks[number >> ChunkBits]) is null)
        {
            lock (_growth)
            {
                if (_chunks[number >> ChunkBits] is null)
                {
                    Volatile.Write(ref _chunks[number >> ChunkBits], GC.AllocateUninitializedArray<TState>(1 << ChunkBits));
                }
            }
        }

        return number;
    }
}
