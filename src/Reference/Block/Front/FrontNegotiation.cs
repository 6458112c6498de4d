using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Reads what the back and the tool stack published and decides what to use. Every number is judged before it is used:
/// one that nothing can be made of ends the attach (NG-050), and never an arithmetic fault.
/// </summary>
internal sealed class FrontNegotiation(XenBusDevice device, FrontSettings settings)
{
    private readonly IStoreClient _store = device.Domain.Store;

    /// <summary>The device's own number, which requests carry (BF-001, BF-033).</summary>
    public async ValueTask<ushort> ReadHandleAsync()
    {
        var number = await ReadAsync($"{device.Node}/{BlockNodes.VirtualDevice}");
        number = number.IsAbsent ? await ReadAsync($"{device.Node}/{BlockNodes.VirtualDeviceExtended}") : number;
        return number.TryGet(out ulong value) && VirtualDevice.TryDecode((uint)value, out _)
            ? (ushort)value
            : throw new DeviceFailure(number.IsAbsent ? Errno.ENOENT : Errno.EINVAL, $"expected {BlockNodes.VirtualDevice} to be a device number, got {(number.IsAbsent ? "none" : "something else")}");
    }

    /// <summary>Whether the tool stack trusts the back (NG-041).</summary>
    public async ValueTask<bool> ReadTrustAsync()
    {
        var trusted = await ReadAsync($"{device.Node}/{BlockNodes.Trusted}");
        return trusted.IsAbsent || trusted.IsEnabled;
    }

    /// <summary>What sizes the connection, from what the back published before its InitWait (NG-003).</summary>
    public async ValueTask<FrontLimits> ReadLimitsAsync(bool isTrusted) => settings.Profile switch
    {
        BlockProfile.Mainline => await ReadMainlineAsync(isTrusted),
        BlockProfile.Seed2010 => await ReadSeedAsync(isTrusted),
        _ => FrontLimits.Legacy(settings.Abi, isTrusted),
    };

    /// <summary>The medium and the features, once the back is Connected (NG-005, NG-045): all from one state of the store (NG-043).</summary>
    public ValueTask<(MediumInfo Medium, FrontFeatures Features)> ReadMediumAsync(FrontLimits limits) =>
        _store.InTransactionAsync(async transaction =>
        {
            var fault = MediumInfo.Read(
                await ReadPeerAsync(BlockNodes.Sectors, transaction, ulong.MaxValue),
                await ReadPeerAsync(BlockNodes.SectorSize, transaction),
                await ReadPeerAsync(BlockNodes.PhysicalSectorSize, transaction),
                await ReadPeerAsync(BlockNodes.Info, transaction),
                out var medium);
            Refuse(fault);
            var features = settings.Profile == BlockProfile.Mainline
                ? await ReadFeaturesAsync(medium.SectorSize, limits, transaction)
                : await ReadOldFeaturesAsync(limits, transaction);
            int largest = Math.Max(features.IndirectSegments * BlkifLimits.FrameSize, Math.Min(limits.RequestBytes, limits.Segments * BlkifLimits.FrameSize));
            return medium.SectorSize.Bytes <= largest
                ? (medium, features)
                : throw new DeviceFailure(Errno.EINVAL, $"expected {BlockNodes.SectorSize} to fit in a request of {largest} bytes, got {medium.SectorSize}");
        });

    /// <summary>The size alone, as when the back says that it changed (NG-036); null when it makes no sense.</summary>
    public async ValueTask<SectorCount512?> ReadSizeAsync() =>
        (await ReadPeerAsync(BlockNodes.Sectors, default, ulong.MaxValue)).TryGet(out ulong sectors) && new SectorCount512(sectors).TryToBytes(out _)
            ? new SectorCount512(sectors)
            : null;

    private async ValueTask<FrontLimits> ReadMainlineAsync(bool isTrusted)
    {
        var order = await ReadPeerAsync(BlockNodes.MaxRingPageOrder);
        var pages = await ReadPeerAsync(BlockNodes.MaxRingPages);
        var requests = await ReadPeerAsync(BlockNodes.MaxRequests);
        var queues = await ReadPeerAsync(BlockNodes.MultiQueueMaxQueues);
        if (pages.TryGet(out ulong count) && count == 0)
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected {BlockNodes.MaxRingPages} to be 1 or more, got 0");
        }

