using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>
/// The back's end of the receive ring: frames wait here for a page of the front's, and are copied into it. Responses come
/// in the order of the requests, and so lie in the same places of the ring, as fronts rely on.
/// </summary>
internal sealed class BackReceive : IFramePort
{
    private readonly XenBusDevice _device;
    private readonly Queue<(byte[] Bytes, int Length)> _waiting = [];
    private readonly Stack<byte[]> _spare = [];
    private readonly byte[] _request = new byte[NetifRing.RxEntrySize];
    private readonly byte[] _response = new byte[NetifRing.RxEntrySize];

    internal BackReceive(XenBusDevice device, string name, int slots)
    {
        _device = device;
        for (int i = 0; i < slots; i++)
        {
            _spare.Push(new byte[NetifRing.FrameMax]);
        }

        Worker = new Worker(device.Domain.Fibers, $"{name} rx", ServeAsync);
    }

    internal Worker Worker { get; }

    internal BackRing Ring { get; set; } = null!;

    internal IEventChannel Channel { get; set; } = null!;

    /// <summary>Frames for which there was no room.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Pages of the front's that could not be written.</summary>
    internal long Errors { get; private set; }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > NetifRing.FrameMax || !_spare.TryPop(out byte[]? bytes))
        {
            Dropped++;
            return;
        }

        frame.CopyTo(bytes);
        _waiting.Enqueue((bytes, frame.Length));
        Worker.Wake();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ServeAsync()
    {
        if (_waiting.Count == 0)
        {
            return false;
        }

        if (await Ring.SampleRequestsAsync() > 0 && await Ring.ReadRequestAsync(_request))
        {
            Ring.ConsumeRequest(1);
            await GiveAsync(NetifRxRequest.Read(_request));
            return true;
        }

        if (Ring.Fault.Kind != RingFaultKind.None)
        {
            await _device.FailAsync(new DeviceFailure(Errno.EPROTO, $"receive ring: {Ring.Fault}"));
        }

        return Ring.IsUsable && await Ring.FinalCheckForRequestsAsync();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask GiveAsync(NetifRxRequest request)
    {
        var (bytes, length) = _waiting.Dequeue();
        var status = await _device.Domain.Grants.CopyToAsync(_device.Peer, request.Grant, 0, bytes.AsMemory(0, length));
        _spare.Push(bytes);
        Errors += status == GrantStatus.Okay ? 0 : 1;
        new NetifRxResponse(request.Id, 0, NetifRxFlags.None, status == GrantStatus.Okay ? (short)length : (short)NetifStatus.Error).Write(_response);
        Ring.PutResponse(_response, 1);
        if (await Ring.PushResponsesAsync())
        {
            await Channel.NotifyAsync();
        }
    }
}
