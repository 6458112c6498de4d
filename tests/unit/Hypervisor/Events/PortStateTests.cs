using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Events;

public sealed class PortStateTests
{
    private readonly InProcessHypervisor _hypervisor = new();
    private readonly Domain _front;
    private readonly Domain _back;

    public PortStateTests()
    {
        _front = _hypervisor.Create();
        _back = _hypervisor.Create();
    }

    [Fact]
    [Trait("Clause", "EV-001")]
    public void APort_IsInOneState_AndTheCodesAreZeroToFive()
    {
        var control = _hypervisor.Find(DomainId.Zero)!;
        Assert.Equal(Errno.None, control.Events.BindPirq(9, out var pirq));
        Assert.Equal(Errno.None, control.Events.BindVirq(Virq.Console, 0, out var virq));
        Assert.Equal(Errno.None, control.Events.BindIpi(0, out var ipi));
        var unbound = control.AllocatePort(_front.Id);
        Assert.Equal(Errno.None, _front.Events.BindInterdomain(DomainId.Zero, unbound.Number, out var bound));
        Assert.Equal((2, new DomainId(0), unbound.Number), Status(_front, bound!));
        Assert.Equal((2, _front.Id, bound!.Number), Status(control, unbound));
        Assert.Equal((3, 4, 5), ((int)pirq!.State, (int)virq!.State, (int)ipi!.State));
        Assert.Equal(9u, Source(control, pirq));
        Assert.Equal(Virq.Console, Source(control, virq));
        Assert.Equal(1, (int)_front.StorePort.State);
        control.Events.Close(unbound.Number);
        Assert.Equal((1, new DomainId(0), 0u), Status(_front, bound));
        Assert.Equal(PortState.Closed, unbound.State);
        Assert.Equal(Errno.None, control.Events.Status(DomainId.Self, unbound.Number, out var closed));
        Assert.Equal(PortState.Closed, closed.State);
        Assert.Equal(Errno.EPERM, _front.Events.Status(_back.Id, 1, out _));
        Assert.Equal(Errno.ESRCH, _front.Events.Status(new DomainId(99), 1, out _));
        Assert.Equal(Errno.EINVAL, _front.Events.Status(DomainId.Self, 4096, out _));
        Assert.Equal(Errno.None, control.Events.Status(_front.Id, 1, out _));
    }

    [Fact]
    [Trait("Clause", "EV-002")]
    public void AllocateUnbound_IsForOneself_UnlessPrivileged()
    {
        Assert.Equal(Errno.EPERM, _front.Events.AllocateUnbound(_back.Id, _front.Id, out var port));
        Assert.Null(port);
        Assert.Equal(Errno.None, _front.Events.AllocateUnbound(_front.Id, _back.Id, out port));
        Assert.Same(_front, port!.Owner);
        Assert.Equal(Errno.None, _hypervisor.Find(DomainId.Zero)!.Events.AllocateUnbound(_front.Id, _back.Id, out port));
        Assert.Same(_front, port!.Owner);
        Assert.Equal(Errno.ESRCH, _front.Events.AllocateUnbound(new DomainId(99), _back.Id, out _));
        _hypervisor.Destroy(_front);
        Assert.Equal(Errno.EINVAL, _front.Events.AllocateUnbound(DomainId.Self, _back.Id, out _));
    }

    [Fact]
    [Trait("Clause", "EV-003")]
    [Trait("Clause", "EV-014")]
    [Trait("Clause", "EV-026")]
    public void Bind_NeedsAnUnboundPortReservedForTheCaller_AndLeavesNothingBehind()
    {
        var port = _front.AllocatePort(_back.Id);
        var other = _hypervisor.Create();
        int before = other.Events.Count;
        Assert.Equal(Errno.EINVAL, other.Events.BindInterdomain(_front.Id, port.Number, out var none));
        Assert.Null(none);
        Assert.Equal(Errno.EINVAL, other.Events.BindInterdomain(_front.Id, 0, out _));
        Assert.Equal(Errno.EINVAL, other.Events.BindInterdomain(_front.Id, 4000, out _));
        Assert.Equal(Errno.EINVAL, other.Events.BindInterdomain(_front.Id, uint.MaxValue, out _));
        Assert.Equal(Errno.ESRCH, other.Events.BindInterdomain(new DomainId(99), port.Number, out _));
        Assert.Equal(before, other.Events.Count);
        Assert.Equal(Errno.None, _back.Events.BindInterdomain(_front.Id, port.Number, out var bound));
        Assert.NotEqual(0u, bound!.Number);
        Assert.Equal(Errno.EINVAL, _back.Events.BindInterdomain(_front.Id, port.Number, out _));
    }

