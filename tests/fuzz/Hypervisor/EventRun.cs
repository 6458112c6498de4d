using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Fuzz.Hypervisor;

/// <summary>
/// Plays a script on two domains, and beside it a model that is a table of ports. After each step both must agree on every
/// port, and what is pending and unmasked must have been delivered.
/// </summary>
internal sealed class EventRun
{
    private const uint Ports = 8;
    private readonly Domain[] domains = new Domain[2];
    private readonly Slot[,] slots = new Slot[2, Ports];
    private readonly bool isFifo;

    public EventRun(bool isFifo)
    {
        var hypervisor = new InProcessHypervisor();
        this.isFifo = isFifo;
        for (int i = 0; i < domains.Length; i++)
        {
            domains[i] = hypervisor.Create(new DomainOptions { EventPorts = (int)Ports });
            domains[i].Events.Reset(DomainId.Self);
            UseFifo(domains[i]);
            for (uint port = 0; port < Ports; port++)
            {
                slots[i, port] = new Slot();
            }
        }
    }

    public string? Play(IReadOnlyList<EventAction> script)
    {
        foreach (var action in script)
        {
            var error = Act(action);
            var expected = Expect(action);
            if (error != expected)
            {
                return $"expected {expected} of {action}, got {error}";
            }

            if (Compare() is { } wrong)
            {
                return $"after {action}: {wrong}";
            }
        }

        return null;
    }

    private Errno Act(EventAction action)
    {
        var events = domains[action.Who].Events;
        var whom = domains[action.Whom].Id;
        switch (action.Kind)
        {
            case EventActionKind.Allocate:
                return Hook(events.AllocateUnbound(DomainId.Self, whom, out var made), action.Who, made);
            case EventActionKind.Bind:
                return Hook(events.BindInterdomain(whom, action.Port, out var bound), action.Who, bound);
            case EventActionKind.Send:
                return events.Send(action.Port);
            case EventActionKind.Close:
                return events.Close(action.Port);
            case EventActionKind.Mask:
                return events.Mask(action.Port);
            case EventActionKind.Unmask:
                return events.Unmask(action.Port);
            case EventActionKind.Consume:
                bool was = events.Find(action.Port)?.TryConsume() ?? false;
                return was == slots[action.Who, action.Port].IsPending ? Errno.None : Errno.EAGAIN;
            default:
                var error = events.Reset(DomainId.Self);
                UseFifo(domains[action.Who]);
                return error;
        }
    }

    private Errno Expect(EventAction action)
    {
        var slot = slots[action.Who, action.Port];
        switch (action.Kind)
        {
            case EventActionKind.Allocate:
                return Take(action.Who, out var made) ? made!.BecomeUnbound(action.Whom) : Errno.ENOSPC;
            case EventActionKind.Bind:
                return ExpectBind(action);
            case EventActionKind.Send when slot.State == PortState.Interdomain:
                slot.Peer!.Raise();
                return Errno.None;
            case EventActionKind.Send:
                return slot.State == PortState.Unbound ? Errno.None : Errno.EINVAL;
            case EventActionKind.Close:
                return slot.Close();
            case EventActionKind.Mask when action.Port != 0:
                slot.Mask();
                return Errno.None;
            case EventActionKind.Mask:
                return Errno.EINVAL;
            case EventActionKind.Unmask:
                return slot.Unmask();
            case EventActionKind.Consume:
                slot.IsPending = false;
                return Errno.None;
            default:
                for (uint port = 0; port < Ports; port++)
                {
                    slots[action.Who, port].Close();
                    slots[action.Who, port].IsMasked &= !isFifo;
                }

                return Errno.None;
        }
    }

    private Errno ExpectBind(EventAction action)
    {
        var remote = slots[action.Whom, action.Port];
        if (!Take(action.Who, out var local))
        {
            return Errno.ENOSPC;
        }

        if (remote.State != PortState.Unbound || remote.For != action.Who)
        {
            return Errno.EINVAL;
        }

        (local!.State, local.Peer, local.For) = (PortState.Interdomain, remote, action.Whom);
        (remote.State, remote.Peer) = (PortState.Interdomain, local);
        local.Raise();
        return Errno.None;
    }

    private bool Take(int who, out Slot? slot)
    {
        for (uint port = 1; port < Ports; port++)
        {
            slot = slots[who, port];
            if (slot.State == PortState.Closed)
            {
                return true;
            }
        }

        slot = null;
        return false;
    }

    private Errno Hook(Errno error, int who, EventPort? port)
    {
        if (port is not null)
        {
            var slot = slots[who, port.Number];
            slot.Delivered = 0;
            slot.Expected = 0;
            port.Upcall = () => slot.Delivered++;
        }

        return error;
    }

    private string? Compare()
    {
        for (int who = 0; who < domains.Length; who++)
        {
            for (uint number = 0; number < Ports; number++)
            {
                var slot = slots[who, number];
                var port = domains[who].Events.Find(number);
                domains[who].Events.Status(DomainId.Self, number, out var status);
                if (status.State != slot.State || (port?.IsPending ?? false) != slot.IsPending
                    || (slot.State == PortState.Interdomain && port!.Peer!.Peer != port))
                {
                    return $"expected port {number} of {who} {slot.State}, pending {slot.IsPending}, got {status.State}, {port?.IsPending}";
                }

                if (slot.State != PortState.Closed && slot.Delivered != slot.Expected)
                {
                    return $"expected {slot.Expected} deliveries to port {number} of {who}, got {slot.Delivered}";
                }
            }
        }

        return null;
    }

    private void UseFifo(Domain domain)
    {
        if (isFifo)
        {
            domain.Events.InitControl(0);
            domain.Events.ExpandArray();
        }
    }

    /// <summary>One port as the model has it.</summary>
    private sealed class Slot
    {
        public PortState State { get; set; }

        public int For { get; set; }

        public Slot? Peer { get; set; }

        public bool IsPending { get; set; }

        public bool IsMasked { get; set; }

        public int Delivered { get; set; }

        public int Expected { get; set; }

        public Errno BecomeUnbound(int remote)
        {
            (State, For, Peer) = (PortState.Unbound, remote, null);
            return Errno.None;
        }

        public void Raise()
        {
            Expected += IsPending || IsMasked ? 0 : 1;
            IsPending = true;
        }

        public void Mask() => IsMasked = true;

        public Errno Unmask()
        {
            if (State == PortState.Closed)
            {
                return Errno.EINVAL;
            }

            Expected += IsMasked && IsPending ? 1 : 0;
            IsMasked = false;
            return Errno.None;
        }

        public Errno Close()
        {
            if (State == PortState.Closed)
            {
                return Errno.EINVAL;
            }

            if (Peer is { } peer)
            {
                (peer.State, peer.Peer) = (PortState.Unbound, null);
            }

            (State, Peer, IsPending) = (PortState.Closed, null, false);
            return Errno.None;
        }
    }
}
