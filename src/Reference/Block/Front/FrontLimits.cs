using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Reference.Block.Front;

/// <summary>What sizes a connection: decided before anything is shared, and fixed until it ends.</summary>
/// <param name="RingPages">Pages of each ring.</param>
/// <param name="Naming">How their references are called.</param>
/// <param name="Queues">Rings.</param>
/// <param name="Requests">The most requests under way.</param>
/// <param name="Segments">The most segments of a request that is not indirect.</param>
/// <param name="RequestBytes">The most bytes of a request that is not indirect.</param>
/// <param name="IsTrusted">False to show the back nothing but what it is to read (NG-041).</param>
internal sealed record FrontLimits(
    int RingPages, RingRefNaming Naming, int Queues, int Requests, int Segments, int RequestBytes, bool IsTrusted)
{
    /// <summary>What every back takes (NG-007): also of a front that asks for nothing.</summary>
    public static FrontLimits Legacy(BlkifAbi abi, bool isTrusted) => new(
        1, RingRefNaming.Single, 1, (int)BlkifRing.Entries(1, abi), BlkifLimits.SegmentsInHeaderEntry,
        BlkifLimits.SegmentsInHeaderEntry * BlkifLimits.FrameSize, isTrusted);
}

/// <summary>
/// What a Connected back offers on top. A feature that turns out not to be supported is off for the rest of the
/// connection (NG-024, BF-013).
/// </summary>
internal sealed class FrontFeatures
{
    public bool HasBarrier { get; set; }

    public bool HasFlush { get; set; }

    public bool HasDiscard { get; set; }

    public bool HasSecureDiscard { get; set; }

    public DiscardGeometry Discard { get; set; }

    /// <summary>The most segments of an indirect request, or 0.</summary>
    public int IndirectSegments { get; set; }

    public bool IsPersistent { get; set; }

    /// <summary>Whether a barrier orders all writes: it orders those of its own ring.</summary>
    public bool CanOrder { get; set; }

    /// <summary>The request for an operation of a user; false when there is none in this connection (NG-026).</summary>
    public bool TryResolve(DiskIo io, out BlkifOperation operation)
    {
        operation = io.Operation switch
        {
            DiskOperation.Read => BlkifOperation.Read,
            DiskOperation.Write => BlkifOperation.Write,
            DiskOperation.OrderedWrite => BlkifOperation.WriteBarrier,
            DiskOperation.Flush => HasFlush ? BlkifOperation.FlushDiskCache : BlkifOperation.WriteBarrier,
            _ => BlkifOperation.Discard,
        };
        return operation switch
        {
            BlkifOperation.WriteBarrier => HasBarrier && (CanOrder || io.Operation == DiskOperation.Flush),
            BlkifOperation.Discard => HasDiscard && (HasSecureDiscard || !io.IsSecure),
            _ => true,
        };
    }

    /// <summary>The back does not do this after all.</summary>
    /// <returns>False when every back must.</returns>
    public bool TryTurnOff(BlkifOperation operation)
    {
        switch (operation)
        {
            case BlkifOperation.WriteBarrier:
                HasBarrier = false;
                return true;
            case BlkifOperation.FlushDiskCache:
                HasFlush = false;
                return true;
            case BlkifOperation.Discard:
                HasDiscard = false;
                return true;
            case BlkifOperation.Indirect:
                IndirectSegments = 0;
                return true;
            default:
                return false;
        }
    }
}
