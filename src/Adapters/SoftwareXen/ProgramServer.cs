using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>The hypervisor's socket: takes the connections of preloaded programs.</summary>
internal sealed class ProgramServer : IAsyncDisposable
{
    private readonly SoftwareHypervisor hypervisor;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> listeners = new();
    private readonly ConcurrentDictionary<ProgramConnection, Task> connections = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private long lastHandle;
    private int ended;

    public ProgramServer(SoftwareHypervisor hypervisor, string path)
    {
        this.hypervisor = hypervisor;
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        accepting = AcceptAsync();
    }

    public ConcurrentDictionary<long, EventHandle> Handles { get; } = new();

    public Task WaitForListenerAsync(string path, CancellationToken cancellation) =>
        Listener(path).Task.WaitAsync(cancellation);

    public void Listening(string path) => Listener(path).TrySetResult();

    public EventHandle OpenHandle(Socket socket)
    {
        EventHandle handle = new(Interlocked.Increment(ref lastHandle), socket);
        Handles[handle.Number] = handle;
        return handle;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections.Values);
        ending.Dispose();
    }

    private TaskCompletionSource Listener(string path) =>
        listeners.GetOrAdd(path, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(ending.Token);
                ProgramConnection connection = new(hypervisor, this, socket);
                connections[connection] = Task.CompletedTask;
                connections[connection] = ServeAsync(connection);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener was closed: no program connects from now on.
        }
    }

    private async Task ServeAsync(ProgramConnection connection)
    {
        // A connection that ends at once must not remove itself before it was put into the table.
        await Task.Yield();
        await connection.ServeAsync(ending.Token);
        connections.TryRemove(connection, out _);
    }
}
