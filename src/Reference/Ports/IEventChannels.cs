using Conformance.Model.Protocol;

namespace Conformance.Reference.Ports;

/// <summary>A domain's event channels (EV family).</summary>
public interface IEventChannels
{
    /// <summary>Makes a port that only <paramref name="remote"/> may bind (EV-002).</summary>
    ValueTask<EventChannelResult> AllocateUnboundAsync(DomainId remote);

    /// <summary>Binds a new port to one that <paramref name="remote"/> made for this domain; it is pending at once (EV-003, EV-004).</summary>
    ValueTask<EventChannelResult> BindInterdomainAsync(DomainId remote, PortNumber remotePort);
}

/// <summary>The outcome of making a port.</summary>
/// <param name="Error"><see cref="Errno.None"/>, or why there is none.</param>
/// <param name="Channel">The new port; null when there is none.</param>
public readonly record struct EventChannelResult(Errno Error, IEventChannel? Channel);

/// <summary>One port of a domain's own. After <see cref="CloseAsync"/> it is not used any more (EV-022).</summary>
public interface IEventChannel
{
    /// <summary>Its number, for the peer.</summary>
    PortNumber Port { get; }

    /// <summary>Sets the peer's pending bit; without a peer nothing happens (EV-005, EV-006).</summary>
    ValueTask NotifyAsync();

    /// <summary>Waits until the port is pending and clears that before it returns (EV-012). One fiber at a time.</summary>
    /// <returns>False once the port is closed; true may be spurious (EV-013).</returns>
    ValueTask<bool> WaitAsync();

    /// <summary>Closes the port; who waits is told.</summary>
    ValueTask CloseAsync();
}
