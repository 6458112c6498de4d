using System.Globalization;
using Conformance.Model.Protocol;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Counts everything again and compares it with the books (XS-045, XS-127).</summary>
internal sealed class InvariantChecker(NodeTree tree, DomainTable domains, WatchTable watches, IReadOnlyList<StoreConnection> connections)
{
    private readonly byte[] _path = new byte[Model.Protocol.XenStore.XsLimits.AbsolutePathMax];

    /// <summary>The first thing that is wrong, or null.</summary>
    public string? Check() => CheckTree() ?? CheckConnections() ?? CheckAccounts();

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string? CheckTree()
    {
        int count = 0;
        for (var node = tree.Root; node is not null; node = node.NextInSubtree(tree.Root))
        {
            count++;
            var path = node.CopyPath(_path);
            if (tree.Find(new StorePath(path)) != node)
            {
                return Say($"{Text(path)} is in its parent's list but is not found by its path.");
            }

            if (domains.Find(node.Permissions.Owner) is null)
            {
                return Say($"{Text(path)} is owned by domain {node.Permissions.Owner}, which does not exist.");
            }

            if (CountChildren(node) != node.ChildCount)
            {
                return Say($"{Text(path)} says that it has {node.ChildCount} children, and has {CountChildren(node)}.");
            }
        }

        return count == tree.Count ? null : Say($"{count} nodes hang in the tree, {tree.Count} are in its table.");
    }

    private string? CheckConnections()
    {
        int watchCount = 0;
        foreach (var connection in connections)
        {
            for (var watch = connection.Watches.First; watch is not null; watch = watch.NextOfOwner)
            {
                watchCount++;
                if (watches.Find(connection, new StorePath(watch.Point.Path), watch.Token) != watch)
                {
                    return Say($"A watch of {connection.Name} on {Text(watch.Point.Path)} is not found by path and token.");
                }
            }
        }

        return watchCount == watches.Count ? null : Say($"Clients have {watchCount} watches, {watches.Count} are in the table.");
    }

    private string? CheckAccounts()
    {
        var nodes = CountNodes();
        foreach (var record in domains.All)
        {
            var (nodeCount, nodeMemory) = nodes.GetValueOrDefault(record.Id);
            var counted = (nodeCount, nodeMemory, Recount(record));
            var booked = (record.Nodes, record.NodeMemory, (record.Watches, record.WatchMemory, record.Transactions, record.TransactionMemory));
            if (counted != booked)
            {
                return Say($"Domain {record.Id} has (nodes, bytes, (watches, bytes, transactions, bytes)) {counted}, its account says {booked}.");
            }
        }

        return null;
    }

    private Dictionary<DomainId, (int Count, long Memory)> CountNodes()
    {
        var counts = new Dictionary<DomainId, (int Count, long Memory)>();
        for (var node = tree.Root; node is not null; node = node.NextInSubtree(tree.Root))
        {
            var (count, memory) = counts.GetValueOrDefault(node.Permissions.Owner);
            counts[node.Permissions.Owner] = (count + 1, memory + node.ValueLength + node.Name.Length + node.Permissions.Charge);
        }

        return counts;
    }

    private (int Watches, long WatchMemory, int Transactions, long TransactionMemory) Recount(DomainRecord record)
    {
        int watchCount = 0;
        int transactions = 0;
        long watchMemory = 0;
        long transactionMemory = 0;
        foreach (var connection in connections.Where(connection => connection.Record == record))
        {
            for (var watch = connection.Watches.First; watch is not null; watch = watch.NextOfOwner)
            {
                watchCount++;
                watchMemory += watch.Charge;
            }

            transactions += connection.Transactions.Count;
            transactionMemory += connection.Transactions.Values.Sum(transaction => transaction.Charge);
        }

        return (watchCount, watchMemory, transactions, transactionMemory);
    }

    private static int CountChildren(Node node)
    {
        int count = 0;
        for (var child = node.FirstChild; child is not null; child = child.NextSibling)
        {
            count++;
        }

        return count;
    }

    private static string Text(ReadOnlySpan<byte> path) => System.Text.Encoding.ASCII.GetString(path);
}
