using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>Signals, pending bits, masks and upcalls.</summary>
public static class SendingCases
{
    /// <summary>A signal sets the pending bit of the other end alone; those that find it set are one with it.</summary>
    [Case("EV-005")]
    public static Task SignalsCollapseWhilePending(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        int upcalls = 0;
        right.Upcall = () => upcalls++;
        for (int round = 1; round <= 3; round++)
        {
            for (int i = 0; i < 5; i++)
            {
                c.Expect("EV-005", left.Send() == Errno.None, "a send to succeed", "not");
                c.Expect("EV-005", right.IsPending && !left.IsPending, "the peer's port pending and the own one not", $"{right.IsPending}, {left.IsPending}");
            }

            c.Expect("EV-005", upcalls == round, $"{round} upcalls for {round} times five signals", $"{upcalls}");
            c.Expect("EV-005", right.TryConsume() && !right.TryConsume() && !right.IsPending, "one pending bit to take", "another number");
        }

        return Task.CompletedTask;
    }

    /// <summary>A send on an unbound port does nothing; on a closed one, a virtual or physical interrupt it is EINVAL.</summary>
    [Case("EV-006", Guards = "Z-100")]
    public static Task SendOnOtherPortsIsRefusedOrNothing(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        scene.Left.Events.Close(left.Number);
        c.Expect("EV-006", right.Send() == Errno.None && scene.Right.Events.Send(right.Number) == Errno.None, "success on a port whose peer closed", "an error");
        c.Expect("EV-006", left.Send() == Errno.EINVAL && scene.Left.Events.Send(left.Number) == Errno.EINVAL, "EINVAL on a closed port", "success");
        var unbound = scene.Unbound(scene.Left, scene.Third);
        c.Expect("EV-006", unbound.Send() == Errno.None && !unbound.IsPending, "success and nothing on an unbound port", "something");
        scene.Control.Events.BindVirq(Virq.Console, 0, out var virq);
        scene.Control.Events.BindPirq(4, out var pirq);
        foreach (uint number in (uint[])[virq!.Number, pirq!.Number, 0, 4000, uint.MaxValue])
        {
            var error = scene.Control.Events.Send(number);
            c.Expect("EV-006", error == Errno.EINVAL, $"EINVAL for a send on port {number}", error.ToString());
        }

        c.Expect("EV-006", !virq.IsPending && !pirq.IsPending, "no interrupt raised by a send", "one");
        return Task.CompletedTask;
    }

    /// <summary>The virtual CPU is interrupted when a bit becomes set while it is unmasked and its selector clear, and only then.</summary>
    [Case("EV-010")]
    public static Task UpcallComesWithTheFirstBitOnly(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (one, near) = scene.Channel();
        var (two, _) = scene.Channel();
        var far = one;
        for (int i = 0; i < 70; i++)
        {
            (far, _) = scene.Channel();
        }

        var cpu = scene.Right.Events.Cpus[0];
        scene.Right.Events.SetUpcall(0, _ => { });
        DrainAll(scene, cpu);
        int before = cpu.UpcallCount;
        one.Send();
        c.Expect("EV-010", cpu.UpcallCount == before + 1 && cpu.Selector == 1 && cpu.IsUpcallPending, "one upcall for the first bit of a word", $"{cpu.UpcallCount - before}");
        one.Send();
        c.Expect("EV-010", cpu.UpcallCount == before + 1, "none for a bit that is set", $"{cpu.UpcallCount - before}");
        two.Send();
        c.Expect("EV-010", cpu.UpcallCount == before + 1, "none while the selector is set", $"{cpu.UpcallCount - before}");
        far.Send();
        c.Expect("EV-010", cpu.UpcallCount == before + 1 && cpu.Selector == 3, "another selector, and no upcall while the flag is set", $"{cpu.UpcallCount - before}, selectors {cpu.Selector:x}");
        DrainAll(scene, cpu);
        scene.Right.Events.Mask(near.Number);
        one.Send();
        c.Expect("EV-010", cpu.UpcallCount == before + 1 && near.IsPending && cpu.Selector == 0, "no upcall for a masked port, whose bit is set", $"{cpu.UpcallCount - before}, selectors {cpu.Selector:x}");
        return Task.CompletedTask;
    }

