using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Daemon;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Tests.Unit.Store;

/// <summary>A daemon with a hypervisor, a clock that the test moves, and a directory of its own.</summary>
internal sealed class DaemonFixture : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xs").FullName;

    public DaemonFixture(StoreSettings? settings = null, Func<IStoreGuests, IStoreGuests>? guests = null, CancellationToken stop = default)
    {
        SocketPath = Path.Combine(_directory, "socket");
        IStoreGuests all = new HypervisorGuests(Hypervisor);
        Daemon = StoreDaemon.Start(
            new StoreDaemonOptions
            {
                SocketPath = SocketPath,
                Settings = settings ?? new StoreSettings(),
                Guests = guests is null ? all : guests(all),
                Time = Time,
            },
            stop);
    }

    public InProcessHypervisor Hypervisor { get; } = new();

    public DaemonManualTime Time { get; } = new();

    public string SocketPath { get; }

    public StoreDaemon Daemon { get; }

    public Task<StoreClient> ConnectAsync() => StoreClient.ConnectAsync(SocketPath);

    public Task<DaemonRawClient> ConnectRawAsync() => DaemonRawClient.ConnectAsync(SocketPath);

    /// <summary>Makes a domain and has it introduced.</summary>
    public async Task<Domain> IntroduceAsync(StoreClient administrator, DomainId? id = null)
    {
        var guest = Hypervisor.Create(id);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        string home = string.Create(CultureInfo.InvariantCulture, $"/local/domain/{guest.Id.Value}");
        await administrator.MakeDirectoryAsync(home);
        await administrator.SetPermissionsAsync(home, [new(guest.Id, 0)]);
        return guest;
    }

    public static async Task<StoreClient> GuestClientAsync(Domain guest) =>
        new(await RingTransport.AttachAsync(guest.StorePage, guest.StorePort));

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
