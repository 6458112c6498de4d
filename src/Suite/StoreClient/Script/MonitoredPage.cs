using System.Globalization;
using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>
/// The interface page as the client under test sees it: each access is judged before it is carried out. A breach is kept
/// and the access carried out all the same, so that what follows from it stands in the exchange too. Accesses come from
/// any thread; the page below answers at once.
/// </summary>
internal sealed class MonitoredPage(ISharedPage page, Action<string> note) : ISharedPage
{
    private readonly Lock gate = new();
    private readonly bool[] written = new bool[XsInterfacePage.RingSize];
    private readonly bool[] taken = new bool[XsInterfacePage.RingSize];
    private readonly Dictionary<(int Word, uint Value), Action> afterLoad = [];
    private uint? seenResponseProducer;
    private uint? seenRequestConsumer;
    private bool seesClosed;
    private bool askedToReconnect;
    private bool hasSent;

    /// <summary>The first breach; null while there is none.</summary>
    public CaseOutcome? Breach { get; private set; }

    /// <summary>Does something once, right after the client has loaded that value of a word: a peer that changes it at the worst moment.</summary>
    public void AfterLoad(int word, uint value, Action change)
    {
        lock (gate)
        {
            afterLoad[(word, value)] = change;
        }
    }

    public ValueTask<uint> LoadAsync(int offset)
    {
        Action? change;
        uint value;
        lock (gate)
        {
            value = Word(offset);
            if (offset == XsInterfacePage.ResponseProducer)
            {
                seenResponseProducer = value;
            }
            else if (offset == XsInterfacePage.RequestConsumer)
            {
                seenRequestConsumer = value;
            }
            else if (offset == XsInterfacePage.Connection)
            {
                seesClosed = value != (uint)XsConnectionState.Connected;
                askedToReconnect &= seesClosed;
            }

            afterLoad.Remove((offset, value), out change);
        }

        change?.Invoke();
        return new ValueTask<uint>(value);
    }

