using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Reference.World;

/// <summary>A domain's event channels.</summary>
internal sealed class WorldEvents(WorldStore store, FiberDriver driver, Domain domain, DomainTrace trace) : IEventChannels
{
    private readonly List<WorldChannel> _channels = [];

    /// <summary>The store of the world, which knows what may happen for no reason.</summary>
    internal WorldStore Store => store;

    internal Resource Table => new(ResourceKind.Domain, domain.Id.Value);

    public ValueTask<EventChannelResult> AllocateUnboundAsync(DomainId remote) =>
        driver.PerformAsync<Allocation, EventChannelResult>(new Allocation(this, remote));

    public ValueTask<EventChannelResult> BindInterdomainAsync(DomainId remote, PortNumber remotePort) =>
        driver.PerformAsync<Binding, EventChannelResult>(new Binding(this, remote, remotePort));

    /// <summary>The domain runs in a new world: none of its ports is there any more (EV-021). Who waits on one is told.</summary>
    internal void ForgetAll()
    {
        _channels.ForEach(channel => channel.Lose());
        _channels.Clear();
    }

    internal void Forget(WorldChannel channel) => _channels.Remove(channel);

    /// <summary>Writes a step on a port into the trace.</summary>
    internal void Note(string step, uint port, Errno error, DomainId remote)
    {
        if (trace.IsOn)
        {
            trace.Record(step, $"{port}", error == Errno.None ? "OK" : $"{error}", new KeyValuePair<string, string>("remote", $"{remote}"));
        }
    }

    private WorldChannel Keep(EventPort port)
    {
        var channel = new WorldChannel(driver, domain, this, port);
        _channels.Add(channel);
        return channel;
    }

    private EventChannelResult Allocate(DomainId remote)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        var error = domain.Events.AllocateUnbound(DomainId.Self, remote, out var port);
        Note(HypervisorStep.AllocatePort, port?.Number ?? 0, error, remote);
        return new EventChannelResult(error, port is null ? null : Keep(port));
    }

    private EventChannelResult Bind(DomainId remote, PortNumber remotePort)
    {
        driver.Audit.Touch(Table, AccessMode.Write);
        driver.Audit.Touch(new Resource(ResourceKind.Domain, remote.Value), AccessMode.Write);
        var error = domain.Events.BindInterdomain(remote, remotePort.Value, out var port);
        Note(HypervisorStep.BindPort, remotePort.Value, error, remote);
        return new EventChannelResult(error, port is null ? null : Keep(port));
    }

    private readonly struct Allocation(WorldEvents events, DomainId remote) : IStep<EventChannelResult>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(events.Table);

        public EventChannelResult Perform() => events.Allocate(remote);
    }

    private readonly struct Binding(WorldEvents events, DomainId remote, PortNumber port) : IStep<EventChannelResult>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Writes(events.Table);
            accesses.Writes(new Resource(ResourceKind.Domain, remote.Value));

            // Whoever sends on that port is heard from now on.
            accesses.Writes(new Resource(ResourceKind.EventPort, ((ulong)remote.Value << 32) | port.Value));
        }

        public EventChannelResult Perform() => events.Bind(remote, port);
    }
}

/// <summary>One port, as a fiber sees it. Its handler is whoever waits: pending is cleared before the waiter goes on (EV-012).</summary>
internal sealed class WorldChannel : IEventChannel
{
    private readonly FiberDriver _driver;
    private readonly Domain _domain;
    private readonly WorldEvents _events;
    private readonly EventPort _port;
    private readonly Signal _upcall;
    private bool _isClosed;
    private bool _isLost;

    internal WorldChannel(FiberDriver driver, Domain domain, WorldEvents events, EventPort port)
    {
        _driver = driver;
        _domain = domain;
        _events = events;
        _port = port;
        _upcall = new Signal(driver, Resource, $"port {port.Number} of domain {domain.Id}");
        port.Upcall = _upcall.Set;
    }

    public PortNumber Port => new(_port.Number);

    private Resource Resource => new(ResourceKind.EventPort, _port.Key);

    private bool IsOpen => !_isClosed && !_isLost;

    public ValueTask NotifyAsync() => _driver.DoAsync(new Sending(this));

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync()
    {
        // Taken out of the hands of the hypervisor first, so that an event that comes meanwhile ends the next wait.
        while (IsOpen && !await _driver.PerformAsync<Consuming, bool>(new Consuming(this)) && IsOpen)
        {
            await _driver.WaitAsync(_upcall);
        }

        return IsOpen;
    }

    public ValueTask CloseAsync() => _driver.DoAsync(new Closing(this));

    /// <summary>The port went with the world that it was in. Its number may be another's by now.</summary>
    internal void Lose()
    {
        _isLost = true;
        _port.Upcall = null;
        _upcall.Set();
    }

    private bool Send()
    {
        _driver.Audit.Touch(Resource, AccessMode.Read);
        if (_isClosed)
        {
            throw new InvalidOperationException($"expected an open port, got port {Port} of domain {_domain.Id} after its close (EV-022)");
        }

        if (!_isLost)
        {
            _port.Send();
            _events.Note(HypervisorStep.Send, _port.Number, Errno.None, _port.ReservedFor);
        }

        return true;
    }

    private bool Consume()
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        _upcall.TryClear();
        bool isTaken = !_isLost && _port.TryConsume();
        if (isTaken)
        {
            _events.Note(HypervisorStep.Upcall, _port.Number, Errno.None, _port.ReservedFor);
            if (_events.Store.Happens(Whims.SpuriousUpcalls, "an upcall for nothing"))
            {
                _port.Peer?.Send();
            }
        }

        return isTaken;
    }

    private bool Close()
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        if (_isClosed)
        {
            throw new InvalidOperationException($"expected an open port, got port {Port} of domain {_domain.Id} closed before (EV-023)");
        }

        _isClosed = true;
        _events.Forget(this);
        if (!_isLost)
        {
            _port.Upcall = null;
            _domain.Events.Close(_port.Number);
            _events.Note(HypervisorStep.ClosePort, _port.Number, Errno.None, _port.ReservedFor);
        }

        _upcall.Set();
        return true;
    }

    private readonly struct Sending(WorldChannel channel) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Reads(channel.Resource);
            if (channel._port.Peer is { } peer)
            {
                accesses.Writes(new Resource(ResourceKind.EventPort, peer.Key));
            }
        }

        public bool Perform() => channel.Send();
    }

    private readonly struct Consuming(WorldChannel channel) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(channel.Resource);

        public bool Perform() => channel.Consume();
    }

    private readonly struct Closing(WorldChannel channel) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Writes(channel.Resource);
            accesses.Writes(new Resource(ResourceKind.Domain, channel._domain.Id.Value));
            if (channel._port.Peer is { } peer)
            {
                accesses.Writes(new Resource(ResourceKind.EventPort, peer.Key));
            }
        }

        public bool Perform() => channel.Close();
    }
}
