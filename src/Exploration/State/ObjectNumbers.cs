using System.Runtime.CompilerServices;

namespace Conformance.Exploration.State;

/// <summary>Numbers objects in the order in which they are found, by identity. Cleared without giving memory back.</summary>
internal sealed class ObjectNumbers
{
    private Slot[] _slots = new Slot[1 << 11];
    private uint _round = 1;

    internal int Count { get; private set; }

    internal void Clear()
    {
        Count = 0;
        if (++_round == 0)
        {
            Array.Clear(_slots);
            _round = 1;
        }
    }

    /// <summary>The number of an object, a new one when it was not seen before.</summary>
    internal int Of(object target, out bool isNew)
    {
        var slots = _slots;
        int mask = slots.Length - 1;
        for (int i = RuntimeHelpers.GetHashCode(target) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Round != _round)
            {
                isNew = true;
                slot = new Slot(target, Count++, _round);
                if (Count * 2 > slots.Length)
                {
                    Grow();
                }

                return Count - 1;
            }

            if (ReferenceEquals(slot.Target, target))
            {
                isNew = false;
                return slot.Number;
            }
        }
    }

    private void Grow()
    {
        var before = _slots;
        _slots = new Slot[before.Length * 2];
        foreach (var slot in before)
        {
            if (slot.Round == _round)
            {
                int i = RuntimeHelpers.GetHashCode(slot.Target) & (_slots.Length - 1);
                while (_slots[i].Round == _round)
                {
                    i = (i + 1) & (_slots.Length - 1);
                }

                _slots[i] = slot;
            }
        }
    }

    // Together, so that a look at one costs one look at memory.
    private readonly record struct Slot(object? Target, int Number, uint Round);
}
