using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Tests.Unit.Control;

/// <summary>Notes what a kernel asks of its platform, and passes it on.</summary>
internal sealed class NotedPlatform(IPlatform inner) : IPlatform
{
    public List<string> Calls { get; } = [];

    public ValueTask SuspendStoreAsync() => Note("suspend store", inner.SuspendStoreAsync);

    public ValueTask MaskInterruptsAsync() => Note("mask", inner.MaskInterruptsAsync);

    public ValueTask SaveGrantsAsync() => Note("save grants", inner.SaveGrantsAsync);

    public ValueTask<bool> SuspendAsync()
    {
        Calls.Add("suspend");
        return inner.SuspendAsync();
    }

    public ValueTask RebuildEventsAsync() => Note("rebuild events", inner.RebuildEventsAsync);

    public ValueTask RebuildSharedInfoAsync() => Note("rebuild shared info", inner.RebuildSharedInfoAsync);

    public ValueTask FindConsoleAsync() => Note("find console", inner.FindConsoleAsync);

    public ValueTask SetClockAsync() => Note("set clock", inner.SetClockAsync);

    public ValueTask RebuildGrantsAsync() => Note("rebuild grants", inner.RebuildGrantsAsync);

    public ValueTask UnmaskInterruptsAsync() => Note("unmask", inner.UnmaskInterruptsAsync);

    public ValueTask ReconnectStoreAsync() => Note("reconnect store", inner.ReconnectStoreAsync);

    public ValueTask CancelStoreSuspendAsync() => Note("cancel store", inner.CancelStoreSuspendAsync);

    public ValueTask ShutdownAsync(ShutdownReason reason) => Note($"shutdown {reason}", () => inner.ShutdownAsync(reason));

    public ValueTask<int> CountPagesAsync() => inner.CountPagesAsync();

    private ValueTask Note(string call, Func<ValueTask> pass)
    {
        Calls.Add(call);
        return pass();
    }
}