    [Fact]
    [Trait("Clause", "EV-004")]
    [Trait("Clause", "EV-006")]
    public void ASignalBeforeTheBind_IsMadeUpFor_AtTheBinder()
    {
        var port = _front.AllocatePort(_back.Id);
        Assert.Equal(Errno.None, port.Send());
        Assert.False(port.IsPending);
        _back.Events.BindInterdomain(_front.Id, port.Number, out var bound);
        Assert.True(bound!.IsPending);
        Assert.False(port.IsPending);
    }

    [Fact]
    [Trait("Clause", "EV-005")]
    [Trait("Clause", "EV-006")]
    public void Sends_CollapseIntoOne_AndTakeAnOpenPort()
    {
        var (front, back) = Pair();
        Assert.Equal(Errno.None, front.Send());
        Assert.Equal(Errno.None, _front.Events.Send(front.Number));
        Assert.True(back.TryConsume());
        Assert.False(back.TryConsume());
        _hypervisor.Find(DomainId.Zero)!.Events.BindVirq(Virq.Timer, 0, out var virq);
        Assert.Equal(Errno.EINVAL, virq!.Send());
        Assert.Equal(Errno.EINVAL, _front.Events.Send(0));
        Assert.Equal(Errno.EINVAL, _front.Events.Send(77));
        _front.Events.Close(front.Number);
        Assert.Equal(Errno.EINVAL, front.Send());
        _front.Events.BindIpi(0, out var ipi);
        Assert.Equal(Errno.None, ipi!.Send());
        Assert.True(ipi.IsPending);
    }

    [Fact]
    [Trait("Clause", "EV-007")]
    [Trait("Clause", "EV-008")]
    [Trait("Clause", "EV-009")]
    public void AClosedEnd_LeavesTheOtherUnbound_Pending_AndBindableAgain()
    {
        var (front, back) = Pair();
        back.Send();
        Assert.Equal(Errno.None, _back.Events.Close(back.Number));
        Assert.Equal(Errno.EINVAL, _back.Events.Close(back.Number));
        Assert.Equal((1, _back.Id, 0u), Status(_front, front));
        Assert.True(front.IsPending);
        Assert.Same(front, _front.Events.Find(front.Number));
        Assert.Equal(Errno.None, _back.Events.BindInterdomain(_front.Id, front.Number, out var again));
        Assert.Same(front, again!.Peer);
        Assert.Equal(PortState.Closed, back.State);
    }

    [Fact]
    [Trait("Clause", "EV-010")]
    [Trait("Clause", "EV-013")]
    public void ANumberUsedAgain_BringsNoEventOfBefore()
    {
        var (front, back) = Pair();
        front.Send();
        Assert.True(back.IsPending);
        uint number = back.Number;
        _back.Events.Close(number);
        var next = _back.AllocatePort(_front.Id);
        Assert.Equal(number, next.Number);
        Assert.False(next.IsPending);
        Assert.False(back.TryConsume());
    }

    [Fact]
    [Trait("Clause", "EV-015")]
    public void ThePorts_AreLimited_ByTheInterface()
    {
        var small = _hypervisor.Create(new DomainOptions { WordBits = 32 });
        Fill(small);
        Assert.Equal(1023, small.Events.Count);
        Fill(_front);
        Assert.Equal(4095, _front.Events.Count);
        Assert.Equal(Errno.None, _front.Events.InitControl(0));
        Assert.Equal(131072, _front.Events.PortLimit);
        Assert.Equal(Errno.None, _front.Events.AllocateUnbound(DomainId.Self, _back.Id, out var above));
        Assert.Equal(4096u, above!.Number);
        var port = _back.AllocatePort(small.Id);
        Assert.Equal(Errno.ENOSPC, small.Events.BindInterdomain(_back.Id, port.Number, out _));
        Assert.Equal(PortState.Unbound, port.State);
    }

    [Fact]
    [Trait("Clause", "EV-016")]
    public void APort_NotifiesTheFirstCpu_AlsoWhenItsNumberIsUsedAgain()
    {
        var domain = _hypervisor.Create(new DomainOptions { VirtualCpus = 2 });
        var port = domain.AllocatePort(_back.Id);
        Assert.Equal(0u, port.Vcpu);
        Assert.Equal(Errno.None, domain.Events.BindVcpu(port.Number, 1));
        Assert.Equal(1u, port.Vcpu);
        Assert.Equal(Errno.ENOENT, domain.Events.BindVcpu(port.Number, 2));
        domain.Events.Close(port.Number);
        Assert.Equal(Errno.EINVAL, domain.Events.BindVcpu(port.Number, 1));
        Assert.Equal(0u, domain.AllocatePort(_back.Id).Vcpu);
        domain.Events.BindIpi(1, out var ipi);
        Assert.Equal(Errno.EINVAL, domain.Events.BindVcpu(ipi!.Number, 0));
        domain.Events.BindVirq(Virq.Timer, 1, out var timer);
        Assert.Equal(Errno.EINVAL, domain.Events.BindVcpu(timer!.Number, 0));
    }

