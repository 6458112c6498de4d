using Conformance.Adapters.SoftwareXen;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>The unmodified daemons of the Xen package, on a host without Xen.</summary>
public sealed class RealDaemonTests
{
    public static TheoryData<string> Daemons => RealStore.Daemons;

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task Daemon_OverSocket_WritesAndReads(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var session = await store.Context.ConnectAsync();

        await store.Context.ExpectOkAsync(session.WriteAsync("/a/b", "value"), "WRITE");

        await store.Context.ExpectTextAsync("value", session.ReadAsync("/a/b"), "READ");
        Assert.Null(store.World.Death);
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    [Trait("Clause", "XS-003")]
    public async Task Guest_OverItsRing_ReadsAndWritesItsHome(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var guest = await store.Context.CreateGuestAsync();
        // Longer than a queue of the ring, so that both sides have to wait for each other's doorbell.
        string value = new('x', XsInterfacePage.RingSize + 500);

        await store.Context.ExpectOkAsync(guest.Session.WriteAsync("data", value), "WRITE below the home");

        await store.Context.ExpectTextAsync(value, guest.Session.ReadAsync($"{guest.Home}/data"), "READ by absolute path");
        var tools = await store.Context.ToolStackAsync();
        await store.Context.ExpectTextAsync(value, tools.ReadAsync($"{guest.Home}/data"), "READ by domain 0");
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    [Trait("Clause", "XS-088")]
    public async Task DestroyedGuest_IsReleased_AndItsNumberIsFreeAgain(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var guest = await store.Context.CreateGuestAsync();
        var tools = await store.Context.ToolStackAsync();
        await store.Context.ExpectOkAsync(tools.WatchAsync("@releaseDomain", "t"), "WATCH");
        Assert.Equal(new StoreEvent("@releaseDomain", "t"), await tools.NextEventAsync());

        await guest.Domain.DestroyAsync();

        Assert.Equal(new StoreEvent("@releaseDomain", "t"), await tools.NextEventAsync());
        await store.Context.ExpectTextAsync("F\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id), "IS_DOMAIN_INTRODUCED");
        await store.Context.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(guest.Home), "READ of the home");
        await RealStore.Within(((SoftwareDomain)guest.Domain).Gone);
        var next = await store.Context.CreateGuestAsync(guest.Id);
        await store.Context.ExpectOkAsync(next.Session.WriteAsync("data", "next"), "WRITE of the number's next domain");
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    [Trait("Clause", "XS-088")]
    public async Task ShutDownGuest_FiresReleaseDomain_AndStaysIntroduced(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var guest = await store.Context.CreateGuestAsync();
        var tools = await store.Context.ToolStackAsync();
        await store.Context.ExpectOkAsync(tools.WatchAsync("@releaseDomain", "t"), "WATCH");
        Assert.Equal(new StoreEvent("@releaseDomain", "t"), await tools.NextEventAsync());

        await guest.Domain.ShutdownAsync(ShutdownReason.Crash);

        Assert.Equal(new StoreEvent("@releaseDomain", "t"), await tools.NextEventAsync());
        await store.Context.ExpectTextAsync("T\0", tools.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id), "IS_DOMAIN_INTRODUCED");
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    [Trait("Clause", "XS-029")]
    public async Task Guest_IntroducedAgainWithNewPort_IsServedOverIt(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var guest = await store.Context.CreateGuestAsync();
        await store.Context.ExpectOkAsync(guest.Session.WriteAsync("data", "1"), "WRITE over the first port");

        uint first = guest.Domain.Port;
        uint second = await guest.Domain.AllocatePortAsync();
        var again = await store.Context.IntroduceAsync(guest.Domain);

        Assert.NotEqual(first, second);
        await store.Context.ExpectTextAsync("1", again.Session.ReadAsync("data"), "READ over the second port");
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task Introduce_OfPortThatDoesNotExist_Fails(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var domain = await store.Context.CreateDomainAsync();
        var tools = await store.Context.ToolStackAsync();

        var reply = await tools.IntroduceAsync(domain.Id, domain.Frame, domain.Port + 100);

        Assert.True(reply.IsError, reply.Summary);
        Assert.Null(store.World.Death);
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task KernelOfDomain0_OverItsRing_IsServed(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);
        var kernel = store.Context.OpenRing(store.World.Hypervisor.Domain0);

        await store.Context.ExpectOkAsync(kernel.WriteAsync("/k", "1"), "WRITE over domain 0's ring");

        await store.Context.ExpectTextAsync("1", (await store.Context.ConnectAsync()).ReadAsync("/k"), "READ over a socket");
    }

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task ManyConnections_AtOnce_AreAllTaken(string daemon)
    {
        await using var store = await RealStore.StartAsync(daemon);

        // Both daemons queue a single connection.
        var sessions = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => store.World.ConnectAsync(default).AsTask()));

        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task TwoDaemons_AtOnce_KeepStoresOfTheirOwn()
    {
        bool systemHadStore = Directory.Exists("/var/run/xenstored");
        await using var first = await RealStore.StartAsync("xenstored");
        await using var second = await RealStore.StartAsync("oxenstored");
        await using var third = await RealStore.StartAsync("oxenstored");
        RealStore[] stores = [first, second, third];

        foreach (var store in stores)
        {
            var guest = await store.Context.CreateGuestAsync();
            await store.Context.ExpectOkAsync(guest.Session.WriteAsync("who", store.World.Daemon.SocketPath), "WRITE");
        }

        foreach (var store in stores)
        {
            var tools = await store.Context.ToolStackAsync();
            await store.Context.ExpectTextAsync(store.World.Daemon.SocketPath, tools.ReadAsync("/local/domain/1/who"), "READ");
        }

        Assert.Equal(systemHadStore, Directory.Exists("/var/run/xenstored"));
    }
}
