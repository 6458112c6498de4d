namespace Conformance.Reference.XenStore.Client;

/// <summary>Wakes everyone who waits now. Take <see cref="Next"/> first, then look, then wait: no wake-up is lost.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Next => Volatile.Read(ref _next).Task;

    internal void Fire() => Interlocked.Exchange(
        ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Fails every wait from now on; nothing may be fired afterwards.</summary>
    internal void Fail(Exception exception) => Volatile.Read(ref _next).TrySetException(exception);
}
