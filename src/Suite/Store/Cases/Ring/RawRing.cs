using System.Globalization;
using Conformance.Model.Clauses;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>
/// The guest's end of a ring, step by step: bytes placed without being announced, counters set to anything, signals
/// sent or left out. What it does stands in the log. Not to be used at the same time as a session over the same page.
/// </summary>
public sealed class RawRing(StoreContext context, IGuestDomain domain)
{
    private readonly string name = $"dom{domain.Id}";

    /// <summary>Looks at the page's words.</summary>
    public Task<RingWords> LookAsync() => RingWords.LoadAsync(domain);

    /// <summary>Stores a word of the page.</summary>
    public async Task StoreAsync(int offset, uint value)
    {
        context.Log.Note(name, string.Create(CultureInfo.InvariantCulture, $"{NameOf(offset)} := {value}"));
        await domain.Page.StoreAsync(offset, value);
    }

    /// <summary>Signals the store.</summary>
    public ValueTask NotifyAsync() => domain.Line.NotifyAsync();

    /// <summary>Copies request bytes to stream position <paramref name="position"/>, across the wrap if need be, unannounced.</summary>
    public async Task PlaceAsync(uint position, ReadOnlyMemory<byte> bytes)
    {
        context.Log.Add(name, WireDirection.Sent, null, bytes.Span, string.Create(CultureInfo.InvariantCulture, $"placed at {position}"));
        await CopyInAsync(XsInterfacePage.Requests, position, bytes);
    }

    /// <summary>Fills response bytes from stream position <paramref name="position"/> on; only unused bytes may be filled.</summary>
    public Task FillResponsesAsync(uint position, ReadOnlyMemory<byte> bytes) =>
        CopyInAsync(XsInterfacePage.Responses, position, bytes);

    /// <summary>Puts request bytes behind the others, announces them and signals. There must be room.</summary>
    public async Task PutAsync(ReadOnlyMemory<byte> bytes)
    {
        uint producer = await domain.Page.LoadAsync(XsInterfacePage.RequestProducer);
        await PlaceAsync(producer, bytes);
        await domain.Page.StoreAsync(XsInterfacePage.RequestProducer, producer + (uint)bytes.Length);
        await NotifyAsync();
    }

    /// <summary>The response bytes that are there, oldest first; they stay.</summary>
    public async Task<byte[]> PeekAsync()
    {
        var words = await LookAsync();
        context.Expect("XS-005", words.Responses <= XsInterfacePage.RingSize,
            $"at most {XsInterfacePage.RingSize} response bytes between the counters", words.ToString());
        return await CopyOutAsync(words.ResponseConsumer, (int)words.Responses);
    }

    /// <summary>Takes up to <paramref name="most"/> response bytes, unsignalled.</summary>
    public async Task<byte[]> TakeAsync(int most = int.MaxValue)
    {
        byte[] there = await PeekAsync();
        byte[] taken = there[..Math.Min(most, there.Length)];
        uint consumer = await domain.Page.LoadAsync(XsInterfacePage.ResponseConsumer);
        await domain.Page.StoreAsync(XsInterfacePage.ResponseConsumer, consumer + (uint)taken.Length);
        context.Log.Add(name, WireDirection.Received, null, taken, "taken from the ring");
        return taken;
    }

