using Conformance.Model.Protocol;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A real store daemon and the software Xen under it.</summary>
public sealed class SoftwareXenWorld : IStoreWorld
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly InstanceDirectory directory;

    private SoftwareXenWorld(InstanceDirectory directory, SoftwareHypervisor hypervisor, StoreDaemonProcess daemon)
    {
        this.directory = directory;
        Hypervisor = hypervisor;
        Daemon = daemon;
    }

    /// <summary>The hypervisor.</summary>
    public SoftwareHypervisor Hypervisor { get; }

    /// <summary>The daemon.</summary>
    public StoreDaemonProcess Daemon { get; }

    /// <inheritdoc/>
    public string? Death => Daemon.Died is { } end ? $"{Daemon.Program} ended with {end}: {Daemon.LastWords()}" : null;

    /// <summary>Starts a daemon in a directory and under a hypervisor of its own, and waits until it takes connections.</summary>
    /// <param name="launch">Starts the process, given the directory.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It did not come up; the message is one line that says why.</exception>
    public static async Task<SoftwareXenWorld> StartAsync(
        Func<InstanceDirectory, StoreDaemonProcess> launch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(launch);
        InstanceDirectory directory = new();
        SoftwareHypervisor? hypervisor = null;
        StoreDaemonProcess? daemon = null;
        try
        {
            hypervisor = new SoftwareHypervisor(directory);
            daemon = launch(directory);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(StartPatience);
            await daemon.ReadyAsync(hypervisor, patience.Token);
            return new SoftwareXenWorld(directory, hypervisor, daemon);
        }
        catch (Exception failure)
        {
            await StopAsync(directory, hypervisor, daemon);
            throw failure switch
            {
                OperationCanceledException when !cancellation.IsCancellationRequested =>
                    new IOException($"{daemon!.Program} made no socket within {StartPatience.TotalSeconds} s: {daemon.LastWords()}"),
                InvalidOperationException or System.ComponentModel.Win32Exception => new IOException(failure.Message, failure),
                _ => failure,
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreTransport> ConnectAsync(CancellationToken cancellation)
    {
        // It may block until the daemon accepts, which in turn may need the hypervisor: not on a thread of the pool.
        Stream stream = await Task.Factory.StartNew(
            Daemon.Connect, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new StreamTransport(stream);
    }

    /// <inheritdoc/>
    public async ValueTask<IGuestDomain> CreateDomainAsync(DomainId? domain, CancellationToken cancellation) =>
        await Hypervisor.CreateAsync(domain, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => StopAsync(directory, Hypervisor, Daemon);

    private static async ValueTask StopAsync(InstanceDirectory directory, SoftwareHypervisor? hypervisor, StoreDaemonProcess? daemon)
    {
        // The daemon goes first: it takes the end of its hypervisor for a reason to remove the directory itself.
        if (daemon is not null)
        {
            await daemon.DisposeAsync();
        }

        if (hypervisor is not null)
        {
            await hypervisor.DisposeAsync();
        }

        directory.Dispose();
    }
}
