namespace Conformance.Model.Ring;

/// <summary>The memory that both ends share, under one of the memory models: stores, drains, loads and barriers.</summary>
public sealed class RingMemory
{
    /// <summary>How many old values of a place a processor may still read under <see cref="MemoryModel.Relaxed"/>.</summary>
    public const int Window = 2;

    internal const byte RequestProducer = 0;
    internal const byte RequestEvent = 1;
    internal const byte ResponseProducer = 2;
    internal const byte ResponseEvent = 3;
    internal const byte FirstEntry = 4;

    private const int BufferLength = 4;
    private const byte AfterBarrier = 0x80;

    private readonly MemoryModel _model;

    internal RingMemory(MemoryModel model) => _model = model;

    internal static ref RingEnd End(ref RingState state, bool isFront)
    {
        if (isFront)
        {
            return ref state.Front;
        }

        return ref state.Back;
    }

    /// <summary>Stores that have not drained.</summary>
    internal static int Buffered(in RingEnd end)
    {
        int count = 0;
        while (count < BufferLength && end.BufferPlaces[count] != 0)
        {
            count++;
        }

        return count;
    }

    /// <summary>Where a store in the buffer goes.</summary>
    internal static byte BufferedPlace(in RingEnd end, int index) => (byte)((end.BufferPlaces[index] & ~AfterBarrier) - 1);

    /// <summary>Makes a store, after a write barrier or not; false while the buffer is full.</summary>
    internal bool Store(ref RingState state, bool isFront, byte place, byte value, bool afterBarrier)
    {
        if (_model == MemoryModel.SequentialConsistency)
        {
            state.Memory[place] = value;
            return true;
        }

        ref var end = ref End(ref state, isFront);
        int count = Buffered(in end);
        if (count == BufferLength)
        {
            return false;
        }

        bool isMarked = afterBarrier && count > 0 && _model == MemoryModel.Relaxed;
        end.BufferPlaces[count] = (byte)((place + 1) | (isMarked ? AfterBarrier : 0));
        end.BufferValues[count] = value;
        return true;
    }

    /// <summary>Whether a store in the buffer may become visible now.</summary>
    internal bool MayDrain(in RingEnd end, int index)
    {
        if (index == 0 || _model == MemoryModel.TotalStoreOrder)
        {
            return index == 0;
        }

        for (int i = 0; i <= index; i++)
        {
            bool isBehindBarrier = (end.BufferPlaces[i] & AfterBarrier) != 0;
            if (isBehindBarrier || (i < index && BufferedPlace(in end, i) == BufferedPlace(in end, index)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes a store in the buffer visible.</summary>
    internal void Drain(ref RingState state, bool isFront, int index)
    {
        ref var end = ref End(ref state, isFront);
        byte place = BufferedPlace(in end, index);
        byte value = end.BufferValues[index];
        for (int i = index; i < BufferLength; i++)
        {
            end.BufferPlaces[i] = i + 1 < BufferLength ? end.BufferPlaces[i + 1] : (byte)0;
            end.BufferValues[i] = i + 1 < BufferLength ? end.BufferValues[i + 1] : (byte)0;
        }

        end.BufferPlaces[0] &= unchecked((byte)~AfterBarrier);
        if (_model == MemoryModel.Relaxed)
        {
            Remember(ref End(ref state, !isFront), OldIndex(!isFront, place), state.Memory[place], value);
            Forget(ref end, OldIndex(isFront, place), Window);
        }

        state.Memory[place] = value;
    }

    /// <summary>How many values a load may give: old ones first, the current one last.</summary>
    internal static int Choices(in RingEnd end, bool isFront, byte place) =>
        Forwarded(in end, place) >= 0 ? 1 : 1 + OldCount(in end, OldIndex(isFront, place));

    /// <summary>Loads a place; <paramref name="choice"/> says which of the values it may give.</summary>
    internal static byte Load(ref RingState state, bool isFront, byte place, int choice)
    {
        ref var end = ref End(ref state, isFront);
        if (Forwarded(in end, place) is >= 0 and var index)
        {
            return end.BufferValues[index];
        }

        int old = OldIndex(isFront, place);
        byte value = choice < OldCount(in end, old) ? end.Old[(old * Window) + choice] : state.Memory[place];
        Forget(ref end, old, choice);
        return value;
    }

    /// <summary>Whether a full barrier can be passed: nothing may be left in the buffer.</summary>
    internal static bool CanPassFull(in RingEnd end) => end.BufferPlaces[0] == 0;

    /// <summary>No later load gives a value from before.</summary>
    internal static void ReadBarrier(ref RingEnd end)
    {
        end.Old = default;
        end.OldCounts = 0;
    }

    private static int Forwarded(in RingEnd end, byte place)
    {
        int index = Buffered(in end) - 1;
        while (index >= 0 && BufferedPlace(in end, index) != place)
        {
            index--;
        }

        return index;
    }

    /// <summary>Where an end keeps old values of a place; -1 for what it never loads.</summary>
    private static int OldIndex(bool isFront, byte place) => place switch
    {
        RequestProducer => isFront ? -1 : 0,
        RequestEvent => isFront ? 0 : -1,
        ResponseProducer => isFront ? 1 : -1,
        ResponseEvent => isFront ? -1 : 1,
        _ => place - FirstEntry + 2,
    };

    private static int OldCount(in RingEnd end, int old) => old < 0 ? 0 : (end.OldCounts >> (2 * old)) & 3;

    private static void SetOldCount(ref RingEnd end, int old, int count) =>
        end.OldCounts = (ushort)((end.OldCounts & ~(3 << (2 * old))) | (count << (2 * old)));

    private static void Remember(ref RingEnd end, int old, byte value, byte next)
    {
        int count = OldCount(in end, old);
        if (old < 0 || value == next)
        {
            return;
        }

        if (count == Window)
        {
            Forget(ref end, old, 1);
            count--;
        }

        end.Old[(old * Window) + count] = value;
        SetOldCount(ref end, old, count + 1);
    }

    /// <summary>Forgets the oldest values of a place.</summary>
    private static void Forget(ref RingEnd end, int old, int dropped)
    {
        int count = OldCount(in end, old);
        dropped = Math.Min(dropped, count);
        if (dropped == 0)
        {
            return;
        }

        int at = old * Window;
        for (int i = 0; i < Window; i++)
        {
            end.Old[at + i] = i + dropped < count ? end.Old[at + i + dropped] : (byte)0;
        }

        SetOldCount(ref end, old, count - dropped);
    }
}
