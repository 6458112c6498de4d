using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>A doorbell that nobody waits for: the test gives the turns.</summary>
internal sealed class TestLine : IEventLine
{
    public ValueTask NotifyAsync() => default;

    public ValueTask WaitAsync(CancellationToken cancellation) => throw new NotSupportedException("the test gives the turns");
}
