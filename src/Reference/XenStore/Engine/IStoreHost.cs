using Conformance.Model.Protocol;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>How a domain is doing, as the hypervisor tells it.</summary>
public enum DomainLife
{
    /// <summary>No domain has that number.</summary>
    Absent,

    /// <summary>It runs, or is paused.</summary>
    Running,

    /// <summary>It shut down, crashed or suspended, and still exists.</summary>
    Shutdown,

    /// <summary>It is being destroyed.</summary>
    Dying,
}

/// <summary>What the hypervisor tells of one domain number.</summary>
/// <param name="Life">How it is doing.</param>
/// <param name="Incarnation">Differs between two domains that had the same number one after the other (XS-061).</param>
public readonly record struct DomainReport(DomainLife Life, ulong Incarnation);

/// <summary>
/// What the engine asks of the world around it. Answers come at once; the engine performs no I/O of its own and reads
/// no clock, so the same calls with the same answers give the same bytes.
/// </summary>
public interface IStoreHost
{
    /// <summary>Asks the hypervisor for a domain.</summary>
    DomainReport Query(DomainId domain);

    /// <summary>
    /// Maps a guest's interface page and binds its port, and serves it as <paramref name="connection"/> from now on. A
    /// connection that has a ring already gets the new one instead (XS-029). Tells the guest that it is there (Z-073).
    /// </summary>
    /// <returns>False when the page or the port cannot be had; nothing is changed then.</returns>
    bool AttachRing(StoreConnection connection, ulong frame, uint port);

    /// <summary>Ends the service of a guest's ring: unmaps the page and closes the port.</summary>
    void DetachRing(StoreConnection connection);

    /// <summary>
    /// There is output on a connection that had none, or a connection that refused requests takes them again
    /// (<see cref="StoreConnection.AcceptsRequests"/>). Called inside <see cref="StoreEngine.Process"/> and its like:
    /// note the connection and serve it after the call has returned.
    /// </summary>
    void Wake(StoreConnection connection);
}
