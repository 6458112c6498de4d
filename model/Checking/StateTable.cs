using System.Runtime.CompilerServices;

namespace Conformance.Model.Checking;

/// <summary>
/// All distinct states, in partitions by the first bits of the hash. How many partitions there are does not depend on the
/// threads, so neither do the order of the states, their ids and the parents.
/// </summary>
internal sealed class StateTable<TState> : IDisposable
    where TState : unmanaged
{
    /// <summary>How many partitions.</summary>
    public const int PartitionCount = 1 << (32 - StatePartition<TState>.IndexBits);

    /// <summary>The id of no state: an initial state's parent.</summary>
    public const uint None = uint.MaxValue;

    private const uint IndexMask = (1U << StatePartition<TState>.IndexBits) - 1;
    private readonly StatePartition<TState>[] _partitions = [.. Enumerable.Range(0, PartitionCount).Select(_ => new StatePartition<TState>())];

    public IReadOnlyList<StatePartition<TState>> Partitions => _partitions;

    /// <summary>Distinct states.</summary>
    public long Count => _partitions.Sum(partition => partition.States.Count);

    /// <summary>Bytes held.</summary>
    public long Bytes => _partitions.Sum(partition => partition.Bytes);

    public ref readonly TState this[uint id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _partitions[id >> StatePartition<TState>.IndexBits].States[id & IndexMask];
    }

    /// <summary>The state it was first reached from; <see cref="None"/> for an initial one.</summary>
    public uint Parent(uint id) => _partitions[id >> StatePartition<TState>.IndexBits].Parents[id & IndexMask];

    /// <summary>The partition of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PartitionOf(ulong hash) => (int)(hash >> (32 + StatePartition<TState>.IndexBits));

    /// <summary>An id of a partition's state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Id(int partition, long index) => ((uint)partition << StatePartition<TState>.IndexBits) | (uint)index;

    /// <summary>The partition of an id and the index there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Partition, uint Index) Split(uint id) => ((int)(id >> StatePartition<TState>.IndexBits), id & IndexMask);

    public void Dispose()
    {
        foreach (StatePartition<TState> partition in _partitions)
        {
            partition.Dispose();
        }
    }
}
