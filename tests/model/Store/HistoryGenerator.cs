using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

/// <summary>Small random histories: made by taking requests at random moments, then perhaps spoiled in one place.</summary>
internal sealed class HistoryGenerator(int seed)
{
    private static readonly string[] Paths = ["/a", "/a/b", "/c"];

    private readonly Random _random = new(seed);

    public StoreHistory Next()
    {
        var store = new StoreSpecification();
        var operations = new List<StoreOperation>();
        var deliveries = new List<StoreDelivery>();
        var open = new Dictionary<int, uint>();
        int count = _random.Next(3, 7);
        for (int i = 0; i < count; i++)
        {
            int client = _random.Next(1, 4);
            var request = Request(open.GetValueOrDefault(client));
            var outcomes = store.Outcomes(client, request, null).ToList();
            var outcome = outcomes[_random.Next(outcomes.Count)];
            long before = operations.LastOrDefault(operation => operation.Client == client)?.Returned ?? 0;
            long moment = 10 * (i + 1);
            operations.Add(new StoreOperation(client, request, outcome.Reply, Math.Max(before + 1, moment - _random.Next(25)), moment + _random.Next(9)));
            store = Deliver(outcome.Next, moment, deliveries);
            open[client] = request.Verb == StoreVerb.Start && outcome.Reply.Error == XsError.None ? uint.Parse(outcome.Reply.Text, CultureInfo.InvariantCulture)
                : request.Verb is StoreVerb.Commit or StoreVerb.Abort ? 0 : open.GetValueOrDefault(client);
        }

        var history = new StoreHistory(operations, deliveries, IsSettled: true);
        return _random.Next(2) == 0 ? history : Spoil(history);
    }

    /// <summary>Delivers one thing that may come now, or nothing.</summary>
    private static StoreSpecification Deliver(StoreSpecification store, long moment, List<StoreDelivery> deliveries)
    {
        if (store.Events.Required is { } owed && deliveries.Count < 3)
        {
            var delivery = new StoreDelivery(owed.Client, owed.Path, owed.Watch.Token, moment + 9);
            deliveries.Add(delivery);
            return store.After(store.Events.Received(delivery).First());
        }

        return store;
    }

    private StoreRequest Request(uint transaction)
    {
        string path = Paths[_random.Next(Paths.Length)];
        string value = _random.Next(2) == 0 ? "x" : "y";
        return _random.Next(12) switch
        {
            0 or 1 => new(StoreVerb.Read, path, "", transaction),
            2 => new(StoreVerb.Directory, path, "", transaction),
            3 or 4 or 5 => new(StoreVerb.Write, path, value, transaction),
            6 => new(StoreVerb.Mkdir, path, "", transaction),
            7 => new(StoreVerb.Rm, path, "", transaction),
            8 => new(StoreVerb.Watch, path, "t"),
            9 => new(StoreVerb.Unwatch, path, "t"),
            10 when transaction != 0 => new(StoreVerb.Commit, Transaction: transaction),
            _ => transaction == 0 ? new(StoreVerb.Start) : new(StoreVerb.Commit, Transaction: transaction),
        };
    }

    private StoreHistory Spoil(StoreHistory history)
    {
        int index = _random.Next(history.Operations.Count + history.Deliveries.Count);
        if (index >= history.Operations.Count)
        {
            var deliveries = history.Deliveries.ToList();
            deliveries.RemoveAt(index - history.Operations.Count);
            return history with { Deliveries = deliveries };
        }

        StoreReply?[] replies = [null, StoreReply.Ok, new(XsError.ENOENT), new(XsError.EAGAIN), new(XsError.None, "x"), new(XsError.None, "1")];
        var operations = history.Operations.ToList();
        bool isLast = operations.FindLastIndex(operation => operation.Client == operations[index].Client) == index;
        operations[index] = operations[index] with { Reply = replies[_random.Next(isLast ? 0 : 1, replies.Length)] };
        return history with { Operations = operations };
    }
}
