using System.Numerics;
using Conformance.Model.Protocol.Rings;

namespace Conformance.Reference.Block.Rings;

/// <summary>What the two directions of one end of a ring have in common: the memory, its geometry, and whether it is still used.</summary>
internal sealed class RingCore
{
    public RingCore(RingMemory memory, int entrySize, int entriesMax)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Memory = memory;
        EntrySize = entrySize;
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 1);
        Entries = Math.Min(SharedRing.Entries(memory.Pages, entrySize), 1u << BitOperations.Log2((uint)entriesMax));
    }

    public RingMemory Memory { get; }

    /// <summary>A power of two.</summary>
    public uint Entries { get; }

    public int EntrySize { get; }

    public RingFault Fault { get; private set; }

    /// <summary>False as soon as the ring is halted or detached; every step is preceded by a look at it (RG-037).</summary>
    public bool IsUsable { get; private set; } = true;

    public int Slot(uint index) => (int)(index & (Entries - 1));

    public int OffsetOf(uint index) => SharedRing.EntryOffset(index, Entries, EntrySize);

    /// <summary>Stops for good; the first fault is the one that is told.</summary>
    public void Halt(RingFault fault)
    {
        if (IsUsable)
        {
            IsUsable = false;
            Fault = fault;
        }
    }

    public void Detach() => IsUsable = false;
}