    /// <summary>A port that is pending when it is unmasked is an upcall, on the CPU it is bound to; one that is not is none.</summary>
    [Case("EV-011", "EV-010", Guards = "Z-096")]
    public static Task UnmaskRaisesWhatIsPending(PlatformContext c)
    {
        foreach (bool isFifo in (bool[])[false, true])
        {
            foreach (uint vcpu in (uint[])[0, 1])
            {
                var scene = new EventScene(c, new DomainOptions { VirtualCpus = 2 });
                var events = scene.Left.Events;
                if (isFifo)
                {
                    bool hasFifo = events.InitControl(0) == Errno.None && events.InitControl(1) == Errno.None && events.ExpandArray() == Errno.None;
                    c.Expect("EV-028", hasFifo, "FIFO events on two CPUs", "none");
                }

                var (left, right) = scene.Channel();
                c.Expect("EV-011", events.BindVcpu(left.Number, vcpu) == Errno.None, $"the port on CPU {vcpu}", "not");
                var count = EventScene.Count(left);
                events.Mask(left.Number);
                right.Send();
                right.Send();
                c.Expect("EV-010", count() == 0 && left.IsPending, "no upcall while the port is masked", $"{count()}");
                int before = events.Cpus[(int)vcpu].UpcallCount;
                c.Expect("EV-011", events.Unmask(left.Number) == Errno.None && count() == 1, "one upcall when the port is unmasked", $"{count()}");
                c.Expect("EV-011", events.Cpus[(int)vcpu].UpcallCount == before + 1, $"CPU {vcpu} interrupted", "another");
                events.Mask(left.Number);
                events.Unmask(left.Number);
                c.Expect("EV-011", count() == 1, "none when nothing is pending", $"{count()}");
                right.Send();
                c.Expect("EV-005", count() == 2, "the next signal to come through", $"{count()}");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>What an old binding left behind is no event of the next port with the number.</summary>
    [Case("EV-010", "EV-013", Guards = "Z-095")]
    public static Task ReusedNumberStartsWithoutAnEvent(PlatformContext c)
    {
        foreach (bool isFifo in (bool[])[false, true])
        {
            var scene = new EventScene(c);
            c.Expect("EV-028", !isFifo || (scene.Left.Events.InitControl(0) == Errno.None && scene.Left.Events.ExpandArray() == Errno.None), "FIFO events", "none");
            var (left, right) = scene.Channel();
            right.Send();
            c.Expect("EV-005", left.IsPending, "a pending port", "none");
            scene.Left.Events.Close(left.Number);
            var next = scene.Unbound(scene.Left, scene.Third);
            c.Expect("EV-010", next.Number == left.Number && !next.IsPending, "the number of before without its event", next.IsPending ? "pending" : $"port {next.Number}");
            var count = EventScene.Count(next);
            var bound = scene.Bind(scene.Third, next);
            c.Expect("EV-010", count() == 0, "no upcall before anybody sent", $"{count()}");
            bound.Send();
            c.Expect("EV-010", count() == 1, "an upcall for the first signal", $"{count()}");
        }

        return Task.CompletedTask;
    }

    /// <summary>A new port is for CPU 0, whatever the port that had its number before was bound to.</summary>
    [Case("EV-016")]
    public static Task NewPortsAreForTheFirstCpu(PlatformContext c)
    {
        var scene = new EventScene(c, new DomainOptions { VirtualCpus = 4 });
        var left = scene.Unbound(scene.Left, scene.Right);
        for (uint vcpu = 1; vcpu < 4; vcpu++)
        {
            c.Expect("EV-016", scene.Status(scene.Left, left.Number).Vcpu == 0, "CPU 0 for a new port", $"{left.Vcpu}");
            c.Expect("EV-016", scene.Left.Events.BindVcpu(left.Number, vcpu) == Errno.None && scene.Status(scene.Left, left.Number).Vcpu == vcpu, $"CPU {vcpu} after it was chosen", $"{left.Vcpu}");
            uint number = left.Number;
            scene.Left.Events.Close(number);
            left = vcpu == 2 ? scene.Bind(scene.Left, scene.Unbound(scene.Right, scene.Left)) : scene.Unbound(scene.Left, scene.Right);
            c.Expect("EV-016", left.Number == number, "the same number again", $"{left.Number}");
        }

        c.Expect("EV-016", scene.Status(scene.Left, left.Number).Vcpu == 0, "CPU 0 in the end", $"{left.Vcpu}");
        c.Expect("EV-016", scene.Left.Events.BindVcpu(left.Number, 4) == Errno.ENOENT, "no CPU 4 of 4", "one");
        return Task.CompletedTask;
    }

    private static void DrainAll(EventScene scene, VirtualCpu cpu)
    {
        while (scene.Right.Events.TakeNext(cpu, out uint number))
        {
            scene.Right.Events.Find(number)?.TryConsume();
        }
    }
}
