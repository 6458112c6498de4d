using System.Threading.Channels;

namespace Conformance.Suite.StoreClient;

/// <summary>The callback of a watch, as a case sees it.</summary>
public sealed class WatchProbe
{
    private readonly Channel<string> calls = Channel.CreateUnbounded<string>();
    private readonly Journal journal;
    private readonly Func<string, Task> body;
    private int count;

    internal WatchProbe(string path, Journal journal, Func<string, Task> body)
    {
        Path = path;
        this.journal = journal;
        this.body = body;
    }

    /// <summary>What is watched.</summary>
    public string Path { get; }

    /// <summary>How often it was called.</summary>
    public int Count => Volatile.Read(ref count);

    internal ChannelReader<string> Calls => calls.Reader;

    /// <summary>What the client calls.</summary>
    internal async Task RunAsync(string path)
    {
        Interlocked.Increment(ref count);
        journal.Add($"begin {path}");
        calls.Writer.TryWrite(path);
        await body(path);
        journal.Add($"end {path}");
    }
}

/// <summary>What happened in which order, from several threads.</summary>
public sealed class Journal
{
    private readonly Lock gate = new();
    private readonly List<string> entries = [];

    /// <summary>All of it, in order.</summary>
    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. entries];
            }
        }
    }

    /// <summary>Writes one thing down.</summary>
    public void Add(string what)
    {
        lock (gate)
        {
            entries.Add(what);
        }
    }
}
