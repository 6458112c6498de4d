using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// The methods of the reference that are executed in this process. The reference is compiled without optimization, so nothing is inlined,
/// and a method is compiled by the runtime when it is called for the first time; the runtime tells of each.
/// </summary>
internal sealed class ReachedMethods : EventListener
{
    private const EventKeywords Compilation = (EventKeywords)0x10;

    private readonly ConcurrentDictionary<uint, byte> _tokens = new();
    private readonly ManualResetEventSlim _isMarkSeen = new();

    /// <summary>Their metadata tokens, in order, once all that has happened so far has been told.</summary>
    internal IReadOnlyList<uint> Tokens()
    {
        // Events come in their order, so what was compiled before the mark is known when that comes.
        Mark();
        _isMarkSeen.Wait();
        return [.. _tokens.Keys.Order()];
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Compilation);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true)
        {
            return;
        }

        string type = (string)Value("MethodNamespace");
        if (type.StartsWith("Conformance.Reference.", StringComparison.Ordinal))
        {
            _tokens.TryAdd((uint)Value("MethodToken"), 0);
        }
        else if (type == typeof(ReachedMethods).FullName && (string)Value("MethodName") == nameof(Mark))
        {
            _isMarkSeen.Set();
        }

        object Value(string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)]!;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Mark()
    {
    }
}
