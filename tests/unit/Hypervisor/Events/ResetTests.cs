using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Events;

public sealed class ResetTests
{
    private readonly InProcessHypervisor _hypervisor = new();
    private readonly Domain _guest;
    private readonly Domain _peer;

    public ResetTests()
    {
        _guest = _hypervisor.Create();
        _peer = _hypervisor.Create();
    }

    [Fact]
    [Trait("Clause", "EV-019")]
    public void AReset_ClosesEveryPort_AndEndsFifoEvents()
    {
        _guest.Events.InitControl(0);
        var port = _guest.AllocatePort(_peer.Id);
        _peer.Events.BindInterdomain(_guest.Id, port.Number, out var bound);
        Assert.Equal(Errno.EPERM, _peer.Events.Reset(_guest.Id));
        Assert.Equal(Errno.ESRCH, _peer.Events.Reset(new DomainId(99)));
        Assert.Equal(Errno.None, _guest.Events.Reset(DomainId.Self));
        Assert.Equal(0, _guest.Events.Count);
        Assert.Equal(PortState.Unbound, bound!.State);
        Assert.Equal(4096, _guest.Events.PortLimit);
        Assert.Equal(Errno.None, _hypervisor.Find(DomainId.Zero)!.Events.Reset(_peer.Id));
        Assert.Equal(0, _peer.Events.Count);
    }

    [Fact]
    [Trait("Clause", "EV-019")]
    [Trait("Clause", "EV-020")]
    public void APortBoundBehindAResetUnderWay_IsReported_AndStaysWhole()
    {
        var first = _guest.AllocatePort(_peer.Id);
        var last = _guest.AllocatePort(_peer.Id);
        Assert.Equal(Errno.None, _guest.Events.BeginReset(DomainId.Self, out var reset));
        Assert.Equal(Errno.EBUSY, _guest.Events.Reset(DomainId.Self));
        Assert.Equal(Errno.None, reset!.Continue(2, out bool isDone));
        Assert.False(isDone);
        Assert.Equal((PortState.Closed, PortState.Unbound), (first.State, last.State));
        var late = _guest.AllocatePort(_peer.Id);
        Assert.Equal(Errno.None, _peer.Events.BindInterdomain(_guest.Id, late.Number, out var bound));
        Assert.Equal(Errno.EAGAIN, reset.Continue(100, out isDone));
        Assert.True(isDone);
        Assert.Equal(PortState.Closed, last.State);
        Assert.Same(bound, late.Peer);
        Assert.Equal(Errno.None, _guest.Events.Reset(DomainId.Self));
        Assert.Equal(PortState.Unbound, bound!.State);
    }

    [Fact]
    [Trait("Clause", "EV-020")]
    public void BindCloseAndResetAtOnce_EndInStatesThatAgree()
    {
        const int Rounds = 3000;
        var threads = new[]
        {
            new Thread(() => Repeat(Rounds, i => _guest.Events.AllocateUnbound(DomainId.Self, _peer.Id, out _))),
            new Thread(() => Repeat(Rounds, i => _peer.Events.BindInterdomain(_guest.Id, (uint)(i % 8), out _))),
            new Thread(() => Repeat(Rounds, i => (i % 2 == 0 ? _guest : _peer).Events.Close((uint)(i % 8)))),
            new Thread(() => Repeat(Rounds / 10, i => _guest.Events.Reset(DomainId.Self))),
        };
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        foreach (var domain in new[] { _guest, _peer })
        {
            for (uint number = 0; number < 4096; number++)
            {
                if (domain.Events.Find(number) is { } port)
                {
                    Assert.NotEqual(PortState.Closed, port.State);
                    Assert.Equal(port.State == PortState.Interdomain, port.Peer is not null);
                    Assert.True(port.Peer is null || port.Peer.Peer == port);
                }
            }
        }
    }

    private static void Repeat(int rounds, Action<int> action)
    {
        for (int i = 0; i < rounds; i++)
        {
            action(i);
        }
    }
}
