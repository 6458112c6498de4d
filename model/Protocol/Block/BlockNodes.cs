namespace Conformance.Model.Protocol.Block;

/// <summary>
/// Names of the nodes in the directories of a block device's two ends (blkif.h; those of 2010 from NG-013). A name that
/// both ends use stands once.
/// </summary>
public static class BlockNodes
{
    /// <summary>Back, later scheme: binary logarithm of the most ring pages (NG-014).</summary>
    public const string MaxRingPageOrder = "max-ring-page-order";

    /// <summary>Back, 2010 and deprecated later scheme: the most ring pages (NG-013, NG-014).</summary>
    public const string MaxRingPages = "max-ring-pages";

    /// <summary>Front, later scheme: binary logarithm of the ring's pages (NG-014).</summary>
    public const string RingPageOrder = "ring-page-order";

    /// <summary>Front, deprecated later scheme: the ring's pages (NG-014).</summary>
    public const string NumRingPages = "num-ring-pages";

    /// <summary>Front, 2010: the ring's pages (NG-013).</summary>
    public const string RingPages = "ring-pages";

    /// <summary>Both ends, 2010: requests at once.</summary>
    public const string MaxRequests = "max-requests";

    /// <summary>Both ends, 2010: segments of a request.</summary>
    public const string MaxRequestSegments = "max-request-segments";

    /// <summary>Both ends, 2010: bytes of a request.</summary>
    public const string MaxRequestSize = "max-request-size";

    /// <summary>Front: the port; in a directory of its own for each of several queues.</summary>
    public const string EventChannel = "event-channel";

    /// <summary>Front: the only page's grant, and the stem of the names of several (<see cref="Negotiation.RingRefName"/>).</summary>
    public const string RingRef = "ring-ref";

    /// <summary>Front: the ABI (NG-021).</summary>
    public const string Protocol = "protocol";

    /// <summary>Front, from the tool stack: the number that says what device to be (NG-039).</summary>
    public const string VirtualDevice = "virtual-device";

    /// <summary>Front, from the tool stack: the same for wide numbers (NG-040).</summary>
    public const string VirtualDeviceExt = "virtual-device-ext";

    /// <summary>Front, from the tool stack: what kind of device, such as <c>disk</c>.</summary>
    public const string DeviceType = "device-type";

    /// <summary>Front, from the tool stack: 0 when the back-end is not trusted (NG-041).</summary>
    public const string Trusted = "trusted";

    /// <summary>Back: whether barriers are offered (NG-024).</summary>
    public const string FeatureBarrier = "feature-barrier";

    /// <summary>Back: whether flushes are offered (NG-024).</summary>
    public const string FeatureFlushCache = "feature-flush-cache";

    /// <summary>Back: whether discards are offered (NG-027).</summary>
    public const string FeatureDiscard = "feature-discard";

    /// <summary>Both ends: grants are kept mapped (NG-031).</summary>
    public const string FeaturePersistent = "feature-persistent";

    /// <summary>Back: the most segments of an indirect request (NG-029).</summary>
    public const string FeatureMaxIndirectSegments = "feature-max-indirect-segments";

    /// <summary>Front, obsolete; neither written nor acted on (NG-042).</summary>
    public const string FeatureLargeSectorSize = "feature-large-sector-size";

    /// <summary>Back, from the tool stack: 0 suppresses the offer of discards (NG-028).</summary>
    public const string DiscardEnable = "discard-enable";

    /// <summary>Back: bytes of a discardable extent.</summary>
    public const string DiscardGranularity = "discard-granularity";

    /// <summary>Back: bytes from the disk's start to its first discardable extent.</summary>
    public const string DiscardAlignment = "discard-alignment";

    /// <summary>Back: whether secure discards are offered.</summary>
    public const string DiscardSecure = "discard-secure";

    /// <summary>Back: the most queues (NG-032).</summary>
    public const string MultiQueueMaxQueues = "multi-queue-max-queues";

    /// <summary>Front: the queues in use (NG-032).</summary>
    public const string MultiQueueNumQueues = "multi-queue-num-queues";

    /// <summary>Front: stem of the name of a queue's directory, before its number from 0 on (NG-032).</summary>
    public const string QueueStem = "queue-";

    /// <summary>Back: the medium's size in sectors of 512 bytes (NG-035).</summary>
    public const string Sectors = "sectors";

    /// <summary>Back: bytes of a device sector (NG-033).</summary>
    public const string SectorSize = "sector-size";

    /// <summary>Back: bytes of a physical sector (NG-034).</summary>
    public const string PhysicalSectorSize = "physical-sector-size";

    /// <summary>Back: <see cref="VdiskFlags"/> as a number (BI-027).</summary>
    public const string Info = "info";

    /// <summary>Back, from the tool stack: <c>r</c> or <c>w</c> (NG-037).</summary>
    public const string Mode = "mode";
}
