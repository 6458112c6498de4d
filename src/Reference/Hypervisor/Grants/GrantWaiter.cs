namespace Conformance.Reference.Hypervisor;

/// <summary>Somebody to call when references are free.</summary>
/// <param name="call">Called under the lock of the table, so it only notes the fact, such as by setting a signal.</param>
public sealed class GrantWaiter(Action call)
{
    /// <summary>Whether it is going to be called.</summary>
    public bool IsWaiting { get; internal set; }

    /// <summary>How many references it waits for.</summary>
    public int Wants { get; internal set; }

    internal void Call() => call();
}