    [Fact]
    public void Virqs_AreBoundOnce_ByWhomTheyBelongTo()
    {
        var control = _hypervisor.Find(DomainId.Zero)!;
        Assert.Equal(Errno.EINVAL, _front.Events.BindVirq(Virq.Count, 0, out _));
        Assert.Equal(Errno.EINVAL, control.Events.BindVirq(Virq.Console, 1, out _));
        Assert.Equal(Errno.ENOENT, _front.Events.BindVirq(Virq.Timer, 1, out _));
        Assert.Equal(Errno.EBUSY, _front.Events.BindVirq(Virq.Console, 0, out _));
        Assert.Equal(Errno.None, _front.Events.BindVirq(Virq.Timer, 0, out var timer));
        Assert.Equal(Errno.EEXIST, _front.Events.BindVirq(Virq.Timer, 0, out _));
        Assert.True(_front.Events.RaiseVirq(Virq.Timer));
        Assert.True(timer!.IsPending);
        _front.Events.Close(timer.Number);
        Assert.False(_front.Events.RaiseVirq(Virq.Timer));
        Assert.Equal(Errno.EPERM, _front.Events.BindPirq(3, out _));
        Assert.Equal(Errno.None, control.Events.BindPirq(3, out _));
        Assert.Equal(Errno.EEXIST, control.Events.BindPirq(3, out _));
    }

    [Fact]
    [Trait("Clause", "EV-017")]
    public void APortOfTheHypervisor_IsNotTheGuestsToUse()
    {
        int events = 0;
        _front.Events.AllocateConsumed(_back.Id, () => events++, out var consumed);
        Assert.Equal(Errno.EINVAL, _front.Events.Close(consumed!.Number));
        Assert.Equal(Errno.EINVAL, _front.Events.Send(consumed.Number));
        Assert.Equal(Errno.EINVAL, _front.Events.BindVcpu(consumed.Number, 0));
        _back.Events.BindInterdomain(_front.Id, consumed.Number, out var bound);
        bound!.Send();
        bound.Send();
        Assert.Equal(2, events);
        Assert.False(consumed.IsPending);
        Assert.Equal(Errno.None, _front.Events.Reset(DomainId.Self));
        Assert.Same(consumed, _front.Events.Find(consumed.Number));
        _front.Events.FreeConsumed(consumed);
        Assert.Equal(PortState.Unbound, bound.State);
    }

    [Fact]
    [Trait("Clause", "EV-018")]
    public void ADestroyedDomain_LeavesItsPeersUnbound()
    {
        var (front, back) = Pair();
        _hypervisor.Destroy(_back);
        Assert.Equal((1, _back.Id, 0u), Status(_front, front));
        Assert.Equal(PortState.Closed, back.State);
        Assert.Equal(0, _back.Events.Count);
        Assert.Equal(Errno.None, front.Send());
    }

    [Fact]
    [Trait("Clause", "EV-027")]
    public void ALoopback_IsLegal()
    {
        var port = _front.AllocatePort(DomainId.Self);
        Assert.Equal(Errno.None, _front.Events.BindInterdomain(DomainId.Self, port.Number, out var bound));
        Assert.True(bound!.TryConsume());
        Assert.Equal(Errno.None, bound.Send());
        Assert.True(port.IsPending);
        Assert.Equal(Errno.None, _front.Events.Close(port.Number));
        Assert.Equal(PortState.Unbound, bound.State);
    }

    private (EventPort Front, EventPort Back) Pair()
    {
        var front = _front.AllocatePort(_back.Id);
        Assert.Equal(Errno.None, _back.Events.BindInterdomain(_front.Id, front.Number, out var back));
        Assert.True(back!.TryConsume());
        return (front, back);
    }

    private void Fill(Domain domain)
    {
        while (domain.Events.AllocateUnbound(DomainId.Self, _back.Id, out _) is var error && error != Errno.ENOSPC)
        {
            Assert.Equal(Errno.None, error);
        }
    }

    private static (int, DomainId, uint) Status(Domain domain, EventPort port)
    {
        Assert.Equal(Errno.None, domain.Events.Status(DomainId.Self, port.Number, out var status));
        return ((int)status.State, status.Remote, status.RemotePort);
    }

    private static uint Source(Domain domain, EventPort port)
    {
        Assert.Equal(Errno.None, domain.Events.Status(DomainId.Self, port.Number, out var status));
        return status.Source;
    }
}
