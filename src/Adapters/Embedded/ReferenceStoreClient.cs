using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>The reference client as the suite drives it.</summary>
internal sealed class ReferenceStoreClient : IClientUnderTest
{
    private readonly StoreClient client;
    private StoreWire wire;

    private ReferenceStoreClient(StoreWire wire, IStoreTransport transport)
    {
        this.wire = wire;
        client = new StoreClient(transport);
    }

    public static async ValueTask<IClientUnderTest> AttachAsync(StoreWire wire, bool afterCrash, CancellationToken cancellation) =>
        new ReferenceStoreClient(wire, await OpenAsync(wire, afterCrash, cancellation));

    public Task<byte[]> ReadAsync(string path, CancellationToken cancellation) =>
        client.ReadAsync(path, cancellation: cancellation).AsTask();

    public Task WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        client.WriteAsync(path, value, cancellation: cancellation).AsTask();

    public async Task<int> ReadInt32Async(string path, int defaultValue, CancellationToken cancellation) =>
        (await client.ScanAsync(path, defaultValue, cancellation: cancellation)).Value;

    public async Task<long> ReadInt64Async(string path, long defaultValue, CancellationToken cancellation) =>
        (await client.ScanAsync(path, defaultValue, cancellation: cancellation)).Value;

    public Task<IReadOnlyDictionary<string, string>> GatherAsync(
        string directory, IReadOnlyList<string> required, IReadOnlyList<string> optional, CancellationToken cancellation) =>
        client.GatherAsync(directory, required, optional, cancellation: cancellation).AsTask();

    public Task TransactAsync(Func<IClientTransaction, Task> body, CancellationToken cancellation) =>
        client.InTransactionAsync(async open => await body(new Transaction(client, open)), cancellation).AsTask();

    public async Task<IClientWatch> WatchAsync(string path, Func<string, Task> callback, CancellationToken cancellation)
    {
        var watch = new StoreWatch(path, async changed => await callback(changed));
        await client.WatchAsync(watch, cancellation);
        return new Watch(client, watch);
    }

    public Task SuspendAsync(CancellationToken cancellation) => client.SuspendAsync(cancellation);

    public void CancelSuspend() => client.CancelSuspend();

    public Task ResumeAsync(StoreWire wire, CancellationToken cancellation)
    {
        this.wire = wire;
        return client.ResumeAsync(stop => OpenAsync(wire, afterCrash: false, stop), cancellation);
    }

    public Task<bool> ResetStaleWatchesAsync(CancellationToken cancellation) =>
        client.ResetStaleWatchesAsync(cancellation).AsTask();

    /// <summary>Nobody may use a ring while it is reset, and watches are gone then: the same as for a suspend.</summary>
    public async Task<bool> ReconnectAsync(CancellationToken cancellation)
    {
        if (wire is not StoreWire.Ring ring)
        {
            return false;
        }

        await client.SuspendAsync(cancellation);
        bool isReset = false;
        await client.ResumeAsync(
            async stop =>
            {
                var transport = await RingTransport.AttachAsync(ring.Page, ring.Line, cancellation: stop);
                isReset = await transport.ReconnectAsync(stop);
                return transport;
            },
            cancellation);
        return isReset;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static async ValueTask<IStoreTransport> OpenAsync(StoreWire wire, bool afterCrash, CancellationToken cancellation) => wire switch
    {
        StoreWire.Ring ring => await RingTransport.AttachAsync(ring.Page, ring.Line, keepResponses: afterCrash, cancellation),
        StoreWire.Stream stream => stream.Transport,
        _ => throw new ArgumentException($"expected a stream or a ring, got {wire}", nameof(wire)),
    };

    private sealed class Transaction(StoreClient client, StoreTransaction open) : IClientTransaction
    {
        public Task<byte[]> ReadAsync(string path) => client.ReadAsync(path, open).AsTask();

        public Task WriteAsync(string path, ReadOnlyMemory<byte> value) => client.WriteAsync(path, value, open).AsTask();
    }

    private sealed class Watch(StoreClient client, StoreWatch watch) : IClientWatch
    {
        public Task RemoveAsync(CancellationToken cancellation) => client.UnwatchAsync(watch, cancellation).AsTask();
    }
}
