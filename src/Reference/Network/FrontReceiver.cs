using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>The front's end of the receive ring: all its pages lie ready for the back, but for those being read.</summary>
internal sealed class FrontReceiver
{
    private readonly Func<DeviceFailure, ValueTask> _fail;
    private readonly FrameHandler _received;
    private readonly byte[] _response = new byte[NetifRing.RxEntrySize];
    private readonly byte[] _request = new byte[NetifRing.RxEntrySize];
    private readonly byte[] _frame = new byte[NetifRing.FrameMax];
    private bool _isFilled;

    internal FrontReceiver(IDomain domain, DomainId peer, string name, int slots, FrameHandler received, Func<DeviceFailure, ValueTask> fail)
    {
        _fail = fail;
        _received = received;
        Slots = new FrameSlots(domain, peer, slots);
        Worker = new Worker(domain.Fibers, $"{name} rx", ReceiveAsync);
    }

    internal FrameSlots Slots { get; }

    internal Worker Worker { get; }

    internal FrontRing Ring { get; set; } = null!;

    internal IEventChannel Channel { get; set; } = null!;

    /// <summary>Responses without a frame.</summary>
    internal long Errors { get; private set; }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync()
    {
        if (!_isFilled)
        {
            _isFilled = true;
            for (int i = 0; i < Slots.Count; i++)
            {
                Lend(i);
            }
        }

        for (int left = await Ring.SampleResponsesAsync(); left > 0 && await Ring.ReadResponseAsync(_response); left--)
        {
            Ring.ConsumeResponse(1);
            var response = NetifRxResponse.Read(_response);
            if (!IsRight(response))
            {
                Ring.Detach();
                await _fail(new DeviceFailure(Errno.EPROTO, $"expected a frame in one piece inside a page that lies ready, got {response}"));
                return false;
            }

            Slots.IsLent[response.Id] = false;
            await TakeAsync(response);
            Lend(response.Id);
        }

        if (Ring.Fault.Kind != RingFaultKind.None)
        {
            await _fail(new DeviceFailure(Errno.EPROTO, $"receive ring: {Ring.Fault}"));
        }

        if (!Ring.IsUsable)
        {
            return false;
        }

        if (await Ring.PushRequestsAsync())
        {
            await Channel.NotifyAsync();
        }

        return await Ring.FinalCheckForResponsesAsync();
    }

    private bool IsRight(NetifRxResponse response) =>
        response.Id < Slots.Count && Slots.IsLent[response.Id]
        && (response.Flags & (NetifRxFlags.MoreData | NetifRxFlags.ExtraInfo)) == 0
        && response.Offset + Math.Max((int)response.Status, 0) <= NetifRing.FrameMax;

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask TakeAsync(NetifRxResponse response)
    {
        if (response.Status < NetifRing.FrameMin)
        {
            Errors++;
            return;
        }

        var frame = _frame.AsMemory(0, response.Status);
        await Slots.Page(response.Id).CopyOutAsync(response.Offset, frame);
        _received(frame.Span);
    }

    private void Lend(int slot)
    {
        if (Ring.IsUsable)
        {
            Slots.IsLent[slot] = true;
            new NetifRxRequest((ushort)slot, Slots.Reference(slot)).Write(_request);
            Ring.PutRequest(_request);
        }
    }
}
