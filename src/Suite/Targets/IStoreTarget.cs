using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Suite.Targets;

/// <summary>A target that plays the role of the XenStore daemon.</summary>
public interface IStoreTarget : ITarget
{
    /// <summary>Whether cases can have guests with interface pages.</summary>
    bool HasGuests { get; }

    /// <summary>Whether each world is a daemon of its own, empty and used by nobody else.</summary>
    bool IsFresh { get; }

    /// <summary>Starts a daemon, or reaches the one that is there.</summary>
    /// <exception cref="IOException">It did not come up; the message is one line that says why.</exception>
    ValueTask<IStoreWorld> StartAsync(CancellationToken cancellation);
}

/// <summary>A running daemon and the hypervisor under it. Disposing stops what was started.</summary>
public interface IStoreWorld : IAsyncDisposable
{
    /// <summary>Opens a connection to the daemon's socket, as domain 0.</summary>
    /// <exception cref="IOException">The daemon does not accept it.</exception>
    ValueTask<IStoreTransport> ConnectAsync(CancellationToken cancellation);

    /// <summary>Creates a domain with an interface page and an unbound event channel; the store is not told of it.</summary>
    /// <param name="domain">The number it gets; null for a fresh one. A number may be used again after destruction.</param>
    /// <param name="cancellation">Gives up waiting for the hypervisor.</param>
    /// <exception cref="NotSupportedException">The target has no guests.</exception>
    ValueTask<IGuestDomain> CreateDomainAsync(DomainId? domain, CancellationToken cancellation);

    /// <summary>Why the daemon no longer runs, such as <c>killed by signal 6 (assertion …)</c>; null while it runs.</summary>
    string? Death { get; }
}

/// <summary>A domain of the hypervisor under a store, seen from the domain itself and from the tool stack.</summary>
public interface IGuestDomain
{
    /// <summary>Its number.</summary>
    DomainId Id { get; }

    /// <summary>The frame number of its interface page, for INTRODUCE.</summary>
    ulong Frame { get; }

    /// <summary>Its unbound port for the store, for INTRODUCE.</summary>
    uint Port { get; }

    /// <summary>The interface page, as the guest sees it.</summary>
    ISharedPage Page { get; }

    /// <summary>The guest's end of the event channel.</summary>
    IEventLine Line { get; }

    /// <summary>Gives the guest a further unbound port for the store, to introduce it again (XS-029).</summary>
    /// <returns>The port; <see cref="Line"/> is its guest end from now on.</returns>
    ValueTask<uint> AllocatePortAsync();

    /// <summary>The domain stops running and stays in being; the store's hypervisor event fires.</summary>
    ValueTask ShutdownAsync(ShutdownReason reason);

    /// <summary>The domain runs again after a shutdown.</summary>
    ValueTask ResumeAsync();

    /// <summary>The domain is gone; the store's hypervisor event fires.</summary>
    ValueTask DestroyAsync();
}
