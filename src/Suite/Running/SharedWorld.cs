using Conformance.Suite.Cases;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Running;

/// <summary>The one world of a target that cannot give each case its own. It is reached anew when the one under test has died.</summary>
internal sealed class SharedWorld(ICaseRole role, ITarget target) : IAsyncDisposable
{
    private ICaseWorld? world;

    /// <summary>The world, alive as far as it knows.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public async ValueTask<ICaseWorld> GetAsync(CancellationToken cancellation)
    {
        if (world is { Death: not null })
        {
            await world.DisposeAsync();
            world = null;
        }

        return world ??= await role.StartAsync(target, cancellation);
    }

    public ValueTask DisposeAsync() => world?.DisposeAsync() ?? ValueTask.CompletedTask;
}
