using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>One connection of a network front: two rings, their ports and pages. Taken down at every stage of being made.</summary>
internal sealed class FrontLink
{
    private readonly XenBusDevice _device;
    private readonly string _name;
    private readonly List<IEventChannel> _channels = [];
    private readonly FrameSlots _rings;

    internal FrontLink(XenBusDevice device, NetSettings settings, FrameHandler received)
    {
        _device = device;
        _name = $"netfront {device.Name}";
        _rings = new FrameSlots(device.Domain, device.Peer, 2);
        Transmitter = new FrontTransmitter(device.Domain, device.Peer, _name, settings.Slots, device.FailAsync);
        Receiver = new FrontReceiver(device.Domain, device.Peer, _name, settings.Slots, received, device.FailAsync);
    }

    internal FrontTransmitter Transmitter { get; }

    internal FrontReceiver Receiver { get; }

    /// <summary>Whether rings and ports are there: a front that left one out has nothing to work with.</summary>
    internal bool IsWhole => Transmitter.Ring is not null && _channels.Count > 0;

    /// <summary>Makes rings and the pages for frames, and grants them.</summary>
    internal async ValueTask MakeRingsAsync()
    {
        await _rings.AllocateAsync();
        Transmitter.Ring = new FrontRing(new RingMemory(_rings.Page(0)), NetifRing.TxEntrySize);
        Receiver.Ring = new FrontRing(new RingMemory(_rings.Page(1)), NetifRing.RxEntrySize);
        await Transmitter.Ring.InitialiseAsync();
        await Receiver.Ring.InitialiseAsync();
        await _rings.GrantAsync(GrantAccess.ReadWrite);
        await Transmitter.Slots.AllocateAsync();
        await Transmitter.Slots.GrantAsync(GrantAccess.ReadOnly);
        await Receiver.Slots.AllocateAsync();
        await Receiver.Slots.GrantAsync(GrantAccess.ReadWrite);
    }

    /// <summary>Makes the ports.</summary>
    /// <param name="isSplit">Whether each ring has a port of its own.</param>
    internal async ValueTask MakePortsAsync(bool isSplit)
    {
        Transmitter.Channel = await AllocateAsync();
        Receiver.Channel = isSplit ? await AllocateAsync() : Transmitter.Channel;
        if (isSplit)
        {
            Worker.Listen(_device.Domain.Fibers, $"{_name} port tx", Transmitter.Channel, Transmitter.Worker);
            Worker.Listen(_device.Domain.Fibers, $"{_name} port rx", Receiver.Channel, Receiver.Worker);
        }
        else
        {
            Worker.Listen(_device.Domain.Fibers, $"{_name} port", Transmitter.Channel, Transmitter.Worker, Receiver.Worker);
        }
    }

    /// <summary>Tells the back; false when the own directory is gone.</summary>
    internal ValueTask<bool> PublishAsync()
    {
        bool isSplit = _channels.Count > 1;
        return LinkNodes.TryPublishAsync(_device,
        [
            (NetworkNodes.TxRingRef, ReferenceOf(0)),
            (NetworkNodes.RxRingRef, ReferenceOf(1)),
            (NetworkNodes.EventChannel, isSplit || _channels.Count == 0 ? null : $"{_channels[0].Port}"),
            (NetworkNodes.EventChannelTx, isSplit ? $"{_channels[0].Port}" : null),
            (NetworkNodes.EventChannelRx, isSplit ? $"{_channels[1].Port}" : null),
            (NetworkNodes.RequestRxCopy, "1"),
            (NetworkNodes.FeatureRxNotify, "1"),
            (NetworkNodes.FeatureScatterGather, "0"),
        ]);
    }

    internal void Start()
    {
        if (IsWhole)
        {
            Receiver.Worker.Start();
            Transmitter.Start();
        }
    }

    /// <summary>Lets nothing be under way in this end; frames in the rings stay there.</summary>
    internal async ValueTask StopAsync()
    {
        await Receiver.Worker.StopAsync();
        await Transmitter.StopAsync();
    }

    /// <summary>
    /// Ends it: ports, pages, rings, in that order. Frames that are under way are lost, as frames may be. After a move to
    /// another world the same gives references back that grant nothing any more.
    /// </summary>
    internal async ValueTask CloseAsync()
    {
        await StopAsync();
        Transmitter.Close();
        Transmitter.Ring?.Detach();
        Receiver.Ring?.Detach();
        foreach (var channel in _channels)
        {
            await channel.CloseAsync();
        }

        _channels.Clear();
        await Transmitter.Slots.ReleaseAsync();
        await Receiver.Slots.ReleaseAsync();
        await _rings.ReleaseAsync();
    }

    private string? ReferenceOf(int ring) => _rings.Reference(ring) is { IsValid: true } reference ? $"{reference}" : null;

    private async ValueTask<IEventChannel> AllocateAsync()
    {
        var result = await _device.Domain.Events.AllocateUnboundAsync(_device.Peer);
        var channel = result.Channel ?? throw new DeviceFailure(Errno.ENOSPC, $"no event channel ({result.Error})");
        _channels.Add(channel);
        return channel;
    }
}
