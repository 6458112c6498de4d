using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Hypervisor.Domains;

public sealed class InProcessHypervisorTests
{
    private readonly InProcessHypervisor _hypervisor = new();

    [Fact]
    public void Domain_GetsAFreshNumber_OrTheOneAskedFor()
    {
        Assert.Equal(new DomainId(1), _hypervisor.Create().Id);
        Assert.Equal(new DomainId(3), _hypervisor.Create(new DomainId(3)).Id);
        Assert.Equal(new DomainId(2), _hypervisor.Create().Id);
        Assert.Equal(new DomainId(4), _hypervisor.Create().Id);
        Assert.Throws<ArgumentException>(() => _hypervisor.Create(new DomainId(3)));
        Assert.Throws<ArgumentException>(() => _hypervisor.Create(DomainId.Zero));
        Assert.Throws<ArgumentException>(() => _hypervisor.Create(new DomainId(DomainId.FirstReserved)));
    }

    [Fact]
    [Trait("Clause", "XS-061")]
    public void Number_UsedAgain_IsAnotherIncarnation()
    {
        var first = _hypervisor.Create(new DomainId(7));
        _hypervisor.Destroy(first);
        Assert.Null(_hypervisor.Find(new DomainId(7)));
        var second = _hypervisor.Create(new DomainId(7));
        Assert.NotEqual(first.Incarnation, second.Incarnation);
        Assert.True(first.IsDestroyed);
        Assert.Throws<ObjectDisposedException>(() => _hypervisor.Shutdown(first, ShutdownReason.Crash));
        Assert.Null(second.Shutdown);
    }

    [Fact]
    public void EveryNumber_Taken_IsAnError()
    {
        for (int i = 1; i < DomainId.FirstReserved; i++)
        {
            _hypervisor.Create();
        }

        Assert.Throws<InvalidOperationException>(() => _hypervisor.Create());
    }

    [Fact]
    public void Changes_AreTold()
    {
        int told = 0;
        _hypervisor.DomainsChanged += () => told++;
        var domain = _hypervisor.Create();
        _hypervisor.Shutdown(domain, ShutdownReason.Suspend);
        Assert.Equal(ShutdownReason.Suspend, domain.Shutdown);
        _hypervisor.Resume(domain);
        Assert.Null(domain.Shutdown);
        _hypervisor.Destroy(domain);
        Assert.Equal(4, told);
    }

    [Fact]
    public async Task Signals_BeforeAWait_AreOne()
    {
        var (guest, control) = Pair();
        await control.WaitAsync(default);
        await guest.NotifyAsync();
        await guest.NotifyAsync();
        await control.WaitAsync(default);
        using var cancellation = new CancellationTokenSource();
        var wait = control.WaitAsync(cancellation.Token).AsTask();
        Assert.False(wait.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => control.WaitAsync(default).AsTask());
        await guest.NotifyAsync();
        await wait;
        wait = control.WaitAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await guest.NotifyAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => control.WaitAsync(cancellation.Token).AsTask());
        await control.WaitAsync(default);
    }

    [Fact]
    public void Port_IsBoundByWhomItIsReservedFor_AndOnce()
    {
        var control = _hypervisor.Find(DomainId.Zero)!;
        var guest = _hypervisor.Create();
        var other = _hypervisor.Create();
        Assert.Null(_hypervisor.Bind(other, guest.Id, guest.StorePort.Number));
        Assert.Null(_hypervisor.Bind(control, guest.Id, 999));
        Assert.Null(_hypervisor.Bind(control, new DomainId(99), 1));
        var bound = _hypervisor.Bind(control, guest.Id, guest.StorePort.Number);
        Assert.Same(guest.StorePort, bound!.Peer);
        Assert.Null(_hypervisor.Bind(control, guest.Id, guest.StorePort.Number));
        control.ClosePort(bound);
        Assert.Null(guest.StorePort.Peer);
        Assert.NotNull(_hypervisor.Bind(control, guest.Id, guest.StorePort.Number));
        _hypervisor.Destroy(other);
        Assert.Null(_hypervisor.Bind(other, guest.Id, guest.AllocatePort(other.Id).Number));
    }

    [Fact]
    public async Task DestroyedDomain_LeavesItsPeersUnbound_AndItsMemoryReadable()
    {
        var (guestEnd, control) = Pair();
        var guest = _hypervisor.Find(new DomainId(1))!;
        var page = guest.FindPage(Domain.StoreFrame)!;
        Assert.Null(guest.FindPage(1));
        await page.StoreAsync(2048, 42);
        _hypervisor.Destroy(guest);
        Assert.Null(control.Peer);
        Assert.False(guest.HasPort(guestEnd));
        await control.NotifyAsync();
        Assert.Equal(42u, await page.LoadAsync(2048));
    }

    [Fact]
    public async Task Page_RefusesWhatIsNotAWholeWordInside()
    {
        var page = new MemoryPage();
        await page.CopyInAsync(4092, new byte[] { 1, 2, 3, 4 });
        Assert.Equal(BitConverter.ToUInt32([1, 2, 3, 4]), await page.LoadAsync(4092));
        var copy = new byte[2];
        await page.CopyOutAsync(4093, copy);
        Assert.Equal([2, 3], copy);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await page.LoadAsync(2));
        await Assert.ThrowsAsync<IndexOutOfRangeException>(async () => await page.LoadAsync(4096));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await page.CopyOutAsync(4095, copy));
    }

    private (EventPort Guest, EventPort Control) Pair()
    {
        var guest = _hypervisor.Create();
        var control = _hypervisor.Bind(_hypervisor.Find(DomainId.Zero)!, guest.Id, guest.StorePort.Number);
        return (guest.StorePort, control!);
    }
}
