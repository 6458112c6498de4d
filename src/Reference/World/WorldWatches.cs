using System.Globalization;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.World;

/// <summary>
/// The watches of one client in a world and their undelivered events. One fiber runs the callbacks, one at a time, in the
/// order of the events (XS-093): what a driver calls its watch thread.
/// </summary>
internal sealed class WorldWatches
{
    private readonly WorldStore _store;
    private readonly FiberScope _fibers;
    private readonly FiberDriver _driver;
    private readonly Signal _arrival;
    [NotState]
    private readonly Resource _client;
    private readonly Dictionary<string, StoreWatch> _watches = [];
    private readonly LinkedList<(StoreWatch Watch, string Path)> _events = [];
    private readonly List<Signal> _quiescing = [];
    private Fiber? _deliverer;
    private StoreWatch? _running;
    private ulong _lastToken;

    internal WorldWatches(WorldStore store, FiberDriver driver, FiberScope fibers, Resource client)
    {
        _store = store;
        _driver = driver;
        _fibers = fibers;
        _client = client;
        _arrival = new Signal(driver, client, "a watch event");
    }

    internal IReadOnlyList<StoreWatch> Registered => [.. _watches.Values];

    /// <summary>Knows the watch under a token that was never used before; events may come from then on.</summary>
    internal void Add(StoreWatch watch)
    {
        if (watch.Token is not null)
        {
            throw new InvalidOperationException($"expected a watch that is not registered, got one that is: {watch.Path}; make another");
        }

        watch.Token = (++_lastToken).ToString("x", CultureInfo.InvariantCulture);
        _watches.Add(watch.Token, watch);
        _deliverer ??= _fibers.Start("watches", DeliverAllAsync);
    }

    /// <summary>Forgets the watch and its events; the answer is its token.</summary>
    internal string Remove(StoreWatch watch)
    {
        if (watch.Token is not { } token || _watches.GetValueOrDefault(token) != watch)
        {
            throw new InvalidOperationException($"expected a registered watch, got one that is not: {watch.Path}; register it first");
        }

        _watches.Remove(token);
        watch.Token = null;
        Purge(watch);
        return token;
    }

    /// <summary>Waits until the callback of a removed watch is not running, unless this is called from it (XS-094).</summary>
    internal async ValueTask QuiesceAsync(StoreWatch watch)
    {
        while (_running == watch && !_fibers.IsIn(_deliverer!))
        {
            var done = _fibers.CreateSignal($"the end of a callback for {watch.Path}");
            _quiescing.Add(done);
            await _fibers.WaitAsync(done);
        }
    }

    /// <summary>Takes an event out of the store's hands: part of the step that caused it.</summary>
    internal void Take(ReadOnlySpan<byte> payload)
    {
        if (!StoreReply.TryEvent(payload, out string path, out string token) || !_watches.TryGetValue(token, out var watch)
            || watch.Undelivered.Contains(path))
        {
            return;
        }

        if (watch.Undelivered.Count >= watch.QueueLimit)
        {
            Purge(watch);
            path = watch.Path;
        }

        if (_events.Count == 0)
        {
            _arrival.Set();
        }

        watch.Undelivered.Add(path);
        _events.AddLast((watch, path));
    }

    private void Purge(StoreWatch watch)
    {
        watch.Undelivered.Clear();
        for (var node = _events.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Watch == watch)
            {
                _events.Remove(node);
            }

            node = next;
        }
    }

    private async ValueTask DeliverAllAsync()
    {
        while (true)
        {
            await _fibers.WaitAsync(_arrival);
            bool isLast;
            do
            {
                (var watch, string path, isLast) = await _driver.PerformAsync<Delivery, (StoreWatch?, string, bool)>(new Delivery(this));
                if (watch is not null)
                {
                    _running = watch;
                    await watch.Callback(path);
                    _running = null;
                    _quiescing.ForEach(signal => signal.Set());
                    _quiescing.Clear();
                }
            }
            while (!isLast);
        }
    }

    /// <summary>Takes the head event, if it was not purged. The signal is only for one who waits: for the first event after none.</summary>
    private (StoreWatch? Watch, string Path, bool IsLast) TakeFirst()
    {
        _driver.Audit.Touch(_client, AccessMode.Write);
        var first = _events.First;
        if (first is not null && !_store.Happens(Whims.DoubledEvents, "an event that comes twice"))
        {
            _events.RemoveFirst();
            first.Value.Watch.Undelivered.Remove(first.Value.Path);
        }

        if (_events.Count > 0)
        {
            return (first!.Value.Watch, first.Value.Path, false);
        }

        _arrival.TryClear();
        return (first?.Value.Watch, first?.Value.Path ?? string.Empty, true);
    }

    /// <summary>The head event goes to the watch fiber (DV).</summary>
    private readonly struct Delivery(WorldWatches watches) : IStep<(StoreWatch? Watch, string Path, bool IsLast)>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(watches._client);

        public (StoreWatch? Watch, string Path, bool IsLast) Perform() => watches.TakeFirst();
    }
}
