using Conformance.Model.Protocol;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Sockets;

/// <summary>Whatever daemon listens at a socket. It is not ours: cases share it, tidy up after themselves, and have no guests.</summary>
public sealed class SocketTarget(string path) : IStoreTarget
{
    /// <summary>What stands before the colon and the path in the target's name.</summary>
    public const string Scheme = "socket";

    /// <inheritdoc/>
    public string Name => $"{Scheme}:{path}";

    /// <inheritdoc/>
    public string Description => "a XenStore daemon that listens at a Unix socket; cases that need guests do not apply";

    /// <inheritdoc/>
    public bool HasGuests => false;

    /// <inheritdoc/>
    public bool IsFresh => false;

    /// <inheritdoc/>
    public Availability Probe()
    {
        try
        {
            ConnectAsync(CancellationToken.None).GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return new Availability(true, $"a daemon accepts connections at {path}");
        }
        catch (IOException refusal)
        {
            return new Availability(false, refusal.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreWorld> StartAsync(CancellationToken cancellation)
    {
        await (await ConnectAsync(cancellation)).DisposeAsync();
        return new World(this);
    }

    private async Task<IStoreTransport> ConnectAsync(CancellationToken cancellation)
    {
        // The runtime calls a file that is absent an address that cannot be assigned.
        return File.Exists(path)
            ? await UnixSocketTransport.ConnectAsync(path, cancellation)
            : throw new IOException($"expected the socket of a running store at {path}, found no such file; start one there or name another path");
    }

    private sealed class World(SocketTarget target) : IStoreWorld
    {
        // Nobody tells of the death of a process that is not ours; a connection that is refused does.
        public string? Death => target.Probe() is { IsAvailable: false } gone ? gone.Explanation : null;

        public async ValueTask<IStoreTransport> ConnectAsync(CancellationToken cancellation) => await target.ConnectAsync(cancellation);

        public ValueTask<IGuestDomain> CreateDomainAsync(DomainId? domain, CancellationToken cancellation) =>
            throw new NotSupportedException($"{target.Name} has no guests");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
