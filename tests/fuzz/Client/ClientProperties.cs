using System.Globalization;
using Conformance.Reference.XenStore.Client;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Client;

/// <summary>The client before a store that answers anything.</summary>
public class ClientProperties
{
    private const int QueueLimit = 4;

    /// <summary>Only a client that hangs ever waits so long.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Fuzz(600)]
    [Trait("Clause", "XS-014")]
    [Trait("Clause", "XS-018")]
    [Trait("Clause", "XS-020")]
    [Trait("Clause", "XS-021")]
    [Trait("Clause", "XS-095")]
    [Trait("Clause", "XS-096")]
    public Property Client_EndsEveryOperation_WithAResultOrAnErrorOfItsOwn() =>
        Prop.ForAll(HostilePlan.Any, plan => RandomInput.Check(() => FindWrongAsync(plan).GetAwaiter().GetResult()));

    private static async Task<string?> FindWrongAsync(HostilePlan plan)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int delivered = 0;
        var client = new StoreClient(new HostileStore(plan));
        int registrations = 0;
        var watch = new StoreWatch(
            "/w",
            async _ =>
            {
                Interlocked.Increment(ref delivered);
                await held.Task;
            },
            QueueLimit);
        bool isWatching = false;
        foreach (int operation in plan.Operations)
        {
            if (operation is Watching or Unwatching && isWatching == (operation == Watching))
            {
                continue;
            }

            if (operation == Unwatching)
            {
                // An unwatch waits for the callback that runs.
                held.TrySetResult();
                isWatching = false;
            }

            try
            {
                await ClientOperations.RunAsync(operation, client, watch).WaitAsync(HangGuard);
                isWatching |= operation == Watching;
                registrations += operation == Watching ? 1 : 0;
            }
            catch (Exception exception) when (exception is StoreException or StoreClosedException)
            {
            }
        }

        // While the first callback is held, the queue's limit is all that may have gathered behind it.
        bool wasHeld = !held.Task.IsCompleted;
        held.TrySetResult();
        await client.DisposeAsync().AsTask().WaitAsync(HangGuard);
        return wasHeld && delivered > QueueLimit + 1
            ? string.Create(CultureInfo.InvariantCulture, $"{delivered} events had gathered in {registrations} registrations")
            : null;
    }

    private const int Watching = 9;

    private const int Unwatching = 10;
}
