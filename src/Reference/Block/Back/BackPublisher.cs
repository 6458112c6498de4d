using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Writes what a back has to say, each group in one transaction, so that a front never sees half of it (NG-043), and only
/// while the directory is there (XB-007).
/// </summary>
internal sealed class BackPublisher(XenBusDevice device, BackSettings settings)
{
    private static readonly string[] Offers =
    [
        BlockNodes.MaxRingPages, BlockNodes.MaxRingPageOrder, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize,
        BlockNodes.MultiQueueMaxQueues, BlockNodes.FeatureMaxIndirectSegments, BlockNodes.FeaturePersistent, BlockNodes.FeatureBarrier,
        BlockNodes.FeatureFlushCache, BlockNodes.FeatureDiscard,
    ];

    /// <summary>All that sizes something at the front, before InitWait (NG-003).</summary>
    /// <returns>False when the directory is gone.</returns>
    internal ValueTask<bool> PublishLimitsAsync()
    {
        var nodes = new List<(string Name, string Value)>();
        if (settings.Limits is { } limits)
        {
            nodes.Add((BlockNodes.MaxRingPages, Text(limits.RingPages)));
            nodes.Add((BlockNodes.MaxRequests, Text(limits.Requests)));
            nodes.Add((BlockNodes.MaxRequestSegments, Text(limits.Segments)));
            nodes.Add((BlockNodes.MaxRequestSize, Text(limits.RequestBytes)));
        }
        else if (settings.KnowsLargeRings)
        {
            nodes.Add((BlockNodes.MaxRingPageOrder, Text((ulong)int.Log2(settings.RingPagesMax))));
            nodes.Add((BlockNodes.MaxRingPages, Text((ulong)settings.RingPagesMax)));
        }

        if (settings.QueuesMax > 1)
        {
            nodes.Add((BlockNodes.MultiQueueMaxQueues, Text((ulong)settings.QueuesMax)));
        }

        if (settings.IndirectSegmentsMax > 0)
        {
            nodes.Add((BlockNodes.FeatureMaxIndirectSegments, Text((ulong)settings.IndirectSegmentsMax)));
        }

        if (settings.PublishesFeaturesEarly)
        {
            AddFeatures(nodes);
        }

        return WriteAllAsync(nodes, Offers);
    }

    /// <summary>The medium, and the features that size nothing, before Connected (NG-005, NG-045).</summary>
    /// <param name="medium">The open medium.</param>
    /// <param name="hasDiscard">Whether discards are offered.</param>
    /// <returns>False when the directory is gone.</returns>
    internal ValueTask<bool> PublishMediumAsync(BackMedium medium, bool hasDiscard)
    {
        var storage = medium.Storage!;
        var nodes = new List<(string Name, string Value)>
        {
            (BlockNodes.Sectors, Text(storage.Size.Value)),
            (BlockNodes.SectorSize, Text(storage.SectorSize.Bytes)),
            (BlockNodes.PhysicalSectorSize, Text(storage.PhysicalSectorSize.Bytes)),
            (BlockNodes.Info, Text((ulong)medium.Flags)),
        };
        if (!settings.PublishesFeaturesEarly)
        {
            AddFeatures(nodes);
        }

        if (settings.OffersDiscard)
        {
            AddDiscard(nodes, storage, hasDiscard);
        }

        return WriteAllAsync(nodes);
    }

    /// <summary>
    /// A new size; the state is written again, unchanged, so that the front's watch fires (NG-036).
    /// </summary>
    /// <returns>False when the directory is gone.</returns>
    internal ValueTask<bool> PublishSizeAsync(SectorCount512 size) =>
        WriteAllAsync([(BlockNodes.Sectors, Text(size.Value)), ("state", Text((ulong)device.State))]);

    /// <summary>Whether the tool stack lets discards be offered (NG-028).</summary>
    internal async ValueTask<bool> MayDiscardAsync()
    {
        var text = await device.Domain.Store.FindAsync($"{device.Node}/{BlockNodes.DiscardEnable}");
        return text is null || NodeNumber.Read(text).IsEnabled;
    }

    private void AddFeatures(List<(string Name, string Value)> nodes)
    {
        if (settings.OffersBarrier)
        {
            nodes.Add((BlockNodes.FeatureBarrier, "1"));
        }

        if (settings.OffersFlush)
        {
            nodes.Add((BlockNodes.FeatureFlushCache, "1"));
        }

        if (settings.OffersPersistent)
        {
            nodes.Add((BlockNodes.FeaturePersistent, "1"));
        }
    }

    /// <summary>An offer that does not hold any more is taken back, and not left standing.</summary>
    private static void AddDiscard(List<(string Name, string Value)> nodes, IStorage storage, bool hasDiscard)
    {
        nodes.Add((BlockNodes.FeatureDiscard, hasDiscard ? "1" : "0"));
        if (hasDiscard)
        {
            nodes.Add((BlockNodes.DiscardGranularity, Text(storage.PhysicalSectorSize.Bytes)));
            nodes.Add((BlockNodes.DiscardAlignment, "0"));
            nodes.Add((BlockNodes.DiscardSecure, "0"));
        }
    }

    /// <summary>Writes nodes, and takes away those of <paramref name="outdated"/> that an earlier back left and this one does not write (XB-026).</summary>
    private ValueTask<bool> WriteAllAsync(IReadOnlyList<(string Name, string Value)> nodes, string[]? outdated = null) =>
        device.Domain.Store.InTransactionAsync(async transaction =>
        {
            if (device.IsGone || await device.Domain.Store.FindAsync($"{device.Node}/state", transaction) is null)
            {
                return false;
            }

            if (outdated is not null)
            {
                foreach (string name in (await device.Domain.Store.ListAsync(device.Node, transaction)).Intersect(outdated).Except(nodes.Select(node => node.Name)).ToArray())
                {
                    await device.Domain.Store.RemoveAsync($"{device.Node}/{name}", transaction);
                }
            }

            foreach (var (name, value) in nodes)
            {
                await device.Domain.Store.WriteAsync($"{device.Node}/{name}", Encoding.ASCII.GetBytes(value), transaction);
            }

            return true;
        });

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
