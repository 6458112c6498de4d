namespace Conformance.Reference.XenStore.Daemon;

/// <summary>Brings every continuation of the loop's own asynchronous code back to the loop's thread.</summary>
internal sealed class LoopContext : SynchronizationContext
{
    private readonly EventLoop _loop;

    internal LoopContext(EventLoop loop) => _loop = loop;

    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(d, state);

    public override SynchronizationContext CreateCopy() => this;
}
