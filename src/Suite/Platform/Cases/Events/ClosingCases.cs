using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>How ports end, by their owner, by their peer, by a reset, and with their domain.</summary>
public static class ClosingCases
{
    /// <summary>A close frees the one end and leaves the other unbound, for the closer's domain and no other.</summary>
    [Case("EV-007", "EV-009", "EV-002")]
    public static Task CloseLeavesThePeerUnboundForTheCloser(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        for (int round = 0; round < 3; round++)
        {
            uint number = right.Number;
            c.Expect("EV-007", scene.Right.Events.Close(number) == Errno.None, "a close to succeed", "not");
            c.Expect("EV-007", scene.Status(scene.Right, number).State == PortState.Closed, "the end that closed to be closed", "not");
            scene.ExpectState("EV-007", left, PortState.Unbound, "the other end", scene.Right);
            c.Expect("EV-007", scene.Right.Events.Close(number) == Errno.EINVAL, "EINVAL for a second close", "success");
            var stranger = scene.Third.Events.BindInterdomain(scene.Left.Id, left.Number, out _);
            c.Expect("EV-007", stranger == Errno.EINVAL, "EINVAL for another domain at the end that is left", stranger.ToString());
            right = scene.Bind(scene.Right, left);
            right.TryConsume();
            left.TryConsume();
            right.Send();
            c.Expect("EV-009", left.IsPending && left.Peer == right, "the channel to work after the second bind", "not");
        }

        return Task.CompletedTask;
    }

    /// <summary>The survivor keeps its pending bit, set or not, and its number until it closes it itself.</summary>
    [Case("EV-008", "EV-007")]
    public static Task SurvivorKeepsItsBitAndNumber(PlatformContext c)
    {
        foreach (bool wasPending in (bool[])[true, false])
        {
            var scene = new EventScene(c);
            var (left, right) = scene.Channel();
            if (wasPending)
            {
                right.Send();
            }

            int upcalls = 0;
            left.Upcall = () => upcalls++;
            int before = upcalls;
            int ports = scene.Left.Events.Count;
            scene.Right.Events.Close(right.Number);
            c.Expect("EV-008", left.IsPending == wasPending && upcalls == before, $"the pending bit as it was ({wasPending})", $"{left.IsPending}, {upcalls - before} upcalls");
            c.Expect("EV-008", scene.Left.Events.Count == ports && scene.Unbound(scene.Left, scene.Third).Number != left.Number, "the number taken until its owner closes it", "given to another port");
            c.Expect("EV-008", scene.Left.Events.Close(left.Number) == Errno.None && scene.Unbound(scene.Left, scene.Third).Number == left.Number, "the number free once its owner closed it", "not");
        }

        return Task.CompletedTask;
    }

    /// <summary>A port whose events the hypervisor consumes can neither be closed nor signalled by its domain, nor reset away.</summary>
    [Case("EV-017", "EV-019")]
    public static Task HypervisorsPortStays(PlatformContext c)
    {
        var scene = new EventScene(c);
        int consumed = 0;
        scene.Left.Events.AllocateConsumed(scene.Right.Id, () => consumed++, out var port);
        c.Expect("EV-017", port is not null, "a port that the hypervisor consumes", "none");
        var right = scene.Bind(scene.Right, port);
        c.Expect("EV-017", scene.Left.Events.Close(port.Number) == Errno.EINVAL, "EINVAL for a close by the guest", "success");
        c.Expect("EV-017", scene.Left.Events.Send(port.Number) == Errno.EINVAL, "EINVAL for a send by the guest", "success");
        scene.Left.Events.Reset(DomainId.Self);
        scene.ExpectState("EV-017", port, PortState.Interdomain, "the port after close, send and reset", scene.Right);
        int before = consumed;
        right.Send();
        c.Expect("EV-017", consumed == before + 1, "the hypervisor to get the signal", $"{consumed - before}");
        scene.Left.Events.FreeConsumed(port);
        scene.ExpectState("EV-017", right, PortState.Unbound, "the peer once the hypervisor gave the port up", scene.Left);
        return Task.CompletedTask;
    }

