using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>Serves one guest's ring on the loop: a turn when its doorbell rang or the engine has something for it.</summary>
internal sealed class RingClient : LoopTask, IDisposable
{
    private const int RequestsPerTurn = 64;

    private readonly EventLoop _loop;
    private readonly GuestRing _ring;
    private readonly CancellationTokenSource _ended = new();
    private bool _serving;
    private bool _again;

    internal RingClient(EventLoop loop, GuestRing ring, IEventLine line)
    {
        _loop = loop;
        _ring = ring;
        Line = line;
    }

    internal IEventLine Line { get; }

    /// <summary>Begins to serve. A failure below the ring ends the loop, since it can be no guest's doing.</summary>
    internal void Start(bool startEmpty) => _loop.Watch(PumpAsync(startEmpty));

    internal override void Turn()
    {
        if (_serving)
        {
            _again = true;
        }
        else if (!_ended.IsCancellationRequested)
        {
            _loop.Watch(ServeAsync());
        }
    }

    public void Dispose()
    {
        _ring.End();
        _ended.Cancel();
        _ended.Dispose();
    }

    private async ValueTask PumpAsync(bool startEmpty)
    {
        _serving = true;
        await _ring.AttachAsync(startEmpty);
        _serving = false;
        var ended = _ended.Token;
        while (!ended.IsCancellationRequested)
        {
            _loop.Note(this);
            try
            {
                await Line.WaitAsync(ended);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask ServeAsync()
    {
        _serving = true;
        bool more = await _ring.ServeAsync(RequestsPerTurn);
        _serving = false;
        if (more || _again)
        {
            _again = false;
            _loop.Note(this);
        }
    }
}
