namespace Conformance.Model.Ring;

/// <summary>What two processors may see of each other's loads and stores.</summary>
public enum MemoryModel
{
    /// <summary>Every store is seen by both at once.</summary>
    SequentialConsistency,

    /// <summary>
    /// Total store order (x86): each processor has a queue of stores that drains in order; it sees its own at once. A full
    /// barrier waits until the queue is empty.
    /// </summary>
    TotalStoreOrder,

    /// <summary>
    /// Weaker than any of today's processors in what matters to a ring. Stores to different places drain in any order,
    /// except across a write barrier. A load may have been performed early: it gives any value that its place has had since
    /// the processor's last read barrier, or since its own last access there, whichever came later. At most
    /// <see cref="RingMemory.Window"/> old values of a place are remembered. A load is not delayed past a later store of
    /// the same processor: each response depends on what its request says, and hardware keeps that order.
    /// </summary>
    Relaxed,
}
