namespace Conformance.Model.Protocol.Block;

/// <summary>What a request asks (BI-010; blkif.h). A peer may send any other byte.</summary>
public enum BlkifOperation : byte
{
    /// <summary>From the disk into the segments.</summary>
    Read = 0,

    /// <summary>From the segments to the disk.</summary>
    Write = 1,

    /// <summary>A write that all writes before it precede and all writes after it follow (BI-022).</summary>
    WriteBarrier = 2,

    /// <summary>Makes all completed writes durable (BI-023).</summary>
    FlushDiskCache = 3,

    /// <summary>Reserved for packets of one distribution; never sent here.</summary>
    Reserved = 4,

    /// <summary>The sectors' content is no longer needed.</summary>
    Discard = 5,

    /// <summary>A read or write whose segments lie in pages of their own (BI-007).</summary>
    Indirect = 6,
}
