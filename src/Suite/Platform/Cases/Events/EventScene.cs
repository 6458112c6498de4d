using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>Three domains and the control domain on a hypervisor of their own.</summary>
internal sealed class EventScene
{
    private readonly PlatformContext context;

    /// <summary>Builds them; <paramref name="options"/> is what the first of the three is like.</summary>
    public EventScene(PlatformContext c, DomainOptions? options = null)
    {
        context = c;
        Hypervisor = c.CreateHypervisor();
        Control = Hypervisor.Find(DomainId.Zero)!;
        Left = Hypervisor.Create(options ?? new DomainOptions());
        Right = Hypervisor.Create();
        Third = Hypervisor.Create();
    }

    public InProcessHypervisor Hypervisor { get; }

    public Domain Control { get; }

    public Domain Left { get; }

    public Domain Right { get; }

    public Domain Third { get; }

    /// <summary>An unbound port of <paramref name="owner"/> for <paramref name="remote"/>.</summary>
    public EventPort Unbound(Domain owner, Domain remote)
    {
        var error = owner.Events.AllocateUnbound(DomainId.Self, remote.Id, out var port);
        context.Expect("EV-002", error == Errno.None && port is not null, "an unbound port", error.ToString());
        return port;
    }

    /// <summary>A new port of <paramref name="binder"/> bound to <paramref name="port"/>.</summary>
    public EventPort Bind(Domain binder, EventPort port)
    {
        var error = binder.Events.BindInterdomain(port.Owner.Id, port.Number, out var bound);
        context.Expect("EV-003", error == Errno.None && bound is not null, $"domain {binder.Id} to bind port {port.Number} of domain {port.Owner.Id}", error.ToString());
        return bound;
    }

    /// <summary>A channel from left to right; neither end is pending.</summary>
    public (EventPort Left, EventPort Right) Channel()
    {
        var left = Unbound(Left, Right);
        var right = Bind(Right, left);
        right.TryConsume();
        left.TryConsume();
        return (left, right);
    }

    /// <summary>What the control domain sees of a port.</summary>
    public PortStatus Status(Domain domain, uint number)
    {
        var error = Control.Events.Status(domain.Id, number, out var status);
        context.Expect("EV-001", error == Errno.None, $"the status of port {number} of domain {domain.Id}", error.ToString());
        return status;
    }

    /// <summary>Expects a port to be in a state, with that other domain where the state has one.</summary>
    public void ExpectState(string clause, EventPort port, PortState state, string what, Domain? remote = null)
    {
        var status = Status(port.Owner, port.Number);
        bool isRight = status.State == state && (remote is null || status.Remote == remote.Id);
        context.Expect(clause, isRight, $"{what} to be {state}{(remote is null ? "" : $" with domain {remote.Id}")}", $"{status.State} with domain {status.Remote}");
    }

    /// <summary>Counts the upcalls of a port; each takes the pending bit away.</summary>
    public static Func<int> Count(EventPort port)
    {
        int count = 0;
        port.Upcall = () =>
        {
            if (port.TryConsume())
            {
                count++;
            }
        };
        return () => count;
    }
}
