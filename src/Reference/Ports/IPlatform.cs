using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.Ports;

/// <summary>
/// What a kernel asks of the machine below it when it ends, stops or moves. Every member is one step or a few; in the
/// order in which a suspend uses them (CT-010, CT-013).
/// </summary>
public interface IPlatform
{
    /// <summary>
    /// Keeps new requests to the store out, and waits until the open ones and all transactions have ended (XS-140).
    /// </summary>
    ValueTask SuspendStoreAsync();

    /// <summary>Nothing else of the domain runs until <see cref="UnmaskInterruptsAsync"/>: its CPUs stand, its interrupts wait.</summary>
    ValueTask MaskInterruptsAsync();

    /// <summary>Ends once more what grants were put aside: a table that moves takes none of them along (GT-010).</summary>
    ValueTask SaveGrantsAsync();

    /// <summary>Stops the domain until the tool stack lets it go on (<c>SCHEDOP_shutdown</c> with the reason suspend).</summary>
    /// <returns>True in a new world; false when nothing happened (CT-012).</returns>
    ValueTask<bool> SuspendAsync();

    /// <summary>Takes up the page that the new host shares with the domain; that of before is gone (CT-013).</summary>
    ValueTask RebuildSharedInfoAsync();

    /// <summary>
    /// Takes up the new host's event channels: no port of before exists, who waits on one is told so, and an HVM domain
    /// sets its callback anew (EV-021, HV-013).
    /// </summary>
    ValueTask RebuildEventsAsync();

    /// <summary>Sets the grant table up as it was, granting nothing (GT-060).</summary>
    ValueTask RebuildGrantsAsync();

    /// <summary>Finds the page of the console anew (CT-013).</summary>
    ValueTask FindConsoleAsync();

    /// <summary>Sets the kernel's clock by the wall clock in the shared page (CT-013).</summary>
    ValueTask SetClockAsync();

    /// <summary>The domain's other activities go on.</summary>
    ValueTask UnmaskInterruptsAsync();

    /// <summary>
    /// Finds page and port of the store anew, connects, registers every watch again, and lets requests in (XS-141).
    /// </summary>
    ValueTask ReconnectStoreAsync();

    /// <summary>Lets requests in again: no watch is registered again (XS-142).</summary>
    ValueTask CancelStoreSuspendAsync();

    /// <summary>Ends the domain's run with a reason; does not return (CT-015).</summary>
    ValueTask ShutdownAsync(ShutdownReason reason);

    /// <summary>How many pages the domain has now (<c>XENMEM_current_reservation</c>).</summary>
    ValueTask<int> CountPagesAsync();
}
