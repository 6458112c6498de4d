using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>The front's end of the transmit ring: one page for each frame under way.</summary>
internal sealed class FrontTransmitter
{
    private readonly FiberScope _fibers;
    private readonly Func<DeviceFailure, ValueTask> _fail;
    private readonly Stack<int> _free = [];
    private readonly Queue<Signal> _waiting = [];
    private readonly byte[] _response = new byte[NetifRing.TxEntrySize];
    private readonly byte[] _request = new byte[NetifRing.TxEntrySize];
    private Signal? _quiet;
    private int _sending;
    private bool _isClosed;

    internal FrontTransmitter(IDomain domain, DomainId peer, string name, int slots, Func<DeviceFailure, ValueTask> fail)
    {
        _fibers = domain.Fibers;
        _fail = fail;
        Slots = new FrameSlots(domain, peer, slots);
        for (int i = slots - 1; i >= 0; i--)
        {
            _free.Push(i);
        }

        Worker = new Worker(_fibers, $"{name} tx", TakeResponsesAsync);
    }

    internal FrameSlots Slots { get; }

    internal Worker Worker { get; }

    internal FrontRing Ring { get; set; } = null!;

    internal IEventChannel Channel { get; set; } = null!;

    /// <summary>Frames that the back did not send, by its own account.</summary>
    internal long Refused { get; private set; }

    /// <summary>Sends one frame when there is room for it.</summary>
    /// <returns>False when the link is closed before that.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    internal async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frame)
    {
        int slot;
        while (Worker.IsStopped || !_free.TryPop(out slot))
        {
            if (_isClosed)
            {
                return false;
            }

            var room = _fibers.CreateSignal("room in the transmit ring");
            _waiting.Enqueue(room);
            await _fibers.WaitAsync(room);
        }

        _sending++;
        await Slots.Page(slot).CopyInAsync(0, frame);
        bool isSent = Ring.IsUsable;
        if (isSent)
        {
            Slots.IsLent[slot] = true;
            new NetifTxRequest(Slots.Reference(slot), 0, NetifTxFlags.None, (ushort)slot, (ushort)frame.Length).Write(_request);
            Ring.PutRequest(_request);
            if (await Ring.PushRequestsAsync())
            {
                await Channel.NotifyAsync();
            }
        }

        if (--_sending == 0)
        {
            _quiet?.Set();
        }

        return isSent;
    }

    internal void Start()
    {
        Worker.Start();
        WakeSenders();
    }

    /// <summary>Lets nothing be under way in this end; who sends waits.</summary>
    internal async ValueTask StopAsync()
    {
        await Worker.StopAsync();
        while (_sending > 0)
        {
            _quiet = _fibers.CreateSignal("senders to end");
            await _fibers.WaitAsync(_quiet);
        }
    }

    /// <summary>Nothing is sent any more, and nobody waits.</summary>
    internal void Close()
    {
        _isClosed = true;
        WakeSenders();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> TakeResponsesAsync()
    {
        for (int left = await Ring.SampleResponsesAsync(); left > 0 && await Ring.ReadResponseAsync(_response); left--)
        {
            Ring.ConsumeResponse(1);
            var response = NetifTxResponse.Read(_response);
            if (response.Id >= Slots.Count || !Slots.IsLent[response.Id])
            {
                Ring.Detach();
                await _fail(new DeviceFailure(Errno.EPROTO, $"expected a transmit response to a frame under way, got one to {response.Id}"));
                return false;
            }

            Slots.IsLent[response.Id] = false;
            _free.Push(response.Id);
            Refused += response.Status == NetifStatus.Okay ? 0 : 1;
        }

        WakeSenders();
        if (Ring.Fault.Kind != RingFaultKind.None)
        {
            await _fail(new DeviceFailure(Errno.EPROTO, $"transmit ring: {Ring.Fault}"));
        }

        return Ring.IsUsable && await Ring.FinalCheckForResponsesAsync();
    }

    private void WakeSenders()
    {
        while (_waiting.TryDequeue(out var signal))
        {
            signal.Set();
        }
    }
}
