using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Daemon;
using Conformance.Reference.XenStore.Ring;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>A reference daemon of its own on a socket in a directory of its own, over a hypervisor of its own.</summary>
internal sealed class ReferenceStoreWorld : IStoreWorld
{
    private readonly InProcessHypervisor hypervisor = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("xenconf-");
    private readonly StoreDaemon daemon;

    public ReferenceStoreWorld() => daemon = StoreDaemon.Start(new StoreDaemonOptions
    {
        SocketPath = Path.Combine(directory.FullName, "socket"),
        Guests = new HypervisorGuests(hypervisor),
    });

    public string? Death => daemon.Completion switch
    {
        { IsFaulted: true } failed => $"the reference daemon failed: {Describe(failed.Exception!.GetBaseException())}",
        { IsCompleted: true } => "the reference daemon stopped",
        _ => null,
    };

    public async ValueTask<IStoreTransport> ConnectAsync(CancellationToken cancellation) =>
        await UnixSocketTransport.ConnectAsync(daemon.SocketPath, cancellation);

    public ValueTask<IGuestDomain> CreateDomainAsync(DomainId? domain, CancellationToken cancellation) =>
        new(new ReferenceGuest(hypervisor, hypervisor.Create(domain)));

    public async ValueTask DisposeAsync()
    {
        await daemon.DisposeAsync();
        directory.Delete(recursive: true);
    }

    // Where it was thrown, without the files of whoever built the program.
    private static string Describe(Exception failure) =>
        $"{failure.GetType().Name} in {failure.TargetSite?.DeclaringType?.Name}.{failure.TargetSite?.Name}: {failure.Message}";
}