    /// <summary>The end of a domain closes its ports; each other end is unbound, with its bit as it was, and sends nowhere.</summary>
    [Case("EV-018", "EV-007", "EV-008")]
    public static Task DeathLeavesTheSurvivorsUnbound(PlatformContext c)
    {
        var scene = new EventScene(c);
        var channels = Enumerable.Range(0, 5).Select(_ => scene.Channel()).ToList();
        var back = scene.Bind(scene.Left, scene.Unbound(scene.Right, scene.Left)).Peer!;
        channels[2].Left.Send();
        scene.Hypervisor.Destroy(scene.Left);
        foreach (var survivor in channels.Select(channel => channel.Right).Append(back))
        {
            scene.ExpectState("EV-018", survivor, PortState.Unbound, $"port {survivor.Number} after the death of its peer", scene.Left);
            c.Expect("EV-018", survivor.Send() == Errno.None, "a send to nobody to succeed", "an error");
        }

        c.Expect("EV-008", channels[2].Right.IsPending && !channels[1].Right.IsPending, "the survivors' bits as they were", "others");
        c.Expect("EV-018", scene.Left.Events.Count == 0, "no port of the dead domain", $"{scene.Left.Events.Count}");
        var late = scene.Right.Events.BindInterdomain(scene.Left.Id, channels[0].Left.Number, out _);
        c.Expect("EV-018", late == Errno.ESRCH, "ESRCH for a bind to the dead domain", late.ToString());
        return Task.CompletedTask;
    }

    /// <summary>A reset closes every port of the domain and goes back to two-level events; ports can be made anew.</summary>
    [Case("EV-019", "EV-007", "EV-028")]
    public static Task ResetClosesEverything(PlatformContext c)
    {
        foreach (bool isFifo in (bool[])[false, true])
        {
            var scene = new EventScene(c);
            var events = scene.Left.Events;
            c.Expect("EV-028", !isFifo || (events.InitControl(0) == Errno.None && events.ExpandArray() == Errno.None), "FIFO events", "none");
            var channels = Enumerable.Range(0, 4).Select(_ => scene.Channel()).ToList();
            events.BindVirq(Virq.Timer, 0, out _);
            channels[0].Right.Send();
            c.Expect("EV-019", scene.Third.Events.Reset(scene.Left.Id) == Errno.EPERM && events.Count > 4, "EPERM for a reset of another guest", "its ports closed");
            var error = events.Reset(DomainId.Self);
            c.Expect("EV-019", error == Errno.None && events.Count == 0, "no port after a reset", $"{error}, {events.Count}");
            channels.ForEach(channel => scene.ExpectState("EV-019", channel.Right, PortState.Unbound, "the other end of a port that was reset", scene.Left));
            c.Expect("EV-019", events.PortLimit == 4096, "two-level events after a reset", $"{events.PortLimit} ports");
            var again = scene.Channel();
            var count = EventScene.Count(again.Left);
            again.Right.Send();
            c.Expect("EV-019", count() == 1 && again.Left.Number == 1, "a new channel from port 1 on that works", $"{count()} upcalls of port {again.Left.Number}");
            c.Expect("EV-028", !isFifo || events.InitControl(0) == Errno.None, "FIFO events anew", "none");
        }

        return Task.CompletedTask;
    }

