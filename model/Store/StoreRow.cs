namespace Conformance.Model.Store;

/// <summary>What happens in a fixed order: the requests of one client, or the events that it received.</summary>
internal abstract class StoreRow
{
    /// <summary>How many there are.</summary>
    public abstract int Count { get; }

    /// <summary>The rows of a history.</summary>
    /// <exception cref="ArgumentException">A row is not in the order of its times.</exception>
    public static StoreRow[] Of(StoreHistory history)
    {
        StoreRow[] rows =
        [
            .. history.Operations.GroupBy(operation => operation.Client).OrderBy(group => group.Key).Select(group => new Requests([.. group])),
            .. history.Deliveries.GroupBy(delivery => delivery.Client).OrderBy(group => group.Key).Select(group => new Events([.. group])),
        ];
        foreach (var row in rows)
        {
            for (int i = 0; i < row.Count; i++)
            {
                if (row.Invoked(i) > row.Returned(i) || (i > 0 && (row.Returned(i) < row.Returned(i - 1) || row.Invoked(i) < row.Invoked(i - 1))))
                {
                    throw new ArgumentException($"expected a client's replies and events in the order of their times, got {row.InWords(i)} too early", nameof(history));
                }
            }
        }

        return rows;
    }

    /// <summary>When it can have taken effect at the earliest.</summary>
    public abstract long Invoked(int index);

    /// <summary>When it had taken effect at the latest.</summary>
    public abstract long Returned(int index);

    /// <summary>The stores after it, for each way in which it is allowed.</summary>
    public abstract IEnumerable<StoreSpecification> Nexts(int index, StoreSpecification store, bool allowsSpurious);

    /// <summary>How often an event is still to be received, from an index on.</summary>
    public virtual int Awaits(int from, StoreOwed owed) => 0;

    /// <summary>It, in words.</summary>
    public abstract string InWords(int index);

    /// <summary>Why it cannot come now.</summary>
    public abstract string WhyNot(int index, StoreSpecification store);

    private sealed class Requests(IReadOnlyList<StoreOperation> operations) : StoreRow
    {
        public override int Count => operations.Count;

        public override long Invoked(int index) => operations[index].Invoked;

        public override long Returned(int index) => operations[index].Reply is null ? long.MaxValue : operations[index].Returned;

        public override IEnumerable<StoreSpecification> Nexts(int index, StoreSpecification store, bool allowsSpurious)
        {
            var (client, request, reply, _, _) = operations[index];
            return store.Outcomes(client, request, reply).Where(outcome => reply is null || outcome.Reply == reply).Select(outcome => outcome.Next);
        }

        public override string InWords(int index) => operations[index].ToString();

        public override string WhyNot(int index, StoreSpecification store)
        {
            var (client, request, reply, _, _) = operations[index];
            var allowed = store.Outcomes(client, request, reply).Select(outcome => outcome.Reply.ToString()).Distinct();
            return $"{InWords(index)}; allowed was {string.Join(" or ", allowed)}";
        }
    }

    private sealed class Events(IReadOnlyList<StoreDelivery> deliveries) : StoreRow
    {
        public override int Count => deliveries.Count;

        public override long Invoked(int index) => long.MinValue;

        public override long Returned(int index) => deliveries[index].Received;

        public override IEnumerable<StoreSpecification> Nexts(int index, StoreSpecification store, bool allowsSpurious)
        {
            var received = store.Events.Received(deliveries[index]).Select(events => store.After(events));
            return allowsSpurious ? received.Append(store) : received;
        }

        public override int Awaits(int from, StoreOwed owed) => deliveries.Skip(from)
            .Count(delivery => delivery.Client == owed.Client && delivery.Path == owed.Path && delivery.Token == owed.Watch.Token);

        public override string InWords(int index) => deliveries[index].ToString();

        public override string WhyNot(int index, StoreSpecification store) =>
            store.Events.Required is { } owed && owed.Client == deliveries[index].Client
                ? $"{InWords(index)}; nothing allowed it, and {owed.Path} \"{owed.Watch.Token}\" was due first"
                : $"{InWords(index)}; nothing caused it";
    }
}
