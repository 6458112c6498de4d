using System.Runtime.CompilerServices;

namespace Conformance.Exploration.State;

/// <summary>Finds what is known of an object by the object's identity.</summary>
internal sealed class ObjectTable
{
    private TrackedObject?[] _slots = new TrackedObject?[1 << 12];

    internal int Count { get; private set; }

    /// <summary>What is known of an object; null when nothing is.</summary>
    internal TrackedObject? Find(object target)
    {
        var slots = _slots;
        int mask = slots.Length - 1;
        for (int i = RuntimeHelpers.GetHashCode(target) & mask; slots[i] is { } known; i = (i + 1) & mask)
        {
            if (ReferenceEquals(known.Target, target))
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>Adds what is known of an object that is not in it.</summary>
    internal void Add(TrackedObject tracked)
    {
        if (++Count * 2 > _slots.Length)
        {
            var before = _slots;
            _slots = new TrackedObject?[before.Length * 2];
            foreach (var known in before)
            {
                if (known is not null)
                {
                    Put(known);
                }
            }
        }

        Put(tracked);
    }

    /// <summary>Forgets all objects.</summary>
    internal void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private void Put(TrackedObject tracked)
    {
        int mask = _slots.Length - 1;
        int i = RuntimeHelpers.GetHashCode(tracked.Target) & mask;
        while (_slots[i] is not null)
        {
            i = (i + 1) & mask;
        }

        _slots[i] = tracked;
    }
}
