namespace Conformance.Reference.Hypervisor;

/// <summary>One end of an interdomain event channel: a doorbell with one pending bit (EV family).</summary>
public interface IEventLine
{
    /// <summary>Sets the peer's pending bit.</summary>
    ValueTask NotifyAsync();

    /// <summary>Waits until this end's pending bit is set, and clears it.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    ValueTask WaitAsync(CancellationToken cancellation);
}