        // A back of 2010 gives the number of pages as well, but knows nothing of ring-page-order and its names (NG-015).
        bool isSeed = order.IsAbsent && !requests.IsAbsent;
        int ringPages = 1 << RingPageOrder.Largest(order, isSeed ? NodeNumber.Absent : pages, Math.Clamp(settings.RingPageOrder, 0, RingPageOrder.Maximum));
        return FrontLimits.Legacy(settings.Abi, isTrusted) with
        {
            RingPages = ringPages,
            Naming = ringPages == 1 ? RingRefNaming.Single : RingRefNaming.Numbered,
            Queues = QueueCount.AtFront(queues, settings.Queues),
            Requests = int.MaxValue,
        };
    }

    private async ValueTask<FrontLimits> ReadSeedAsync(bool isTrusted)
    {
        var published = new PublishedLimits(
            await ReadPeerAsync(BlockNodes.MaxRingPages),
            await ReadPeerAsync(BlockNodes.MaxRequests),
            await ReadPeerAsync(BlockNodes.MaxRequestSegments),
            await ReadPeerAsync(BlockNodes.MaxRequestSize));
        Refuse(published.DecideAtFront(settings.Limits, out var effective));
        return new FrontLimits(
            (int)effective.RingPages,
            effective.RingPages == 1 ? RingRefNaming.Single : RingRefNaming.Seed2010,
            1,
            (int)Math.Min(effective.Requests, int.MaxValue),
            (int)Math.Min(effective.Segments, BlkifLimits.SegmentsOf2010Request),
            (int)Math.Min(effective.RequestBytes, int.MaxValue),
            isTrusted);
    }

    private async ValueTask<FrontFeatures> ReadFeaturesAsync(DeviceSectorSize sectorSize, FrontLimits limits, StoreTransaction transaction)
    {
        var features = await ReadOldFeaturesAsync(limits, transaction);
        bool isSane = DiscardGeometry.TryRead(
            await ReadPeerAsync(BlockNodes.DiscardGranularity, transaction),
            await ReadPeerAsync(BlockNodes.DiscardAlignment, transaction),
            sectorSize,
            out var discard);
        features.Discard = discard;
        features.HasDiscard = isSane && (await ReadPeerAsync(BlockNodes.FeatureDiscard, transaction)).IsEnabled;
        features.HasSecureDiscard = (await ReadPeerAsync(BlockNodes.DiscardSecure, transaction)).IsEnabled;
        features.IsPersistent = settings.IsPersistent && (await ReadPeerAsync(BlockNodes.FeaturePersistent, transaction)).IsEnabled;
        features.IndirectSegments = IndirectSegments.Effective(
            await ReadPeerAsync(BlockNodes.FeatureMaxIndirectSegments, transaction), settings.IndirectSegments);
        return features;
    }

    private async ValueTask<FrontFeatures> ReadOldFeaturesAsync(FrontLimits limits, StoreTransaction transaction) => new()
    {
        HasBarrier = (await ReadPeerAsync(BlockNodes.FeatureBarrier, transaction)).IsEnabled,
        HasFlush = (await ReadPeerAsync(BlockNodes.FeatureFlushCache, transaction)).IsEnabled,
        CanOrder = limits.Queues == 1,
    };

    private ValueTask<NodeNumber> ReadPeerAsync(string name, StoreTransaction transaction = default, ulong maximum = uint.MaxValue) =>
        ReadAsync($"{device.PeerNode}/{name}", transaction, maximum);

    private async ValueTask<NodeNumber> ReadAsync(string path, StoreTransaction transaction = default, ulong maximum = uint.MaxValue) =>
        await _store.FindAsync(path, transaction) is { } value ? NodeNumber.Read(value, maximum) : NodeNumber.Absent;

    private static void Refuse(NegotiationFault fault)
    {
        if (fault.IsFault)
        {
            throw new DeviceFailure(Errno.EINVAL, fault.ToString());
        }
    }
}
