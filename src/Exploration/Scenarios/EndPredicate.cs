using Conformance.Exploration.Engine;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>A predicate on the state in which a run ended, judged by what is really there.</summary>
/// <param name="Name">Its name, such as <c>Connected</c>.</param>
/// <param name="JudgeAsync">Looks at the world at rest, reading the store through the given client; null when it holds.</param>
public sealed record EndPredicate(string Name, Func<PairWorld, IStoreClient, ValueTask<Breach?>> JudgeAsync)
{
    /// <summary>Both ends 4, the ring mapped once a page, one channel, the disk announced, no error.</summary>
    public static readonly EndPredicate Connected = new(nameof(Connected), ConnectedAsync);

    private static async ValueTask<Breach?> ConnectedAsync(PairWorld world, IStoreClient store)
    {
        string front = await store.ReadOptionalAsync($"{world.Disk.FrontNode}/state") ?? "nothing";
        string back = await store.ReadOptionalAsync($"{world.Disk.BackNode}/state") ?? "nothing";
        if (front != "4" || back != "4")
        {
            return new Breach("Connected", $"expected both states 4, got front {front} and back {back}");
        }

        return null;
    }
}
