using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>The back's end of the transmit ring: copies each frame out of the front's page and passes it on.</summary>
internal sealed class BackTransmit
{
    private readonly XenBusDevice _device;
    private readonly FrameHandler _forward;
    private readonly byte[] _request = new byte[NetifRing.TxEntrySize];
    private readonly byte[] _response = new byte[NetifTxResponse.Size];
    private readonly byte[] _frame = new byte[NetifRing.FrameMax];

    internal BackTransmit(XenBusDevice device, string name, FrameHandler forward)
    {
        _device = device;
        _forward = forward;
        Worker = new Worker(device.Domain.Fibers, $"{name} tx", ServeAsync);
    }

    internal Worker Worker { get; }

    internal BackRing Ring { get; set; } = null!;

    internal IEventChannel Channel { get; set; } = null!;

    /// <summary>Frames that went on.</summary>
    internal long Forwarded { get; private set; }

    /// <summary>Requests that were wrong.</summary>
    internal long Errors { get; private set; }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ServeAsync()
    {
        for (int left = await Ring.SampleRequestsAsync(); left > 0 && await Ring.ReadRequestAsync(_request); left--)
        {
            Ring.ConsumeRequest(1);
            var request = NetifTxRequest.Read(_request);
            if ((request.Flags & (NetifTxFlags.MoreData | NetifTxFlags.ExtraInfo)) != 0)
            {
                // What follows in the ring is no request of its own, and nothing was offered that would allow it.
                Ring.Detach();
                await _device.FailAsync(new DeviceFailure(Errno.EPROTO, $"expected frames in one request, got flags {(ushort)request.Flags:x}"));
                return false;
            }

            var status = await TakeAsync(request);
            new NetifTxResponse(request.Id, status).Write(_response);
            Ring.PutResponse(_response, 1);
            if (await Ring.PushResponsesAsync())
            {
                await Channel.NotifyAsync();
            }
        }

        if (Ring.Fault.Kind != RingFaultKind.None)
        {
            await _device.FailAsync(new DeviceFailure(Errno.EPROTO, $"transmit ring: {Ring.Fault}"));
        }

        return Ring.IsUsable && await Ring.FinalCheckForRequestsAsync();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<NetifStatus> TakeAsync(NetifTxRequest request)
    {
        if (request.Length < NetifRing.FrameMin || request.Offset + request.Length > NetifRing.FrameMax
            || await _device.Domain.Grants.CopyFromAsync(_device.Peer, request.Grant, request.Offset, _frame.AsMemory(0, request.Length)) != GrantStatus.Okay)
        {
            Errors++;
            return NetifStatus.Error;
        }

        Forwarded++;
        _forward(_frame.AsSpan(0, request.Length));
        return NetifStatus.Okay;
    }
}