    public ValueTask StoreAsync(int offset, uint value)
    {
        lock (gate)
        {
            switch (offset)
            {
                case XsInterfacePage.RequestProducer:
                    JudgeUse($"req_prod set to {value}");
                    JudgeAdvance(value - Word(offset), isConsumer: false, value);
                    hasSent = true;
                    break;
                case XsInterfacePage.ResponseConsumer:
                    JudgeUse($"rsp_cons set to {value}");
                    JudgeAdvance(value - Word(offset), isConsumer: true, value);
                    break;
                case XsInterfacePage.Connection:
                    JudgeReconnect(value);
                    break;
                default:
                    Report(offset == XsInterfacePage.ServerFeatures ? 27 : 3, "a guest that writes only req_prod, rsp_cons and connection",
                        $"{value} stored to the word at {offset}");
                    break;
            }

            return page.StoreAsync(offset, value);
        }
    }

    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        lock (gate)
        {
            string what = $"{source.Length} bytes written at {offset}";
            JudgeUse(what);
            JudgeRange(offset, source.Length, XsInterfacePage.Requests, what);
            uint producer = Word(XsInterfacePage.RequestProducer);
            int first = Distance(offset - XsInterfacePage.Requests, producer);
            JudgeReach(first + source.Length, Word(XsInterfacePage.RequestConsumer), seenRequestConsumer,
                consumer => producer - consumer is var used && used <= XsInterfacePage.RingSize ? XsInterfacePage.RingSize - (int)used : null, what);
            Mark(written, offset - XsInterfacePage.Requests, source.Length);
            return page.CopyInAsync(offset, source);
        }
    }

    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        lock (gate)
        {
            string what = $"{destination.Length} bytes read at {offset}";
            JudgeUse(what);
            JudgeRange(offset, destination.Length, XsInterfacePage.Responses, what);
            uint consumer = Word(XsInterfacePage.ResponseConsumer);
            int first = Distance(offset - XsInterfacePage.Responses, consumer);
            JudgeReach(first + destination.Length, Word(XsInterfacePage.ResponseProducer), seenResponseProducer,
                producer => producer - consumer is var filled && filled <= XsInterfacePage.RingSize ? (int)filled : null, what);
            Mark(taken, offset - XsInterfacePage.Responses, destination.Length);
            return page.CopyOutAsync(offset, destination);
        }
    }

    private uint Word(int offset) => page.LoadAsync(offset).AsTask().GetAwaiter().GetResult();

    private static int Distance(int position, uint counter) =>
        (int)((uint)(position - (int)(counter % XsInterfacePage.RingSize)) % XsInterfacePage.RingSize);

    private static void Mark(bool[] marks, int position, int count)
    {
        for (int i = 0; i < count; i++)
        {
            marks[(position + i) & (XsInterfacePage.RingSize - 1)] = true;
        }
    }

    private void JudgeUse(string what)
    {
        if (askedToReconnect)
        {
            Report(24, "nothing but the connection word touched until it reads 0", what);
        }
        else if (seesClosed || Word(XsInterfacePage.Connection) != (uint)XsConnectionState.Connected)
        {
            Report(26, "the ring left alone while the connection word is not 0", what);
        }
    }

    private void JudgeReconnect(uint value)
    {
        var features = (XsServerFeatures)Word(XsInterfacePage.ServerFeatures);
        if (value != (uint)XsConnectionState.Reconnect || !features.HasFlag(XsServerFeatures.Reconnection))
        {
            Report(24, "only 1 stored to the connection word, and only when server_features offers it", $"{value} with features {(uint)features:x}");
        }

        seesClosed = askedToReconnect = true;
    }

    private void JudgeRange(int offset, int count, int queue, string what)
    {
        if (offset < queue || offset + count > queue + XsInterfacePage.RingSize)
        {
            Report(3, $"bytes inside the queue at {queue} to {queue + XsInterfacePage.RingSize - 1}", what);
        }
    }

    /// <summary>Judges how far bytes may reach by the peer's counter, as it is or as the client saw it last.</summary>
    private void JudgeReach(int reach, uint now, uint? seen, Func<uint, int?> room, string what)
    {
        int? bySeen = seen is { } value ? room(value) : room(now);
        if (reach > Math.Max(bySeen ?? 0, room(now) ?? 0))
        {
            Report(bySeen is null ? 6 : 5, bySeen is null ? "a ring with impossible counters left alone" : "no byte touched beyond what the counters allow", what);
        }
    }

    private void JudgeAdvance(uint by, bool isConsumer, uint value)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"{(isConsumer ? "rsp_cons" : "req_prod")} moved by {by} to {value}");
        uint producer = Word(isConsumer ? XsInterfacePage.ResponseProducer : XsInterfacePage.RequestProducer);
        uint consumer = Word(isConsumer ? XsInterfacePage.ResponseConsumer : XsInterfacePage.RequestConsumer);
        uint allowed = isConsumer ? producer - consumer : XsInterfacePage.RingSize - (producer - consumer);
        bool isDiscard = isConsumer && !hasSent && value == producer;
        if (by > XsInterfacePage.RingSize || (by > allowed && allowed <= XsInterfacePage.RingSize))
        {
            Report(5, $"an advance of at most {Math.Min(allowed, XsInterfacePage.RingSize)} bytes", what);
            return;
        }

        bool[] marks = isConsumer ? taken : written;
        uint start = value - by;
        for (uint position = start; position != value; position++)
        {
            ref bool mark = ref marks[position % XsInterfacePage.RingSize];
            if (!mark && !isDiscard)
            {
                Report(7, "bytes copied before the counter moves over them", what);
                return;
            }

            mark = false;
        }
    }

    private void Report(int clause, string expected, string came)
    {
        if (Breach is null)
        {
            note($"breach of XS-{clause:000}: {came}");
            Breach = CaseOutcome.Fail(new ClauseId("XS", clause), Blame.Client, $"expected {expected}; came {came}");
        }
    }
}
