using Conformance.Reference.XenStore.Daemon.Interop;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>Takes new clients from the listening socket.</summary>
internal sealed class SocketListener : IReadinessHandler
{
    private const int ClientsPerTurn = 16;

    private readonly EventLoop _loop;
    private readonly StoreEngine _engine;
    private readonly int _descriptor;
    private readonly int _key;
    private readonly HashSet<SocketClient> _clients = [];
    private bool _paused;

    internal SocketListener(EventLoop loop, StoreEngine engine, int descriptor)
    {
        _loop = loop;
        _engine = engine;
        _descriptor = descriptor;
        _key = loop.Add(descriptor, this, Readiness.Input);
    }

    public void OnReady(Readiness readiness)
    {
        for (int i = 0; i < ClientsPerTurn; i++)
        {
            var outcome = ServerSocket.Accept(_descriptor, out int client);
            if (outcome == SocketOutcome.OutOfDescriptors)
            {
                // The waiting client would keep the descriptor ready and the loop spinning.
                _paused = true;
                _loop.Change(_descriptor, _key, Readiness.None);
            }

            if (outcome != SocketOutcome.Done)
            {
                return;
            }

            _clients.Add(new SocketClient(_loop, _engine, client, OnClosed));
        }
    }

    /// <summary>Takes clients again after the descriptors ran out.</summary>
    internal void Retry()
    {
        if (_paused)
        {
            _paused = false;
            _loop.Change(_descriptor, _key, Readiness.Input);
        }
    }

    /// <summary>Ends the service of every client.</summary>
    internal void CloseClients()
    {
        foreach (var client in _clients.ToArray())
        {
            client.Close();
        }
    }

    private void OnClosed(SocketClient client)
    {
        _clients.Remove(client);
        Retry();
    }
}
