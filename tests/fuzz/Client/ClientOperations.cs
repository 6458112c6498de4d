using Conformance.Model.Protocol;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Fuzz.Client;

/// <summary>Everything that a client can be asked to do, by number.</summary>
internal static class ClientOperations
{
    private static readonly Func<StoreClient, StoreWatch, Task>[] All =
    [
        (client, _) => client.ReadAsync("/a").AsTask(),
        (client, _) => client.WriteAsync("/a", new byte[10]).AsTask(),
        (client, _) => client.MakeDirectoryAsync("/a").AsTask(),
        (client, _) => client.RemoveAsync("/a").AsTask(),
        (client, _) => client.ListAsync("/a").AsTask(),
        (client, _) => client.GetPermissionsAsync("/a").AsTask(),
        (client, _) => client.SetPermissionsAsync("/a", [new(DomainId.Zero, 0)]).AsTask(),
        (client, _) => client.InTransactionAsync(transaction => client.WriteTextAsync("/a", $"1", transaction)).AsTask(),
        (client, _) => client.RemoveTreeAsync("/a").AsTask(),
        (client, watch) => client.WatchAsync(watch).AsTask(),
        (client, watch) => client.UnwatchAsync(watch).AsTask(),
        (client, _) => client.ExistsAsync("/a").AsTask(),
        (client, _) => client.ReadOptionalAsync("/a").AsTask(),
        (client, _) => client.ScanAsync("/a", 5).AsTask(),
        (client, _) => client.GatherAsync("/a", ["x"], ["y"]).AsTask(),
        (client, _) => client.IsIntroducedAsync(new DomainId(1)).AsTask(),
        (client, _) => client.GetDomainPathAsync(new DomainId(1)).AsTask(),
        (client, _) => client.GetFeaturesAsync().AsTask(),
        (client, _) => client.ListQuotasAsync().AsTask(),
        (client, _) => client.GetQuotaAsync("nodes").AsTask(),
        (client, _) => client.ControlAsync(["help"]).AsTask(),
        (client, _) => client.ResetStaleWatchesAsync().AsTask(),
        (client, _) => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.ReadAsync("/a").AsTask())),
    ];

    public static int Count => All.Length;

    public static Task RunAsync(int number, StoreClient client, StoreWatch watch) => All[number](client, watch);
}
