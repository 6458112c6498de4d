using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>How ports come about, who may bind them, and what they are then.</summary>
public static class BindingCases
{
    /// <summary>Each kind of port has the status code of its kind, and a closed one is 0.</summary>
    [Case("EV-001")]
    public static Task EveryKindOfPortHasItsStatus(PlatformContext c)
    {
        var scene = new EventScene(c);
        var events = scene.Control.Events;
        var (left, right) = scene.Channel();
        var unbound = scene.Unbound(scene.Left, scene.Third);
        events.BindPirq(9, out var pirq);
        scene.Left.Events.BindVirq(Virq.Timer, 0, out var virq);
        scene.Left.Events.BindIpi(0, out var ipi);
        (EventPort? Port, int Code)[] ports = [(unbound, 1), (left, 2), (right, 2), (pirq, 3), (virq, 4), (ipi, 5)];
        foreach (var (port, code) in ports)
        {
            c.Expect("EV-001", port is not null, $"a port of status {code}", "none");
            var status = scene.Status(port.Owner, port.Number);
            c.Expect("EV-001", (int)status.State == code, $"status {code}", $"{(int)status.State}");
        }

        foreach (var (port, code) in ports)
        {
            c.Expect("EV-001", port!.Owner.Events.Close(port.Number) == Errno.None, $"a port of status {code} to be closed", "not");
            var status = scene.Status(port.Owner, port.Number);
            c.Expect("EV-001", (int)status.State == 0, $"status 0 after closing a port of status {code}", $"{(int)status.State}");
        }

        return Task.CompletedTask;
    }

    /// <summary>Only the domain that a port was made for may bind it, and only a privileged caller makes ports of others.</summary>
    [Case("EV-002", "EV-003")]
    public static Task OnlyTheNamedDomainBinds(PlatformContext c)
    {
        var scene = new EventScene(c);
        var port = scene.Unbound(scene.Left, scene.Right);
        scene.ExpectState("EV-002", port, PortState.Unbound, "a new port", scene.Right);
        foreach (var wrong in (Domain[])[scene.Third, scene.Control, scene.Left])
        {
            var error = wrong.Events.BindInterdomain(scene.Left.Id, port.Number, out var bound);
            c.Expect("EV-002", error == Errno.EINVAL && bound is null, $"EINVAL for domain {wrong.Id} at a port for domain {scene.Right.Id}", error.ToString());
            scene.ExpectState("EV-002", port, PortState.Unbound, "the port after a wrong domain tried", scene.Right);
        }

        scene.Bind(scene.Right, port);
        var refused = scene.Third.Events.AllocateUnbound(scene.Left.Id, scene.Third.Id, out var stolen);
        c.Expect("EV-002", refused == Errno.EPERM && stolen is null, "EPERM for a guest that makes a port of another", refused.ToString());
        var made = scene.Control.Events.AllocateUnbound(scene.Left.Id, scene.Third.Id, out var theirs);
        c.Expect("EV-002", made == Errno.None && theirs!.Owner == scene.Left && scene.Bind(scene.Third, theirs).Peer == theirs, "a port of the guest's when the control domain makes it", made.ToString());
        var nobody = scene.Control.Events.AllocateUnbound(new DomainId(999), scene.Third.Id, out _);
        c.Expect("EV-002", nobody == Errno.ESRCH, "ESRCH for an owner that does not exist", nobody.ToString());
        return Task.CompletedTask;
    }

    /// <summary>Every port that is not unbound and for the caller is EINVAL, an unknown domain ESRCH; nothing is left allocated.</summary>
    [Case("EV-003", "EV-026", Guards = "Z-237")]
    public static Task FailedBindLeavesNothing(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        var forThird = scene.Unbound(scene.Left, scene.Third);
        scene.Left.Events.BindVirq(Virq.Timer, 0, out var virq);
        scene.Left.Events.BindIpi(0, out var ipi);
        var closed = scene.Unbound(scene.Left, scene.Right);
        scene.Left.Events.Close(closed.Number);
        int before = scene.Right.Events.Count;
        foreach (uint number in (uint[])[0, left.Number, forThird.Number, virq!.Number, ipi!.Number, closed.Number, 4095, 4096, uint.MaxValue])
        {
            var error = scene.Right.Events.BindInterdomain(scene.Left.Id, number, out var bound);
            c.Expect("EV-003", error == Errno.EINVAL && bound is null, $"EINVAL for a bind to port {number}", error.ToString());
            c.Expect("EV-026", scene.Right.Events.Count == before, "no port left by a bind that failed", $"{scene.Right.Events.Count - before}");
        }

        var unknown = scene.Right.Events.BindInterdomain(new DomainId(999), 1, out _);
        c.Expect("EV-003", unknown == Errno.ESRCH, "ESRCH for a domain that does not exist", unknown.ToString());
        c.Expect("EV-026", scene.Right.Events.Count == before, "no port left by a bind that failed", $"{scene.Right.Events.Count - before}");
        scene.ExpectState("EV-003", left, PortState.Interdomain, "the port that was bound already", scene.Right);
        c.Expect("EV-003", left.Peer == right && right.Peer == left, "the two ends of before joined", "others");
        uint next = scene.Unbound(scene.Right, scene.Left).Number;
        c.Expect("EV-026", next == right.Number + 1, $"port {right.Number + 1} next, as if no bind had failed", $"{next}");
        return Task.CompletedTask;
    }

