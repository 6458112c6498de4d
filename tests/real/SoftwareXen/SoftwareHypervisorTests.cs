using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>The hypervisor without any program under it.</summary>
public sealed class SoftwareHypervisorTests
{
    [SkippableFact]
    public async Task Create_WithNumberInUse_Throws()
    {
        await using var xen = new BareXen();
        var first = await xen.Hypervisor.CreateAsync(null, default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => xen.Hypervisor.CreateAsync(first.Id, default).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => xen.Hypervisor.CreateAsync(DomainId.Zero, default).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => xen.Hypervisor.CreateAsync(new DomainId(DomainId.FirstReserved), default).AsTask());
    }

    [SkippableFact]
    public async Task Destroy_OfUnmappedDomain_FreesNumberAtOnce()
    {
        await using var xen = new BareXen();
        var first = await xen.Hypervisor.CreateAsync(new DomainId(7), default);

        await first.DestroyAsync();

        Assert.Equal(DomainLife.Absent, first.Life);
        var second = await xen.Hypervisor.CreateAsync(new DomainId(7), default);
        Assert.Equal(DomainLife.Running, second.Life);
    }

    [SkippableFact]
    public async Task Resume_OfRunningDomain_Throws()
    {
        await using var xen = new BareXen();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        await domain.ShutdownAsync(ShutdownReason.Suspend);
        await domain.ResumeAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => domain.ResumeAsync().AsTask());
    }

    [SkippableFact]
    public async Task Page_OutsideItsBounds_IsRefused()
    {
        await using var xen = new BareXen();
        var page = (await xen.Hypervisor.CreateAsync(null, default)).Page;
        await page.StoreAsync(4092, 0xFFFFFFFF);

        Assert.Equal(0xFFFFFFFF, await page.LoadAsync(4092));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => page.LoadAsync(2).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => page.StoreAsync(4096, 0).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => page.CopyInAsync(4000, new byte[97]).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => page.CopyOutAsync(-1, new byte[1]).AsTask());
    }

    [SkippableFact]
    public async Task Page_OfGoneDomain_StaysReadable_UntilTheHypervisorEnds()
    {
        var xen = new BareXen();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        await domain.Page.StoreAsync(0, 7);

        await domain.DestroyAsync();

        Assert.Equal(7u, await domain.Page.LoadAsync(0));
        await xen.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => domain.Page.LoadAsync(0).AsTask());
    }

    [SkippableFact]
    public async Task Line_OfEndedHypervisor_EndsItsWaits()
    {
        var xen = new BareXen();
        var domain = await xen.Hypervisor.CreateAsync(null, default);
        var waiting = domain.Line.WaitAsync(default).AsTask();

        await xen.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => RealStore.Within(waiting));
    }
}
