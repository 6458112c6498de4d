using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Writes what a front decided into its directory, before it says so with its state (NG-004), and takes away what an
/// earlier connection left there (NG-019).
/// </summary>
internal static class FrontPublication
{
    private static readonly string[] Names =
    [
        BlockNodes.RingPageOrder, BlockNodes.NumRingPages, BlockNodes.RingPages, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments,
        BlockNodes.MaxRequestSize, BlockNodes.EventChannel, BlockNodes.Protocol, BlockNodes.MultiQueueNumQueues, BlockNodes.FeaturePersistent,
    ];

    /// <summary>Publishes a connection's resources.</summary>
    /// <returns>False when the own directory is gone: nothing is written then (XB-007).</returns>
    public static ValueTask<bool> PublishAsync(XenBusDevice device, FrontSettings settings, FrontConnection connection)
    {
        var nodes = Describe(settings, connection);
        var store = device.Domain.Store;
        return settings.PublishesInTransaction
            ? store.InTransactionAsync(transaction => WriteAsync(store, device.Node, nodes, transaction))
            : WriteAsync(store, device.Node, nodes, default);
    }

    private static async ValueTask<bool> WriteAsync(IStoreClient store, string directory, List<(string Name, string Value)> nodes, StoreTransaction transaction)
    {
        if (await store.FindAsync($"{directory}/state", transaction) is null)
        {
            return false;
        }

        var kept = nodes.Select(node => node.Name.Split('/')[0]).ToHashSet();
        foreach (string name in await store.ListAsync(directory, transaction))
        {
            if (IsOwn(name) && (!kept.Contains(name) || name.StartsWith(BlockNodes.QueuePrefix, StringComparison.Ordinal)))
            {
                await store.RemoveAsync($"{directory}/{name}", transaction);
            }
        }

        foreach (var (name, value) in nodes)
        {
            await store.WriteAsync($"{directory}/{name}", Encoding.ASCII.GetBytes(value), transaction);
        }

        return true;
    }

    private static bool IsOwn(string name) =>
        Names.Contains(name)
        || name.StartsWith(BlockNodes.QueuePrefix, StringComparison.Ordinal)
        || name.StartsWith(BlockNodes.RingRef, StringComparison.Ordinal);

    private static List<(string Name, string Value)> Describe(FrontSettings settings, FrontConnection connection)
    {
        var limits = connection.Limits;
        var nodes = new List<(string Name, string Value)> { (BlockNodes.Protocol, settings.Abi.NodeValue()) };
        if (settings.Profile == BlockProfile.Seed2010)
        {
            nodes.Add((BlockNodes.RingPages, Text(limits.RingPages)));
            nodes.Add((BlockNodes.MaxRequests, Text(limits.Requests)));
            nodes.Add((BlockNodes.MaxRequestSegments, Text(limits.Segments)));
            nodes.Add((BlockNodes.MaxRequestSize, Text(limits.RequestBytes)));
        }
        else if (limits.RingPages > 1)
        {
            nodes.Add((BlockNodes.RingPageOrder, Text(int.Log2(limits.RingPages))));
        }

        if (settings.IsPersistent)
        {
            nodes.Add((BlockNodes.FeaturePersistent, "1"));
        }

        if (limits.Queues > 1)
        {
            nodes.Add((BlockNodes.MultiQueueNumQueues, Text(limits.Queues)));
        }

        foreach (var queue in connection.Queues)
        {
            string prefix = limits.Queues > 1 ? $"{BlockNodes.QueuePrefix}{Text(queue.Index)}/" : string.Empty;
            DescribeQueue(nodes, queue, prefix);
        }

        return nodes;
    }

    private static void DescribeQueue(List<(string Name, string Value)> nodes, FrontQueue queue, string prefix)
    {
        Span<byte> name = stackalloc byte[RingRefName.LengthMax];
        for (int page = 0; page < queue.References.Length; page++)
        {
            if (queue.References[page].IsValid)
            {
                int length = RingRefName.Write(queue.Limits.Naming, page, name);
                nodes.Add((prefix + Encoding.ASCII.GetString(name[..length]), queue.References[page].ToString()));
            }
        }

        if (queue.Port is { } port)
        {
            nodes.Add((prefix + BlockNodes.EventChannel, port.ToString()));
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
