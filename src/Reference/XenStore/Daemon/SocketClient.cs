using Conformance.Reference.XenStore.Daemon.Interop;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>
/// One client on the daemon's socket. A turn takes at most one buffer of bytes and a fixed number of requests, and
/// sends all their output at once. While the client does not read, or the engine refuses, nothing is taken from it.
/// </summary>
internal sealed class SocketClient : LoopTask, IReadinessHandler
{
    private const int BufferSize = 16 * 1024;
    private const int RequestsPerTurn = 64;

    private readonly EventLoop _loop;
    private readonly StoreEngine _engine;
    private readonly StoreConnection _connection;
    private readonly Action<SocketClient> _onClosed;
    private readonly int _descriptor;
    private readonly int _key;
    private readonly MessageBuffer _input = new(BufferSize);
    private Readiness _wanted = Readiness.Input;
    private bool _outputBlocked;
    private bool _inTurn;
    private bool _closed;

    internal SocketClient(EventLoop loop, StoreEngine engine, int descriptor, Action<SocketClient> onClosed)
    {
        _loop = loop;
        _engine = engine;
        _descriptor = descriptor;
        _onClosed = onClosed;
        _connection = engine.Connect();
        _connection.Transport = this;
        _key = loop.Add(descriptor, this, _wanted);
    }

    private bool TakesRequests => !_outputBlocked && _connection.AcceptsRequests;

    public void OnReady(Readiness readiness)
    {
        if ((readiness & Readiness.Output) != 0)
        {
            _outputBlocked = false;
        }

        bool gone = (readiness & (Readiness.HangUp | Readiness.Error)) != 0;
        if (gone && !TakesRequests)
        {
            Close();
            return;
        }

        RunTurn(readable: gone || (readiness & Readiness.Input) != 0);
    }

    internal override void Turn() => RunTurn(readable: false);

    /// <summary>There is output, or requests are taken again.</summary>
    internal void Wake()
    {
        if (!_inTurn)
        {
            _loop.Note(this);
        }
    }

    internal void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _loop.Remove(_key);
            ServerSocket.Close(_descriptor);
            _engine.Close(_connection);
            _onClosed(this);
        }
    }

    private void RunTurn(bool readable)
    {
        if (!_connection.IsServed)
        {
            Close();
        }

        if (_closed)
        {
            return;
        }

        _inTurn = true;
        Flush();
        bool ended = readable && TakesRequests && !Receive();
        Process(ended ? int.MaxValue : RequestsPerTurn);
        Flush();
        _inTurn = false;
        if (ended || !_connection.IsServed || _input.Status == MessageStatus.Oversized)
        {
            Close();
        }

        if (_closed)
        {
            return;
        }

        Want();
        if (TakesRequests && _input.Status == MessageStatus.Whole)
        {
            _loop.Note(this);
        }
    }

    /// <summary>Takes what has come, once; false when the client has ended its stream.</summary>
    private bool Receive()
    {
        var free = _input.Free.Span;
        if (free.IsEmpty)
        {
            return true;
        }

        var outcome = ServerSocket.Receive(_descriptor, free, out int count);
        _input.Filled(count);
        return outcome != SocketOutcome.Gone;
    }

    private void Process(int maximum)
    {
        for (; maximum > 0 && TakesRequests; maximum--)
        {
            if (_input.TryTake(out var header, out var payload) != MessageStatus.Whole)
            {
                return;
            }

            _engine.Process(_connection, in header, payload);
        }
    }

    private void Flush()
    {
        while (!_outputBlocked && !_closed)
        {
            var output = _connection.PeekOutput().Span;
            if (output.IsEmpty)
            {
                return;
            }

            var outcome = ServerSocket.Send(_descriptor, output, out int count);
            if (outcome == SocketOutcome.Gone)
            {
                Close();
                return;
            }

            _connection.ConsumeOutput(count);
            _outputBlocked = outcome == SocketOutcome.WouldBlock;
        }
    }

    private void Want()
    {
        var wanted = (TakesRequests ? Readiness.Input : Readiness.None) | (_outputBlocked ? Readiness.Output : Readiness.None);
        if (wanted != _wanted)
        {
            _wanted = wanted;
            _loop.Change(_descriptor, _key, wanted);
        }
    }
}
