using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Benchmarks.Store;

/// <summary>One row of the table: what each client does, and how often.</summary>
/// <param name="Name">As the table says it.</param>
/// <param name="Clients">How many at once, each on a thread.</param>
/// <param name="Operations">How many operations each client does in one measurement.</param>
/// <param name="Prepare">Runs before the measurement on a connection of its own.</param>
/// <param name="Run">Does <c>Operations</c> operations on one client with that number.</param>
internal sealed record Workload(
    string Name,
    int Clients,
    int Operations,
    Action<LoadClient> Prepare,
    Action<LoadClient, int, int> Run)
{
    private const int Batch = 32;

    private static readonly int[] ClientCounts = [1, 16];
    private static readonly int[] BatchSizes = [1, Batch];

    /// <summary>All rows, in the table's order.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        .. Each("read", 20_000, WriteOwnNode, (client, operations, own, batch) =>
        {
            byte[] path = Path(own, "value");
            Batched(client, operations, batch, () => client.Add(XsMessageType.Read, path));
        }),
        .. Each("write", 20_000, WriteOwnNode, (client, operations, own, batch) =>
        {
            byte[] payload = WriteOf(own, "value", "0123456789abcdef");
            Batched(client, operations, batch, () => client.Add(XsMessageType.Write, payload));
        }),
        .. Each("mkdir + rm", 10_000, WriteOwnNode, (client, operations, own, batch) =>
        {
            byte[] path = Path(own, "made");
            Batched(client, operations, batch, () =>
            {
                client.Add(XsMessageType.Mkdir, path);
                client.Add(XsMessageType.Rm, path);
            });
        }),
        .. Transactions(),
        .. Each("directory of 1,000", 2_000, Populate, (client, operations, _, batch) =>
        {
            byte[] path = Strings("/bench/children");
            Batched(client, operations, batch, () => client.Add(XsMessageType.Directory, path));
        }),
        Watches("1,000 watches, one write fires all", distinctTokens: true),
        Watches("1,000 watches, one write fires one", distinctTokens: false),
        Nodes("create 50,000 nodes", remove: false),
        Nodes("remove 50,000 nodes", remove: true),
    ];

    private static IEnumerable<Workload> Each(string name, int operations, Action<LoadClient> prepare, Action<LoadClient, int, int, int> run) =>
        from clients in ClientCounts
        from batch in BatchSizes
        select new Workload(
            $"{name}, {Count(clients)}{(batch == 1 ? "" : $", {batch} pipelined")}",
            clients,
            Math.Max(operations / clients * (batch == 1 ? 1 : 2), batch) / batch * batch,
            prepare,
            (client, count, own) => run(client, count, own, batch));

    private static IEnumerable<Workload> Transactions() =>
        from clients in ClientCounts
        select new Workload($"transaction of 3 writes, {Count(clients)}", clients, 4_000 / clients, WriteOwnNode, (client, operations, own) =>
        {
            byte[][] writes = [WriteOf(own, "a", "0123456789abcdef"), WriteOf(own, "b", "0123456789abcdef"), WriteOf(own, "c", "0123456789abcdef")];
            for (int i = 0; i < operations; i++)
            {
                uint id = uint.Parse(Encoding.ASCII.GetString(client.Request(XsMessageType.TransactionStart, "\0"u8)).TrimEnd('\0'), CultureInfo.InvariantCulture);
                foreach (byte[] write in writes)
                {
                    _ = client.Request(XsMessageType.Write, write, id);
                }

                _ = client.Request(XsMessageType.TransactionEnd, "T\0"u8, id);
            }
        });

    private static Workload Watches(string name, bool distinctTokens) => new(name, 1, distinctTokens ? 40 : 10_000, WriteOwnNode, (client, operations, own) =>
    {
        for (int i = 0; i < 1_000; i++)
        {
            client.Add(XsMessageType.Watch, distinctTokens ? [.. Path(own, "value"), .. Strings($"t{i}")] : [.. Strings($"/bench/other/{i}"), .. Strings("t")]);
        }

        if (!distinctTokens)
        {
            client.Add(XsMessageType.Watch, [.. Path(own, "value"), .. Strings("t")]);
        }

        client.Flush();
        byte[] change = WriteOf(own, "value", "x");
        long registered = distinctTokens ? 1_000 : 1_001;
        client.AwaitEvents(registered);
        for (int i = 1; i <= operations; i++)
        {
            _ = client.Request(XsMessageType.Write, change);
            client.AwaitEvents(registered + (i * (registered - (distinctTokens ? 0 : 1_000))));
        }
    });

    private static Workload Nodes(string name, bool remove) => new(name, 1, 50_000,
        client =>
        {
            if (remove)
            {
                CreateMany(client, 50_000);
            }
        },
        (client, operations, _) =>
        {
            if (remove)
            {
                for (int directory = 0; directory < operations / 1_000; directory++)
                {
                    client.Add(XsMessageType.Rm, Strings($"/bench/many/{directory}"));
                }

                client.Flush();
            }
            else
            {
                CreateMany(client, operations);
            }
        });

    /// <summary>Creates that many nodes, a thousand a directory.</summary>
    public static void CreateMany(LoadClient client, int nodes) =>
        Batched(client, nodes, Batch, index => client.Add(XsMessageType.Write, [.. Strings($"/bench/many/{index / 1_000}/{index % 1_000}"), .. "value"u8]));

    private static void WriteOwnNode(LoadClient client)
    {
        for (int own = 0; own < 16; own++)
        {
            _ = client.Request(XsMessageType.Write, WriteOf(own, "value", "0123456789abcdef"));
        }
    }

    private static void Populate(LoadClient client) =>
        Batched(client, 1_000, Batch, index => client.Add(XsMessageType.Mkdir, Strings($"/bench/children/{index:000}")));

    private static void Batched(LoadClient client, int operations, int batch, Action add) => Batched(client, operations, batch, _ => add());

    private static void Batched(LoadClient client, int operations, int batch, Action<int> add)
    {
        for (int index = 0; index < operations; index++)
        {
            add(index);
            if ((index + 1) % batch == 0 || index + 1 == operations)
            {
                client.Flush();
            }
        }
    }

    private static string Count(int clients) => clients == 1 ? "1 client" : $"{clients} clients";

    private static byte[] Path(int own, string leaf) => Strings($"/bench/{own}/{leaf}");

    private static byte[] WriteOf(int own, string leaf, string value) => [.. Path(own, leaf), .. Encoding.ASCII.GetBytes(value)];

    private static byte[] Strings(string text) => Encoding.ASCII.GetBytes(text + '\0');
}
