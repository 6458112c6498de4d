using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Network;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>One connection of a network back. Taken down at every stage of being made.</summary>
internal sealed class BackLink
{
    private const int MapAttempts = 8;

    private readonly XenBusDevice _device;
    private readonly string _name;
    private readonly Bridge _bridge;
    private readonly List<IMappedPage> _pages = [];
    private readonly List<IEventChannel> _channels = [];

    internal BackLink(XenBusDevice device, NetSettings settings, Bridge bridge)
    {
        _device = device;
        _bridge = bridge;
        _name = $"netback {device.Peer}/{device.Name}";
        Receive = new BackReceive(device, _name, settings.Slots);
        Transmit = new BackTransmit(device, _name, frame => bridge.Forward(Receive, frame));
    }

    internal BackTransmit Transmit { get; }

    internal BackReceive Receive { get; }

    /// <summary>Looks whether the front is one that can be served.</summary>
    internal async ValueTask CheckFrontAsync()
    {
        if (!await LinkNodes.IsOfferedByPeerAsync(_device, NetworkNodes.RequestRxCopy))
        {
            throw new DeviceFailure(Errno.EOPNOTSUPP, $"expected {_device.PeerNode}/{NetworkNodes.RequestRxCopy} to be 1");
        }
    }

    /// <summary>Maps the rings.</summary>
    internal async ValueTask MapRingsAsync()
    {
        Transmit.Ring = await MapAsync(NetworkNodes.TxRingRef, NetifRing.TxEntrySize);
        Receive.Ring = await MapAsync(NetworkNodes.RxRingRef, NetifRing.RxEntrySize);
    }

    /// <summary>Binds the ports.</summary>
    /// <param name="takesSplit">Whether each ring may have a port of its own.</param>
    internal async ValueTask BindPortsAsync(bool takesSplit)
    {
        var fibers = _device.Domain.Fibers;
        if (takesSplit && await FindPortAsync(NetworkNodes.EventChannelTx) is { } tx)
        {
            var rx = await FindPortAsync(NetworkNodes.EventChannelRx);
            Transmit.Channel = await BindAsync(NetworkNodes.EventChannelTx, tx);
            Receive.Channel = await BindAsync(NetworkNodes.EventChannelRx, rx);
            Worker.Listen(fibers, $"{_name} port tx", Transmit.Channel, Transmit.Worker);
            Worker.Listen(fibers, $"{_name} port rx", Receive.Channel, Receive.Worker);
        }
        else
        {
            Transmit.Channel = await BindAsync(NetworkNodes.EventChannel, await FindPortAsync(NetworkNodes.EventChannel));
            Receive.Channel = Transmit.Channel;
            Worker.Listen(fibers, $"{_name} port", Transmit.Channel, Transmit.Worker, Receive.Worker);
        }
    }

    /// <summary>Begins to work, unless a ring or a port was left out.</summary>
    internal ValueTask StartWorkersAsync()
    {
        if (Transmit.Ring is not null && _channels.Count > 0)
        {
            // Requests may lie in the rings already: the workers look before they wait.
            Transmit.Worker.Start();
            Receive.Worker.Start();
            _bridge.Attach(Receive);
        }

        return default;
    }

    /// <summary>Ends it: ports first, rings last (BB-028).</summary>
    internal async ValueTask CloseAsync()
    {
        _bridge.Detach(Receive);
        await Transmit.Worker.StopAsync();
        await Receive.Worker.StopAsync();
        foreach (var channel in _channels)
        {
            await channel.CloseAsync();
        }

        _channels.Clear();
        Transmit.Ring?.Detach();
        Receive.Ring?.Detach();
        foreach (var page in _pages)
        {
            await _device.Domain.Grants.UnmapAsync(page);
        }

        _pages.Clear();
    }

    private async ValueTask<BackRing> MapAsync(string node, int entrySize)
    {
        var text = await _device.Domain.Store.FindAsync($"{_device.PeerNode}/{node}") ?? [];
        if (!GrantRef.TryParse(text, out var reference))
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected {_device.PeerNode}/{node} to be a reference");
        }

        var mapping = await _device.Domain.Grants.MapAsync(_device.Peer, reference, GrantAccess.ReadWrite);
        for (int attempt = 1; mapping.Status == GrantStatus.TryAgain && attempt < MapAttempts; attempt++)
        {
            await _device.Domain.Fibers.DelayAsync(TimeSpan.FromMilliseconds(1 << attempt));
            mapping = await _device.Domain.Grants.MapAsync(_device.Peer, reference, GrantAccess.ReadWrite);
        }

        var page = mapping.Page ?? throw new DeviceFailure(Errno.EINVAL, $"expected {_device.PeerNode}/{node} to be granted, got {mapping.Status} for {reference}");
        _pages.Add(page);
        var ring = new BackRing(new RingMemory(page), entrySize);
        return await ring.AttachAsync() ? ring : throw new DeviceFailure(Errno.EPROTO, $"{_device.PeerNode}/{node}: {ring.Fault}");
    }

    private async ValueTask<PortNumber?> FindPortAsync(string node) =>
        await _device.Domain.Store.FindAsync($"{_device.PeerNode}/{node}") is { } text && PortNumber.TryParse(text, out var port) ? port : null;

    private async ValueTask<IEventChannel> BindAsync(string node, PortNumber? port)
    {
        if (port is null)
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected {_device.PeerNode}/{node} to be a port");
        }

        var result = await _device.Domain.Events.BindInterdomainAsync(_device.Peer, port.Value);
        var channel = result.Channel ?? throw new DeviceFailure(Errno.EINVAL, $"expected {_device.PeerNode}/{node} to be a port for this domain, got {port}: {result.Error}");
        _channels.Add(channel);
        return channel;
    }
}
