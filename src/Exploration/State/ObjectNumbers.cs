using System.Runtime.CompilerServices;

namespace Conformance.Exploration.State;

/// <summary>Numbers objects in the order in which they are found, by identity. Cleared without giving memory back.</summary>
internal sealed class ObjectNumbers
{
    private object?[] _objects = new object?[1 << 12];
    private int[] _numbers = new int[1 << 12];
    private uint[] _rounds = new uint[1 << 12];
    private uint _round = 1;

    internal int Count { get; private set; }

    internal void Clear()
    {
        Count = 0;
        if (++_round == 0)
        {
            Array.Clear(_rounds);
            _round = 1;
        }
    }

    /// <summary>The number of an object, a new one when it was not seen before.</summary>
    internal int Of(object target, out bool isNew)
    {
        int mask = _objects.Length - 1;
        for (int slot = RuntimeHelpers.GetHashCode(target) & mask; ; slot = (slot + 1) & mask)
        {
            if (_rounds[slot] != _round)
            {
                isNew = true;
                return Add(slot, target);
            }

            if (ReferenceEquals(_objects[slot], target))
            {
                isNew = false;
                return _numbers[slot];
            }
        }
    }

    private int Add(int slot, object target)
    {
        _rounds[slot] = _round;
        _objects[slot] = target;
        _numbers[slot] = Count++;
        if (Count * 2 > _objects.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private void Grow()
    {
        var (objects, numbers, rounds) = (_objects, _numbers, _rounds);
        int size = objects.Length * 2;
        (_objects, _numbers, _rounds) = (new object?[size], new int[size], new uint[size]);
        for (int i = 0; i < objects.Length; i++)
        {
            if (rounds[i] == _round)
            {
                int slot = RuntimeHelpers.GetHashCode(objects[i]) & (size - 1);
                while (_rounds[slot] == _round)
                {
                    slot = (slot + 1) & (size - 1);
                }

                (_objects[slot], _numbers[slot], _rounds[slot]) = (objects[i], numbers[i], _round);
            }
        }
    }
}
