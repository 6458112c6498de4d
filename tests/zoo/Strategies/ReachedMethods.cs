using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection.Emit;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// The methods of the reference that are executed in this process. The reference is compiled without optimization, so nothing is inlined,
/// and a method is compiled by the runtime when it is called for the first time, and again when it was changed; the runtime tells of each.
/// </summary>
internal sealed class ReachedMethods : EventListener
{
    private const EventKeywords Compilation = (EventKeywords)0x10;
    private const string MarkPrefix = "conformance-mark-";

    private readonly ConcurrentDictionary<int, byte> _tokens = new();
    private readonly SemaphoreSlim _isMarkSeen = new(0);
    private int _marks;

    /// <summary>Their metadata tokens, in order, once all that has happened so far has been told; each is given once.</summary>
    internal IReadOnlyList<int> TakeTokens()
    {
        // Events come in their order, so what was compiled before the mark is known when that comes.
        var mark = new DynamicMethod($"{MarkPrefix}{_marks++}", null, null);
        mark.GetILGenerator().Emit(OpCodes.Ret);
        mark.CreateDelegate<Action>()();
        _isMarkSeen.Wait();
        int[] tokens = [.. _tokens.Keys.Order()];
        _tokens.Clear();
        return tokens;
    }

    public override void Dispose()
    {
        base.Dispose();
        _isMarkSeen.Dispose();
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

        if (((string)Value("MethodNamespace")).StartsWith("Conformance.Reference.", StringComparison.Ordinal))
        {
            _tokens.TryAdd((int)(uint)Value("MethodToken"), 0);
        }
        else if (((string)Value("MethodName")).StartsWith(MarkPrefix, StringComparison.Ordinal))
        {
            _isMarkSeen.Release();
        }

        object Value(string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)]!;
    }
}
