using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Model.Checking;

/// <summary>A list outside the managed heap: it grows in place where the system can, and the collector never walks it.</summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private T* _items;
    private long _count;
    private long _capacity;

    ~NativeList() => Free();

    /// <summary>The first item; moves when the list grows.</summary>
    public T* Items => _items;

    public long Count => _count;

    /// <summary>Bytes held.</summary>
    public long Bytes => _capacity * sizeof(T);

    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[index];
    }

    /// <summary>What <see cref="Reserve"/> would hold afterwards, in bytes.</summary>
    public long BytesAfter(long capacity, bool exactly) => CapacityFor(capacity, exactly) * sizeof(T);

    /// <summary>Makes room for <paramref name="capacity"/> items in all.</summary>
    /// <param name="capacity">Items.</param>
    /// <param name="exactly">Without room to spare, which makes the next growth come sooner.</param>
    public void Reserve(long capacity, bool exactly = false)
    {
        long wanted = CapacityFor(capacity, exactly);
        if (wanted != _capacity)
        {
            _items = (T*)NativeMemory.Realloc(_items, checked((nuint)wanted * (nuint)sizeof(T)));
            _capacity = wanted;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in T item)
    {
        if (_count == _capacity)
        {
            Reserve(_count + 1);
        }

        _items[_count++] = item;
    }

    /// <summary>Sets the count; items that were not there before have any value.</summary>
    public void Resize(long count)
    {
        Reserve(count);
        _count = count;
    }

    /// <summary>Sets the count and gives every item one value.</summary>
    public void Fill(long count, T value)
    {
        Resize(count);
        for (long i = 0; i < count; i++)
        {
            _items[i] = value;
        }
    }

    public void Clear() => _count = 0;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private long CapacityFor(long capacity, bool exactly)
    {
        if (capacity <= _capacity)
        {
            return _capacity;
        }

        // Large lists grow by a quarter only, so that a bound on memory is not met long before memory is used.
        long spare = _capacity < 1 << 20 ? _capacity : _capacity / 4;
        return exactly ? capacity : Math.Max(Math.Max(capacity, _capacity + spare), 64);
    }

    private void Free()
    {
        NativeMemory.Free(_items);
        _items = null;
        _count = _capacity = 0;
    }
}
