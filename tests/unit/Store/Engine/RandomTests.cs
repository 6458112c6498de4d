using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>Long random runs: the accounts stay exact, and the tree agrees with a plain dictionary of paths.</summary>
public class RandomTests
{
    private static readonly string[] Names = ["a", "b", "c", "dd"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Clause", "XS-127")]
    [Trait("Clause", "XS-045")]
    public void Accounts_StayExact_ThroughEverythingThatCanHappen(int seed)
    {
        var random = new Random(seed);
        using var store = new Store();
        var clients = new Dictionary<int, Client> { [0] = store.Control };
        var open = new List<(int Who, uint Tx)>();
        for (int step = 0; step < 6000; step++)
        {
            int who = random.Next(4);
            if (!clients.TryGetValue(who, out var client))
            {
                clients[who] = store.Guest((ushort)who);
                store.Control.Ask(XsMessageType.SetQuota, $"{who}\0nodes\0" + "12\0");
                continue;
            }

            uint tx = 0;
            int mine = random.Next(3) == 0 ? open.FindIndex(entry => entry.Who == who) : -1;
            if (mine >= 0)
            {
                tx = open[mine].Tx;
            }

            Step(random, store, clients, open, client, who, tx);
            client.Events();
            if (step % 50 == 0)
            {
                string? wrong = store.Engine.CheckInvariants();
                Assert.True(wrong is null, $"seed {seed}, step {step}: {wrong}");
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 5)]
    public void Tree_AgreesWithAPlainDictionary(int seed, int changesPerCommit)
    {
        var random = new Random(seed);
        using var store = new Store();
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["/"] = "" };
        for (int round = 0; round < 1500; round++)
        {
            uint tx = changesPerCommit == 0 ? 0 : store.Control.Begin();
            for (int i = 0; i < Math.Max(1, changesPerCommit); i++)
            {
                Change(random, store.Control, expected, tx);
                string probe = RandomPath(random);
                Assert.Equal(expected.GetValueOrDefault(probe, "ENOENT"), store.Control.Read(probe, tx));
            }

            if (tx != 0)
            {
                Assert.Equal("OK", store.Control.Commit(tx));
            }

            if (round % 25 == 0)
            {
                Compare(store.Control, expected, $"seed {seed}, round {round}");
            }
        }
    }

    private static void Change(Random random, Client client, SortedDictionary<string, string> expected, uint tx)
    {
        string path = RandomPath(random);
        string parent = Parent(path);
        if (random.Next(3) == 0)
        {
            Assert.Equal(expected.ContainsKey(path) || expected.ContainsKey(parent) ? "OK" : "ENOENT", client.Rm(path, tx));
            foreach (string gone in expected.Keys.Where(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
            {
                expected.Remove(gone);
            }

            return;
        }

        string value = random.Next(100).ToString();
        Assert.Equal("OK", client.Write(path, value, tx));
        for (; parent != "/"; parent = Parent(parent))
        {
            expected.TryAdd(parent, "");
        }

        expected[path] = value;
    }

    private static void Compare(Client client, SortedDictionary<string, string> expected, string where)
    {
        foreach (var (path, value) in expected)
        {
            Assert.True(client.Read(path) == value, $"{where}: {path}");
            var children = expected.Keys.Where(key => key != "/" && Parent(key) == path).Select(key => key[(key.LastIndexOf('/') + 1)..]);
            Assert.Equal(children.Order(), client.Directory(path).Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash && slash > 0 ? path[..slash] : "/";

    private static string RandomPath(Random random)
    {
        string path = "";
        int levels = random.Next(1, 5);
        for (int i = 0; i < levels; i++)
        {
            path += "/" + Names[random.Next(Names.Length)];
        }

        return path;
    }

    private static void Step(
        Random random, Store store, Dictionary<int, Client> clients, List<(int Who, uint Tx)> open, Client client, int who, uint tx)
    {
        string path = $"/local/domain/{random.Next(1, 4)}{RandomPath(random)}";
        switch (random.Next(14))
        {
            case 0 or 1 or 2 or 3:
                client.Write(path, new string('v', random.Next(40)), tx);
                break;
            case 4:
                client.Mkdir(path, tx);
                break;
            case 5 or 6:
                client.Rm(path, tx);
                break;
            case 7:
                client.SetPerms(path, $"{"nrwb"[random.Next(4)]}{(random.Next(2) == 0 ? who : random.Next(4))} b{random.Next(4)}", tx);
                break;
            case 8:
                client.Directory(path, tx);
                break;
            case 9:
                client.Watch(path, "t" + random.Next(3));
                break;
            case 10 when tx == 0 && open.Count(entry => entry.Who == who) < 3:
                open.Add((who, client.Begin()));
                break;
            case 11 when tx != 0:
                client.Ask(XsMessageType.TransactionEnd, random.Next(4) == 0 ? "F\0" : "T\0", tx);
                open.Remove((who, tx));
                break;
            case 12 when random.Next(10) == 0:
                client.Ask(XsMessageType.ResetWatches, "\0", tx);
                open.RemoveAll(entry => entry.Who == who);
                break;
            case 13 when who != 0 && random.Next(10) == 0:
                store.Host.End((ushort)who);
                store.Engine.DomainsChanged();
                clients.Remove(who);
                open.RemoveAll(entry => entry.Who == who);
                break;
            default:
                client.Read(path, tx);
                break;
        }
    }
}
