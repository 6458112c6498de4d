namespace Conformance.Reference.Block.Back;

/// <summary>
/// What a device did, over all its connections. It belongs to the device and not to a ring, so a reader never meets one
/// that is gone (BB-030).
/// </summary>
public sealed class BackStatistics
{
    /// <summary>Connections made.</summary>
    public long Connections { get; internal set; }

    /// <summary>Read requests, indirect ones included.</summary>
    public long Reads { get; internal set; }

    /// <summary>Write requests, indirect ones included.</summary>
    public long Writes { get; internal set; }

    /// <summary>Write barriers.</summary>
    public long Barriers { get; internal set; }

    /// <summary>Flushes.</summary>
    public long Flushes { get; internal set; }

    /// <summary>Discards.</summary>
    public long Discards { get; internal set; }

    /// <summary>Sectors of 512 bytes read.</summary>
    public ulong SectorsRead { get; internal set; }

    /// <summary>Sectors of 512 bytes written.</summary>
    public ulong SectorsWritten { get; internal set; }

    /// <summary>Requests that were answered with an error before anything was done (BB-009).</summary>
    public long Rejected { get; internal set; }

    /// <summary>Requests that failed while they were done.</summary>
    public long Failed { get; internal set; }

    /// <summary>How often all request structures were in use (BB-020).</summary>
    public long Shortages { get; internal set; }

    /// <summary>How often a queue let others go first (BB-022).</summary>
    public long Yields { get; internal set; }

    /// <summary>Grants that could not be mapped or copied from.</summary>
    public long MapFailures { get; internal set; }

    /// <summary>Mappings whose removal the hypervisor complained about (BB-012).</summary>
    public long UnmapFailures { get; internal set; }

    /// <summary>Rings that were halted because the front broke the rules (RG-015).</summary>
    public long RingsHalted { get; internal set; }

    /// <summary>Requests that found their grant mapped already (BB-032).</summary>
    public long PersistentHits { get; internal set; }
}
