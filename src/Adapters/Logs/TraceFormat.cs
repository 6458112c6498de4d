namespace Conformance.Adapters.Logs;

/// <summary>What a file of steps is written in.</summary>
public enum TraceFormat
{
    /// <summary>JSON lines, as docs/trace.md says.</summary>
    Trace,

    /// <summary>What C xenstored writes with <c>--trace-file</c>.</summary>
    XenStored,

    /// <summary>oxenstored's access log.</summary>
    OXenStored,
}
