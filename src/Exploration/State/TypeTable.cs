using System.Runtime.CompilerServices;

namespace Conformance.Exploration.State;

/// <summary>Finds what belongs to a type, once for every object that is looked at: by the type's identity, without any call.</summary>
/// <param name="make">Makes it when a type is met for the first time.</param>
internal sealed class TypeTable<T>(Func<Type, T> make)
    where T : class
{
    private (Type? Type, T? Value)[] _slots = new (Type?, T?)[1 << 10];
    private int _count;

    internal T Of(Type type)
    {
        var slots = _slots;
        int mask = slots.Length - 1;
        for (int i = RuntimeHelpers.GetHashCode(type) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (ReferenceEquals(slot.Type, type))
            {
                return slot.Value!;
            }

            if (slot.Type is null)
            {
                var value = make(type);
                Add(type, value);
                return value;
            }
        }
    }

    private void Add(Type type, T value)
    {
        if (++_count * 2 > _slots.Length)
        {
            var before = _slots;
            _slots = new (Type?, T?)[before.Length * 2];
            foreach (var (known, its) in before)
            {
                if (known is not null)
                {
                    Put(known, its!);
                }
            }
        }

        Put(type, value);
    }

    private void Put(Type type, T value)
    {
        int i = RuntimeHelpers.GetHashCode(type) & (_slots.Length - 1);
        while (_slots[i].Type is not null)
        {
            i = (i + 1) & (_slots.Length - 1);
        }

        _slots[i] = (type, value);
    }
}
