using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Events;

public sealed class DeliveryTests
{
    private readonly InProcessHypervisor _hypervisor = new();
    private readonly Domain _sender;
    private readonly Domain _receiver;

    public DeliveryTests()
    {
        _sender = _hypervisor.Create();
        _receiver = _hypervisor.Create(new DomainOptions { VirtualCpus = 2 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "EV-010")]
    public void TheUpcall_IsRaisedOnATransition_AndOnce(bool fifo)
    {
        Use(fifo);
        var cpu = _receiver.Events.Cpus[0];
        int upcalls = 0;
        _receiver.Events.SetUpcall(0, _ => upcalls++);
        var (first, firstEnd) = Pair();
        var (second, secondEnd) = Pair();
        first.Send();
        Assert.Equal((1, true), (upcalls, cpu.IsUpcallPending));
        first.Send();
        second.Send();
        Assert.Equal(1, upcalls);
        Assert.Equal([firstEnd.Number, secondEnd.Number], Drain(cpu));
        Assert.Equal((false, 0ul), (cpu.IsUpcallPending, cpu.Selector));
        first.Send();
        Assert.Equal(1, upcalls);
        firstEnd.TryConsume();
        first.Send();
        Assert.Equal(2, upcalls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "EV-010")]
    [Trait("Clause", "EV-011")]
    public void AMaskedPort_IsDelivered_WhenItIsUnmasked(bool fifo)
    {
        Use(fifo);
        var (send, end) = Pair();
        int delivered = 0;
        end.Upcall = () => delivered++;
        Assert.Equal(Errno.None, _receiver.Events.Mask(end.Number));
        send.Send();
        Assert.Equal((0, true), (delivered, end.IsPending));
        Assert.Equal(Errno.None, _receiver.Events.Unmask(end.Number));
        Assert.Equal(1, delivered);
        Assert.Equal(Errno.None, _receiver.Events.Unmask(end.Number));
        Assert.Equal(1, delivered);
        Assert.True(end.TryConsume());
        send.Send();
        Assert.Equal(2, delivered);
        Assert.Equal(Errno.EINVAL, _receiver.Events.Unmask(999));
        Assert.Equal(Errno.EINVAL, _receiver.Events.Mask(0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "EV-011")]
    public void APortOfAnotherCpu_InterruptsThatOne(bool fifo)
    {
        Use(fifo);
        var (send, end) = Pair();
        Assert.Equal(Errno.None, _receiver.Events.BindVcpu(end.Number, 1));
        int onFirst = _receiver.Events.Cpus[0].UpcallCount;
        int onSecond = _receiver.Events.Cpus[1].UpcallCount;
        _receiver.Events.Mask(end.Number);
        send.Send();
        _receiver.Events.Unmask(end.Number);
        Assert.Equal((onFirst, onSecond + 1), (_receiver.Events.Cpus[0].UpcallCount, _receiver.Events.Cpus[1].UpcallCount));
    }

    [Fact]
    [Trait("Clause", "EV-012")]
    public void AHandlerThatConsumesFirst_LosesNoEvent_OneThatConsumesLastDoes()
    {
        var (send, end) = Pair();
        int work = 0;
        int done = 0;
        void Produce()
        {
            work++;
            send.Send();
        }

        Produce();
        end.TryConsume();
        done = work;
        Produce();
        Assert.True(end.IsPending);

        done = work;
        Produce();
        end.TryConsume();
        Assert.Equal((false, true), (end.IsPending, done < work));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "HV-011")]
    public void AnEventDuringTheScan_IsFound_ByThisScanOrTheNextUpcall(bool fifo)
    {
        Use(fifo);
        var cpu = _receiver.Events.Cpus[0];
        int upcalls = 0;
        _receiver.Events.SetUpcall(0, _ => upcalls++);
        var (first, firstEnd) = Pair();
        var (second, secondEnd) = Pair();
        first.Send();
        Assert.True(_receiver.Events.TakeNext(cpu, out uint port));
        Assert.Equal(firstEnd.Number, port);
        Assert.False(cpu.IsUpcallPending);
        second.Send();
        firstEnd.TryConsume();
        first.Send();
        Assert.Equal(2, upcalls);
        Assert.Equal(new HashSet<uint> { firstEnd.Number, secondEnd.Number }, Drain(cpu).ToHashSet());
    }

    [Fact]
    [Trait("Clause", "HV-011")]
    public void AHandlerThatCausesEvents_IsNotEnteredTwice_AndMissesNone()
    {
        var (send, end) = Pair();
        var (other, otherEnd) = Pair();
        int depth = 0;
        var seen = new List<string>();
        end.Upcall = () =>
        {
            Assert.Equal(1, ++depth);
            seen.Add("first");
            other.Send();
            depth--;
        };
        otherEnd.Upcall = () =>
        {
            Assert.Equal(1, ++depth);
            seen.Add("second");
            depth--;
        };
        send.Send();
        Assert.Equal(["first", "second"], seen);
    }

    [Fact]
    public void UpcallsTurnedOff_WaitUntilTheyAreOn()
    {
        var (send, end) = Pair();
        int delivered = 0;
        end.Upcall = () => delivered++;
        _receiver.Events.DisableUpcalls(0);
        send.Send();
        Assert.Equal(0, delivered);
        _receiver.Events.EnableUpcalls(0);
        Assert.Equal(1, delivered);
    }

    [Fact]
    public void AHookSetLate_IsCalledForWhatIsPending()
    {
        var port = _sender.AllocatePort(_receiver.Id);
        _receiver.Events.BindInterdomain(_sender.Id, port.Number, out var bound);
        int delivered = 0;
        bound!.Upcall = () => delivered++;
        Assert.Equal(1, delivered);
        Assert.True(bound.TryConsume());
        bound.Upcall = () => delivered += 10;
        Assert.Equal(1, delivered);
    }

    [Fact]
    public void FifoEvents_ComeByPriority_ThenInTheirOrder()
    {
        Use(fifo: true);
        var cpu = _receiver.Events.Cpus[0];
        _receiver.Events.SetUpcall(0, _ => { });
        var pairs = Enumerable.Range(0, 4).Select(_ => Pair()).ToArray();
        Drain(cpu);
        Assert.Equal(Errno.None, _receiver.Events.SetPriority(pairs[3].End.Number, 0));
        Assert.Equal(Errno.EINVAL, _receiver.Events.SetPriority(pairs[3].End.Number, 16));
        Assert.Equal(Errno.ENOSYS, _sender.Events.SetPriority(pairs[3].Send.Number, 0));
        pairs[2].Send.Send();
        pairs[0].Send.Send();
        pairs[3].Send.Send();
        pairs[1].Send.Send();
        Assert.Equal([pairs[3].End.Number, pairs[2].End.Number, pairs[0].End.Number, pairs[1].End.Number], Drain(cpu));
    }

    [Fact]
    [Trait("Clause", "EV-028")]
    public void AnEventWithoutAWord_WaitsForTheArray_AndAResetForgetsIt()
    {
        Assert.Equal(Errno.ENOSYS, _receiver.Events.ExpandArray());
        Assert.Equal(Errno.ENOENT, _receiver.Events.InitControl(2));
        var (before, beforeEnd) = Pair();
        before.Send();
        Assert.Equal(Errno.None, _receiver.Events.InitControl(0));
        Assert.Equal(Errno.EINVAL, _receiver.Events.InitControl(0));
        Assert.True(beforeEnd.IsPending);
        int delivered = 0;
        var (send, end) = Pair();
        end.Upcall = () => delivered++;
        send.Send();
        Assert.Equal((0, true), (delivered, end.IsPending));
        Assert.Equal(Errno.None, _receiver.Events.ExpandArray());
        Assert.Equal(1, delivered);
        end.TryConsume();
        Assert.Equal(Errno.None, _receiver.Events.BindVcpu(end.Number, 1));
        send.Send();
        Assert.Equal(1, delivered);
        Assert.Equal(Errno.None, _receiver.Events.InitControl(1));
        Assert.Equal(2, delivered);
        for (int i = 1; i < EventLimits.FifoPages; i++)
        {
            Assert.Equal(Errno.None, _receiver.Events.ExpandArray());
        }

        Assert.Equal(Errno.ENOSPC, _receiver.Events.ExpandArray());
        Assert.Equal(Errno.None, _receiver.Events.Reset(DomainId.Self));
        Assert.Equal(Errno.ENOSYS, _receiver.Events.ExpandArray());
        Assert.False(Pair().End.IsPending);
    }

    private void Use(bool fifo)
    {
        if (fifo)
        {
            _receiver.Events.InitControl(0);
            _receiver.Events.InitControl(1);
            _receiver.Events.ExpandArray();
        }
    }

    /// <summary>A channel whose receiving end is not pending.</summary>
    private (EventPort Send, EventPort End) Pair()
    {
        var end = _receiver.AllocatePort(_sender.Id);
        Assert.Equal(Errno.None, _sender.Events.BindInterdomain(_receiver.Id, end.Number, out var send));
        return (send!, end);
    }

    private List<uint> Drain(VirtualCpu cpu)
    {
        var ports = new List<uint>();
        while (_receiver.Events.TakeNext(cpu, out uint port))
        {
            ports.Add(port);
        }

        return ports;
    }
}