    /// <summary>
    /// Sleeps until the words are as asked for, looking at them only when signalled, as a guest does. Fails for
    /// <paramref name="signal"/> when they are but the signal never came, and for <paramref name="clause"/> when they are not.
    /// </summary>
    public async Task<RingWords> SleepUntilAsync(Func<RingWords, bool> holds, string what, string clause = "XS-009", string signal = "XS-009")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        limit.CancelAfter(context.Patience);
        while (true)
        {
            var words = await LookAsync();
            if (holds(words))
            {
                return words;
            }

            try
            {
                await domain.Line.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!context.Cancellation.IsCancellationRequested)
            {
                words = await LookAsync();
                throw holds(words)
                    ? context.Failure(ClauseId.Parse(signal), $"a signal once {what}", $"no signal, though it is so: {words}")
                    : context.Failure(ClauseId.Parse(clause), what, $"{words} and no further signal");
            }
        }
    }

    /// <summary>Looks again and again, giving the daemon time by round trips elsewhere, until the words are as asked for.</summary>
    /// <returns>The last look; whether it holds is for the caller to judge.</returns>
    public async Task<RingWords> WatchUntilAsync(Func<RingWords, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        limit.CancelAfter(context.Patience);
        while (true)
        {
            var words = await LookAsync();
            if (holds(words) || limit.IsCancellationRequested)
            {
                return words;
            }

            await context.SettleAsync(1);
        }
    }

    /// <summary>Sleeps until whole messages are there and takes them one by one.</summary>
    public async Task<StoreMessage> ReceiveAsync(string awaited, string clause = "XS-009")
    {
        await SleepUntilAsync(w => w.Responses >= XsHeader.Size, $"the header of {awaited} is in the ring", clause);
        var header = XsHeader.Read(await PeekAsync());
        context.Expect("XS-012", header.Length <= XsLimits.PayloadMax, $"at most {XsLimits.PayloadMax} bytes of payload", header.ToString());
        var bytes = new List<byte>(await TakeAsync(XsHeader.Size));
        await NotifyAsync();
        while (bytes.Count < XsHeader.Size + header.Length)
        {
            await SleepUntilAsync(w => w.Responses > 0, $"more of {awaited} is in the ring", clause);
            bytes.AddRange(await TakeAsync(XsHeader.Size + (int)header.Length - bytes.Count));
            await NotifyAsync();
        }

        return new StoreMessage(header, [.. bytes[XsHeader.Size..]]);
    }

    /// <summary>The messages that lie whole in <paramref name="stream"/>, which starts with a header; the rest is ignored.</summary>
    public static IReadOnlyList<StoreMessage> Split(byte[] stream)
    {
        var messages = new List<StoreMessage>();
        for (int at = 0; stream.Length - at >= XsHeader.Size;)
        {
            var header = XsHeader.Read(stream.AsSpan(at));
            if (header.Length > stream.Length - at - XsHeader.Size)
            {
                break;
            }

            messages.Add(new StoreMessage(header, stream[(at + XsHeader.Size)..(at + XsHeader.Size + (int)header.Length)]));
            at += XsHeader.Size + (int)header.Length;
        }

        return messages;
    }

    private static string NameOf(int offset) => offset switch
    {
        XsInterfacePage.RequestConsumer => "req_cons",
        XsInterfacePage.RequestProducer => "req_prod",
        XsInterfacePage.ResponseConsumer => "rsp_cons",
        XsInterfacePage.ResponseProducer => "rsp_prod",
        XsInterfacePage.ServerFeatures => "server_features",
        XsInterfacePage.Connection => "connection",
        XsInterfacePage.Error => "error",
        XsInterfacePage.EventChannelPort => "evtchn_port",
        _ => string.Create(CultureInfo.InvariantCulture, $"word at {offset}"),
    };

    private async Task CopyInAsync(int queue, uint position, ReadOnlyMemory<byte> bytes)
    {
        int offset = (int)(position % XsInterfacePage.RingSize);
        int first = Math.Min(bytes.Length, XsInterfacePage.RingSize - offset);
        await domain.Page.CopyInAsync(queue + offset, bytes[..first]);
        if (first < bytes.Length)
        {
            await domain.Page.CopyInAsync(queue, bytes[first..]);
        }
    }

    private async Task<byte[]> CopyOutAsync(uint position, int count)
    {
        var bytes = new byte[count];
        int offset = (int)(position % XsInterfacePage.RingSize);
        int first = Math.Min(count, XsInterfacePage.RingSize - offset);
        await domain.Page.CopyOutAsync(XsInterfacePage.Responses + offset, bytes.AsMemory(0, first));
        if (first < count)
        {
            await domain.Page.CopyOutAsync(XsInterfacePage.Responses, bytes.AsMemory(first));
        }

        return bytes;
    }
}