    /// <summary>Ports bound behind a reset that is under way stay, and the reset says EAGAIN; one more does the rest.</summary>
    [Case("EV-019", "EV-020", Guards = "Z-098")]
    public static Task ResetSaysWhenPortsRemain(PlatformContext c)
    {
        var scene = new EventScene(c);
        var events = scene.Left.Events;
        Enumerable.Range(0, 6).ToList().ForEach(_ => scene.Channel());
        c.Expect("EV-019", events.BeginReset(DomainId.Self, out var reset) == Errno.None, "a reset to begin", "not");
        c.Expect("EV-019", scene.Control.Events.BeginReset(scene.Left.Id, out _) == Errno.EBUSY, "EBUSY for a second one", "another");
        c.Expect("EV-019", reset!.Continue(4, out bool isDone) == Errno.None && !isDone, "a reset that is not done", "done");
        var late = scene.Bind(scene.Left, scene.Unbound(scene.Right, scene.Left));
        var error = reset.Continue(int.MaxValue, out isDone);
        c.Expect("EV-019", error == Errno.EAGAIN && isDone, "EAGAIN at the end", error.ToString());
        c.Expect("EV-020", late.Peer?.Peer == late && scene.Status(scene.Left, late.Number).State == PortState.Interdomain, "the late port bound at both ends", "not");
        c.Expect("EV-019", events.Count == 1, "one port left", $"{events.Count}");
        error = events.Reset(DomainId.Self);
        c.Expect("EV-019", error == Errno.None && events.Count == 0, "none after another reset", $"{error}, {events.Count}");
        return Task.CompletedTask;
    }

    /// <summary>Binds, closes, sends and resets in any order leave both ends of every channel in agreement.</summary>
    [Case("EV-020", "EV-001", "EV-007", Guards = "Z-098, Z-100, Z-102")]
    public static Task BothEndsAlwaysAgree(PlatformContext c)
    {
        var scene = new EventScene(c);
        Domain[] domains = [scene.Left, scene.Right];
        PortTable.Resetting? reset = null;
        for (int step = 0; step < 1500; step++)
        {
            var domain = domains[c.Random.Next(2)];
            var other = domain == scene.Left ? scene.Right : scene.Left;
            uint number = (uint)c.Random.Next(1, 12);
            switch (c.Random.Next(7))
            {
                case 0 when domain.Events.Count < 10:
                    domain.Events.AllocateUnbound(DomainId.Self, c.Random.Next(8) == 0 ? domain.Id : other.Id, out _);
                    break;
                case 1 or 2 when domain.Events.Count < 10:
                    domain.Events.BindInterdomain(c.Random.Next(8) == 0 ? domain.Id : other.Id, number, out _);
                    break;
                case 3:
                    domain.Events.Close(number);
                    break;
                case 4:
                    domain.Events.Send(number);
                    break;
                case 5 when reset is null && c.Random.Next(20) == 0:
                    c.Expect("EV-019", domain.Events.BeginReset(DomainId.Self, out reset) == Errno.None, "a reset to begin", "not");
                    break;
                case 6 when reset is not null:
                    reset.Continue(2, out bool isDone);
                    reset = isDone ? null : reset;
                    break;
            }

            ExpectAgreement(c, scene, domains, step);
        }

        reset?.Continue(int.MaxValue, out _);
        ExpectAgreement(c, scene, domains, 1500);
        return Task.CompletedTask;
    }

    private static void ExpectAgreement(PlatformContext c, EventScene scene, Domain[] domains, int step)
    {
        foreach (var domain in domains)
        {
            int open = 0;
            for (uint number = 1; number < 16; number++)
            {
                var status = scene.Status(domain, number);
                open += status.State == PortState.Closed ? 0 : 1;
                if (status.State == PortState.Interdomain)
                {
                    scene.Control.Events.Status(status.Remote, status.RemotePort, out var peer);
                    c.Expect("EV-020", peer.State == PortState.Interdomain && peer.Remote == domain.Id && peer.RemotePort == number, $"the peer of port {number} of domain {domain.Id} to name it after step {step}", $"{peer}");
                }
            }

            c.Expect("EV-020", open == domain.Events.Count, $"{open} ports of domain {domain.Id} after step {step}", $"{domain.Events.Count}");
        }
    }
}
