namespace Conformance.Reference.Block.Front;

/// <summary>
/// Why a queue issues nothing. Each reason is set and cleared by itself: the last one to go restarts the queue (BF-016).
/// </summary>
[Flags]
internal enum StopReasons
{
    /// <summary>It issues.</summary>
    None = 0,

    /// <summary>The back is not Connected (XB-052).</summary>
    NotConnected = 1,

    /// <summary>The ring has too few free entries.</summary>
    RingFull = 2,

    /// <summary>All ids are in use.</summary>
    NoRequest = 4,

    /// <summary>Too few references are free.</summary>
    NoGrants = 8,

    /// <summary>The pool has no page and the domain neither.</summary>
    NoPages = 16,

    /// <summary>The domain is about to be suspended (RS-001).</summary>
    Suspended = 32,

    /// <summary>The system has failed and writes its last through <see cref="BlockDisk.DumpWriteAsync"/> (BF-019).</summary>
    Dumping = 64,
}