    /// <summary>A full table of ports refuses a bind and leaves the other end unbound and for the same domain.</summary>
    [Case("EV-026", "EV-003", "EV-015")]
    public static Task BindWithoutRoomLeavesThePeerUnbound(PlatformContext c)
    {
        var scene = new EventScene(c, new DomainOptions { EventPorts = 4 });
        var port = scene.Unbound(scene.Right, scene.Left);
        var kept = scene.Unbound(scene.Left, scene.Third);
        scene.Unbound(scene.Left, scene.Third);
        var error = scene.Left.Events.BindInterdomain(scene.Right.Id, port.Number, out _);
        c.Expect("EV-015", error == Errno.ENOSPC, "ENOSPC for one port more than there can be", error.ToString());
        scene.ExpectState("EV-026", port, PortState.Unbound, "the peer's port", scene.Left);
        scene.Left.Events.Close(kept.Number);
        c.Expect("EV-003", scene.Bind(scene.Left, port).Peer == port, "a bind once there is room", "none");
        return Task.CompletedTask;
    }

    /// <summary>After a bind both ends are interdomain and name each other, and the binder's is pending.</summary>
    [Case("EV-004", "EV-001")]
    public static Task BindJoinsBothEndsAndIsPending(PlatformContext c)
    {
        var scene = new EventScene(c);
        var left = scene.Unbound(scene.Left, scene.Right);
        var right = scene.Bind(scene.Right, left);
        var (one, two) = (scene.Status(scene.Left, left.Number), scene.Status(scene.Right, right.Number));
        c.Expect("EV-004", one.State == PortState.Interdomain && one.Remote == scene.Right.Id && one.RemotePort == right.Number, "the allocating end joined to the binder's", $"{one}");
        c.Expect("EV-004", two.State == PortState.Interdomain && two.Remote == scene.Left.Id && two.RemotePort == left.Number, "the binding end joined to the allocator's", $"{two}");
        c.Expect("EV-004", right.IsPending, "the binder's new port pending", "not");
        return Task.CompletedTask;
    }

    /// <summary>A signal that came before the bind is an upcall of the binder after it.</summary>
    [Case("EV-004", "EV-006")]
    public static Task SignalBeforeTheBindIsNotLost(PlatformContext c)
    {
        var scene = new EventScene(c);
        var left = scene.Unbound(scene.Left, scene.Right);
        c.Expect("EV-006", left.Send() == Errno.None, "a send on an unbound port to succeed", "not");
        var right = scene.Bind(scene.Right, left);
        var count = EventScene.Count(right);
        c.Expect("EV-004", count() == 1, "one upcall of the binder for what came before", $"{count()}");
        left.Send();
        c.Expect("EV-005", count() == 2, "another upcall for the next signal", $"{count()}");
        return Task.CompletedTask;
    }

    /// <summary>A domain may be at both ends of a channel.</summary>
    [Case("EV-027")]
    public static Task LoopbackWorks(PlatformContext c)
    {
        var scene = new EventScene(c);
        foreach (var self in (DomainId[])[DomainId.Self, scene.Left.Id])
        {
            var allocated = scene.Left.Events.AllocateUnbound(DomainId.Self, self, out var one);
            c.Expect("EV-027", allocated == Errno.None, "an unbound port for oneself", allocated.ToString());
            var bound = scene.Left.Events.BindInterdomain(self, one!.Number, out var two);
            c.Expect("EV-027", bound == Errno.None && two!.Peer == one && one.Peer == two, "a channel to oneself", bound.ToString());
            two.TryConsume();
            var (first, second) = (EventScene.Count(one), EventScene.Count(two));
            one.Send();
            two.Send();
            c.Expect("EV-027", first() == 1 && second() == 1, "one signal each way", $"{first()} and {second()}");
            scene.Left.Events.Close(one.Number);
            scene.ExpectState("EV-027", two, PortState.Unbound, "the end that is left", scene.Left);
        }

        return Task.CompletedTask;
    }

    /// <summary>No port has the number 0, and every operation on it is refused.</summary>
    [Case("EV-014")]
    public static Task PortZeroIsNone(PlatformContext c)
    {
        var scene = new EventScene(c, new DomainOptions { WordBits = 32 });
        var events = scene.Left.Events;
        foreach (var (what, error) in (ReadOnlySpan<(string, Errno)>)[
            ("close", events.Close(0)), ("send", events.Send(0)), ("unmask", events.Unmask(0)), ("bind to a CPU", events.BindVcpu(0, 0))])
        {
            c.Expect("EV-014", error == Errno.EINVAL, $"EINVAL for {what} of port 0", error.ToString());
        }

        while (events.AllocateUnbound(DomainId.Self, scene.Right.Id, out var port) == Errno.None)
        {
            c.Expect("EV-014", port!.Number != 0, "a port other than 0", "port 0");
        }

        c.Expect("EV-014", events.Count == 1023, "1023 ports of 1024 numbers", $"{events.Count}");
        return Task.CompletedTask;
    }

    /// <summary>32-bit domains have 1024 numbers, 64-bit ones 4096, and FIFO events 131072; one more port is ENOSPC.</summary>
    [Case("EV-015")]
    public static Task NumberOfPortsIsLimited(PlatformContext c)
    {
        foreach (var (bits, isFifo, limit) in (ReadOnlySpan<(int, bool, int)>)[(32, false, 1024), (64, false, 4096), (32, true, 131072), (64, true, 131072)])
        {
            var scene = new EventScene(c, new DomainOptions { WordBits = bits });
            var events = scene.Left.Events;
            c.Expect("EV-028", !isFifo || events.InitControl(0) == Errno.None, "FIFO events", "none");
            Errno error;
            uint last = 0;
            while ((error = events.AllocateUnbound(DomainId.Self, scene.Right.Id, out var port)) == Errno.None)
            {
                last = port!.Number;
            }

            c.Expect("EV-015", error == Errno.ENOSPC && last == limit - 1 && events.Count == limit - 1, $"ports up to {limit - 1} and then ENOSPC", $"{last} and {error}");
        }

        return Task.CompletedTask;
    }
}
