using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// Something to do when a node at or below a path changes. An event is a hint that something may have changed, and
/// several changes may be one event: read the state that matters, every time (XS-080 to XS-082).
/// </summary>
public sealed class StoreWatch
{
    /// <summary>Makes a watch that is not registered yet.</summary>
    /// <param name="path">What to watch.</param>
    /// <param name="callback">Called with the path that changed, one call at a time on each client (XS-093).</param>
    /// <param name="queueLimit">
    /// How many undelivered events to hold (XS-095). One more, and all of them become one event for <paramref name="path"/> itself.
    /// </param>
    public StoreWatch(string path, Func<string, ValueTask> callback, int queueLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentOutOfRangeException.ThrowIfLessThan(queueLimit, 1);
        Path = path;
        Callback = callback;
        QueueLimit = queueLimit;
    }

    /// <summary>What is watched.</summary>
    public string Path { get; }

    /// <summary>How many undelivered events are held.</summary>
    public int QueueLimit { get; }

    internal Func<string, ValueTask> Callback { get; }

    /// <summary>What tells its events apart on the wire; unique on its client, null while not registered.</summary>
    internal string? Token { get; set; }

    /// <summary>The paths of its undelivered events: an index of what stands in its client's queue.</summary>
    [field: NotState]
    internal HashSet<string> Undelivered { get; } = [];
}
