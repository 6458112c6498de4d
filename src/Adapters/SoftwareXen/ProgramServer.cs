using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>The hypervisor's socket: takes the connections of preloaded programs.</summary>
internal sealed class ProgramServer : IAsyncDisposable
{
    private readonly SoftwareHypervisor _hypervisor;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _listeners = new();
    private readonly ConcurrentDictionary<ProgramConnection, Task> _connections = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private long _lastHandle;

    public ProgramServer(SoftwareHypervisor hypervisor, string path)
    {
        _hypervisor = hypervisor;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public ConcurrentDictionary<long, EventHandle> Handles { get; } = new();

    public Task WaitForListenerAsync(string path, CancellationToken cancellation) =>
        Listener(path).Task.WaitAsync(cancellation);

    public void Listening(string path) => Listener(path).TrySetResult();

    public EventHandle OpenHandle(Socket socket)
    {
        EventHandle handle = new(Interlocked.Increment(ref _lastHandle), socket);
        Handles[handle.Number] = handle;
        return handle;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        _ending.Dispose();
    }

    private TaskCompletionSource Listener(string path) =>
        _listeners.GetOrAdd(path, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
                ProgramConnection connection = new(_hypervisor, this, socket);
                _connections[connection] = Task.CompletedTask;
                _connections[connection] = ServeAsync(connection);
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
        await connection.ServeAsync(_ending.Token).ConfigureAwait(false);
        _connections.TryRemove(connection, out _);
    }
}
