using Conformance.Adapters.SoftwareXen;
using Conformance.Model.Protocol;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>The messages of native/README.md, spoken by hand.</summary>
public sealed class ProgramProtocolTests
{
    [SkippableFact]
    public async Task Hello_OfAnotherVersion_IsRefused()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        Assert.Equal(0, control.Ask(Operation.Hello, 1));
        Assert.Equal(-(long)UnixError.EPROTO, control.Ask(Operation.Hello, 2));
    }

    [SkippableFact]
    public async Task UnknownOperation_IsENOSYS_AndTheConnectionGoesOn()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        Assert.Equal(-(long)UnixError.ENOSYS, control.Ask((Operation)999));
        Assert.Equal(0, control.Ask(Operation.Hello, 1));
    }

    [SkippableFact]
    public async Task Port_RungTwice_IsTold_OnceUntilUnmasked()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using var events = xen.OpenEvents(out ulong handle);
        ulong port = (ulong)control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port);
        // Binding itself makes the port pending.
        Assert.Equal(port, events.ReadPort());
        Assert.Equal(0, control.Ask(Operation.Unmask, handle, port));
        Assert.Equal(0, events.Available);

        await domain.Line.NotifyAsync();
        await domain.Line.NotifyAsync();

        Assert.Equal(port, events.ReadPort());
        Assert.Equal(0, events.Available);
        Assert.Equal(0, control.Ask(Operation.Unmask, handle, port));
        Assert.Equal(port, events.ReadPort());
        Assert.Equal(0, control.Ask(Operation.Unmask, handle, port));
        Assert.Equal(0, events.Available);
    }

    [SkippableFact]
    public async Task Line_RungTwice_IsSeenOnce()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using var events = xen.OpenEvents(out ulong handle);
        ulong port = (ulong)control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port);

        Assert.Equal(0, control.Ask(Operation.Notify, handle, port));
        Assert.Equal(0, control.Ask(Operation.Notify, handle, port));

        await RealStore.Within(domain.Line.WaitAsync(default).AsTask());
        Assert.False(domain.Line.WaitAsync(default).AsTask().IsCompleted);
    }

    [SkippableFact]
    public async Task ClosedPort_MayBeUnmasked_ButNotRung()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using var events = xen.OpenEvents(out ulong handle);
        ulong port = (ulong)control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port);

        Assert.Equal(0, control.Ask(Operation.Unbind, handle, port));

        Assert.Equal(0, control.Ask(Operation.Unmask, handle, port));
        Assert.Equal(-(long)UnixError.ENOTCONN, control.Ask(Operation.Notify, handle, port));
        // The guest's end waits for somebody to bind it again.
        Assert.True(control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port) > 0);
    }

    [SkippableFact]
    public async Task BoundPort_CannotBeBoundAgain()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using var events = xen.OpenEvents(out ulong handle);
        Assert.True(control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port) > 0);

        Assert.Equal(-(long)UnixError.EINVAL, control.Ask(Operation.BindInterdomain, handle, domain.Id.Value, domain.Port));
        Assert.Equal(-(long)UnixError.ESRCH, control.Ask(Operation.BindInterdomain, handle, 4242, 1));
    }

    [SkippableFact]
    public async Task DomainException_IsTold_ToItsOneListener()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using var events = xen.OpenEvents(out ulong handle);
        ulong port = (ulong)control.Ask(Operation.BindVirq, handle, 3);
        Assert.Equal(-(long)UnixError.EEXIST, control.Ask(Operation.BindVirq, handle, 3));
        Assert.Equal(0, events.Available);

        await domain.DestroyAsync();

        Assert.Equal(port, events.ReadPort());
        Assert.Equal(0, control.Ask(Operation.DomainInfo, domain.Id.Value));
    }

    [SkippableFact]
    public async Task MappedDomain_WhenDestroyed_IsDying_UntilUnmapped()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(new DomainId(9), default);
        long mapping = control.Ask(Operation.MapGrant, 9, SoftwareDomain.StoreGrant, 1);
        Assert.True(mapping > 0);
        Assert.Equal(-(long)UnixError.EINVAL, control.Ask(Operation.MapGrant, 9, 2, 1));
        Assert.Equal(-(long)UnixError.EINVAL, control.Ask(Operation.MapFrame, 9, 1_000_000, 1));

        await domain.DestroyAsync();

        Assert.False(domain.Gone.IsCompleted);
        Assert.Equal(1, control.Ask(Operation.DomainInfo, 9));
        Assert.Equal(-(long)UnixError.ESRCH, control.Ask(Operation.MapGrant, 9, SoftwareDomain.StoreGrant, 1));
        var next = xen.Hypervisor.CreateAsync(new DomainId(9), default).AsTask();
        Assert.False(next.IsCompleted);
        Assert.Equal(0, control.Ask(Operation.Unmap, (ulong)mapping));
        await RealStore.Within(next);
    }

    [SkippableFact]
    public async Task EndedProgram_LosesItsMappings()
    {
        await using var xen = new BareXen();
        using var control = xen.Connect();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        using (var other = xen.Connect())
        {
            Assert.True(other.Ask(Operation.MapFrame, domain.Id.Value, 0, 1) > 0);
            await domain.DestroyAsync();
        }

        await RealStore.Within(domain.Gone);
    }
}
