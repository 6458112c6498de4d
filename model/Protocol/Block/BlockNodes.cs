namespace Conformance.Model.Protocol.Block;

/// <summary>Names of the nodes of a block device in the store (blkif.h; the seed's header for those of 2010).</summary>
public static class BlockNodes
{
    /// <summary>Back: the medium as the tool stack names it.</summary>
    public const string Params = "params";

    /// <summary>Back: <c>w</c> or <c>r</c> (NG-037).</summary>
    public const string Mode = "mode";

    /// <summary>Back: what kind of medium the tool stack thinks it is; a hint only (BB-003).</summary>
    public const string Type = "type";

    /// <summary>Back: <c>disk</c> or <c>cdrom</c>.</summary>
    public const string DeviceType = "device-type";

    /// <summary>Back: the medium as major:minor in hexadecimal, once hot-plugged (NG-047).</summary>
    public const string PhysicalDevice = "physical-device";

    /// <summary>Back: the medium as a path, once hot-plugged (NG-047).</summary>
    public const string PhysicalDevicePath = "physical-device-path";

    /// <summary>Back: <c>connected</c> once the scripts are done, or <c>error</c> (NG-047, XB-041).</summary>
    public const string HotplugStatus = "hotplug-status";

    /// <summary>Back: why the attach failed, for the tool stack (XB-041).</summary>
    public const string HotplugError = "hotplug-error";

    /// <summary>Both: the virtual device number (NG-039).</summary>
    public const string VirtualDevice = "virtual-device";

    /// <summary>Both: the virtual device number when it is wide (NG-040).</summary>
    public const string VirtualDeviceExtended = "virtual-device-ext";

    /// <summary>Back: size of the medium in units of 512 bytes (NG-035).</summary>
    public const string Sectors = "sectors";

    /// <summary>Back: bytes of a logical sector (NG-033).</summary>
    public const string SectorSize = "sector-size";

    /// <summary>Back: bytes of a physical sector (NG-034).</summary>
    public const string PhysicalSectorSize = "physical-sector-size";

    /// <summary>Back: VDISK bits (BI-027).</summary>
    public const string Info = "info";

    /// <summary>Back: write barriers may be asked for (NG-024).</summary>
    public const string FeatureBarrier = "feature-barrier";

    /// <summary>Back: flushes may be asked for (NG-024).</summary>
    public const string FeatureFlushCache = "feature-flush-cache";

    /// <summary>Back: discards may be asked for (NG-027).</summary>
    public const string FeatureDiscard = "feature-discard";

    /// <summary>Back, by the tool stack: 0 suppresses the offer of discard (NG-028).</summary>
    public const string DiscardEnable = "discard-enable";

    /// <summary>Back: unit of discards in bytes (NG-027).</summary>
    public const string DiscardGranularity = "discard-granularity";

    /// <summary>Back: offset of the first unit of discards in bytes (NG-027).</summary>
    public const string DiscardAlignment = "discard-alignment";

    /// <summary>Back: discards may ask that nothing can be recovered (BI-026).</summary>
    public const string DiscardSecure = "discard-secure";

    /// <summary>Both: grants stay in use from request to request (NG-031).</summary>
    public const string FeaturePersistent = "feature-persistent";

    /// <summary>Back: the most segments of an indirect request (NG-029).</summary>
    public const string FeatureMaxIndirectSegments = "feature-max-indirect-segments";

    /// <summary>Back: the most ring pages, as a power of two (NG-014).</summary>
    public const string MaxRingPageOrder = "max-ring-page-order";

    /// <summary>Back: the most ring pages (NG-013; deprecated in NG-014).</summary>
    public const string MaxRingPages = "max-ring-pages";

    /// <summary>Back: the most queues (NG-032).</summary>
    public const string MultiQueueMaxQueues = "multi-queue-max-queues";

    /// <summary>Both, of 2010: the most requests under way (NG-013).</summary>
    public const string MaxRequests = "max-requests";

    /// <summary>Both, of 2010: the most segments of a request (NG-013).</summary>
    public const string MaxRequestSegments = "max-request-segments";

    /// <summary>Both, of 2010: the most bytes of a request (NG-013).</summary>
    public const string MaxRequestSize = "max-request-size";

    /// <summary>Front: the number of ring pages as a power of two (NG-014, NG-016).</summary>
    public const string RingPageOrder = "ring-page-order";

    /// <summary>Front: the number of ring pages (NG-014, deprecated).</summary>
    public const string NumRingPages = "num-ring-pages";

    /// <summary>Front, of 2010: the number of ring pages (NG-013).</summary>
    public const string RingPages = "ring-pages";

    /// <summary>Front: the reference of a ring page; further pages put their index behind it (NG-013, NG-014).</summary>
    public const string RingRef = "ring-ref";

    /// <summary>Front: the port for the back to bind.</summary>
    public const string EventChannel = "event-channel";

    /// <summary>Front: the layout of ring entries (BI-009, NG-021).</summary>
    public const string Protocol = "protocol";

    /// <summary>Front: how many queues it uses (NG-032).</summary>
    public const string MultiQueueNumQueues = "multi-queue-num-queues";

    /// <summary>Front: a queue's directory is this with its index behind it (NG-032).</summary>
    public const string QueuePrefix = "queue-";

    /// <summary>Front, by the tool stack: 0 when the back is not to be trusted (NG-041).</summary>
    public const string Trusted = "trusted";

    /// <summary>Obsolete: neither written nor acted on (NG-042).</summary>
    public const string FeatureLargeSectorSize = "feature-large-sector-size";
}
