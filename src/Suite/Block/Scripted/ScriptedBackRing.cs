using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Block.Scripted;

/// <summary>
/// The back's end of one ring, all of it in the hands of a case: its indices, every word it stores and every event it
/// sends. Nothing is judged here. One fiber at a time puts and publishes.
/// </summary>
internal sealed class ScriptedBackRing
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ScriptedBack back;
    private readonly Signal stirred;

    /// <summary>Takes over pages and a port that are mapped and bound.</summary>
    public ScriptedBackRing(ScriptedBack back, IReadOnlyList<IMappedPage> pages, IEventChannel channel)
    {
        this.back = back;
        Pages = pages;
        Channel = channel;
        Memory = new RingMemory([.. pages]);
        Entries = BlkifRing.Entries(pages.Count, back.Abi);
        stirred = back.Domain.Fibers.CreateSignal("the scripted back's ring");
        back.Domain.Fibers.Start("scripted events", CountEventsAsync);
    }

    /// <summary>The ring's pages, in order.</summary>
    public IReadOnlyList<IMappedPage> Pages { get; }

    /// <summary>They as one range.</summary>
    public RingMemory Memory { get; }

    /// <summary>The port.</summary>
    public IEventChannel Channel { get; }

    /// <summary>How many entries fit, in the front's ABI.</summary>
    public uint Entries { get; }

    /// <summary>The request consumer index; a case may set it.</summary>
    public uint Consumed { get; set; }

    /// <summary>The response producer index of what was put; a case may set it.</summary>
    public uint Produced { get; set; }

    /// <summary>Events that came since the port was bound, the one that binding makes included.</summary>
    public int Events { get; private set; }

    /// <summary>Whether pages and port are given back.</summary>
    public bool IsClosed { get; private set; }

    private int EntrySize => BlkifRing.EntrySize(back.Abi);

    /// <summary>Loads a word of the header.</summary>
    public ValueTask<uint> LoadAsync(int word) => Memory.LoadAsync(word);

    /// <summary>Stores a word of the header, whatever the protocol says.</summary>
    public ValueTask StoreAsync(int word, uint value) => Memory.StoreAsync(word, value);

    /// <summary>Sends an event.</summary>
    public ValueTask NotifyAsync() => Channel.NotifyAsync();

    /// <summary>The next request; fails the case for <paramref name="clause"/> when none comes with an event.</summary>
    public async ValueTask<ScriptedRequest> TakeAsync(string clause = "RG-018")
    {
        var request = await TryTakeAsync(Patience);
        back.Case.Expect(clause, request is not null, "a request, and an event that says so", await LoadAsync(SharedRing.RequestProducer) == Consumed ? "none" : "a request without an event");
        return request!;
    }

    /// <summary>As many requests, one behind the other.</summary>
    public async ValueTask<List<ScriptedRequest>> TakeManyAsync(int count)
    {
        var requests = new List<ScriptedRequest>();
        while (requests.Count < count)
        {
            requests.Add(await TakeAsync());
        }

        return requests;
    }

    /// <summary>All requests that are there when everybody rests.</summary>
    public async ValueTask<List<ScriptedRequest>> TakeAllAsync()
    {
        await back.Case.SettleAsync();
        var requests = new List<ScriptedRequest>();
        while (await TryTakeAsync(TimeSpan.Zero) is { } request)
        {
            requests.Add(request);
        }

        return requests;
    }

    /// <summary>The next request; null when none comes, with an event if it has to wait, in that time.</summary>
    /// <param name="limit">How long to wait; null for as long as the ring is open.</param>
    public async ValueTask<ScriptedRequest?> TryTakeAsync(TimeSpan? limit)
    {
        while (!IsClosed)
        {
            if (await LoadAsync(SharedRing.RequestProducer) != Consumed)
            {
                return await ReadAsync();
            }

            await StoreAsync(SharedRing.RequestEvent, Consumed + 1);
            if (await LoadAsync(SharedRing.RequestProducer) == Consumed
                && (limit == TimeSpan.Zero || !await back.Domain.Fibers.WaitAsync(stirred, limit)))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Puts a response, not to be seen before <see cref="PublishAsync"/>.</summary>
    public ValueTask PutAsync(ScriptedRequest request, BlkifStatus status = BlkifStatus.Ok) =>
        PutAsync(new BlkifResponse(request.Id, request.Operation, status), request.Entries);

    /// <summary>Puts any response, over so many entries.</summary>
    public ValueTask PutAsync(BlkifResponse response, int entries = 1)
    {
        var bytes = new byte[BlkifLayout.Of(back.Abi).ResponseSize];
        response.Write(bytes, back.Abi);
        return PutAsync(bytes, entries);
    }

    /// <summary>Puts any bytes, over so many entries.</summary>
    public async ValueTask PutAsync(ReadOnlyMemory<byte> bytes, int entries = 1)
    {
        uint at = Produced;
        Produced += (uint)entries;
        await Memory.CopyInAsync(SharedRing.EntryOffset(at, Entries, EntrySize), bytes);
    }

    /// <summary>Shows what was put, and sends an event if the front asked for one (RG-018).</summary>
    public async ValueTask PublishAsync()
    {
        uint old = await LoadAsync(SharedRing.ResponseProducer);
        uint next = Produced;
        await StoreAsync(SharedRing.ResponseProducer, next);
        if (RingIndex.IsNotificationDue(old, next, await LoadAsync(SharedRing.ResponseEvent)))
        {
            await NotifyAsync();
        }
    }

    /// <summary>Answers one request.</summary>
    public async ValueTask AnswerAsync(ScriptedRequest request, BlkifStatus status = BlkifStatus.Ok)
    {
        await PutAsync(request, status);
        await PublishAsync();
    }

    /// <summary>Does what a request asks on the back's medium, and answers it.</summary>
    public async ValueTask ServeAsync(ScriptedRequest request) => await AnswerAsync(request, await back.PerformAsync(request));

    /// <summary>Gives pages and port back.</summary>
    public async ValueTask CloseAsync()
    {
        if (!IsClosed)
        {
            IsClosed = true;
            stirred.Set();
            await Channel.CloseAsync();
            foreach (var page in Pages)
            {
                await back.Domain.Grants.UnmapAsync(page);
            }
        }
    }

    private async ValueTask CountEventsAsync()
    {
        while (await Channel.WaitAsync())
        {
            Events++;
            stirred.Set();
        }
    }

    private async ValueTask<ScriptedRequest> ReadAsync()
    {
        uint index = Consumed;
        var head = await ReadEntriesAsync(index, 1);
        var operation = (BlkifOperation)head[0];
        ScriptedRequest request;
        if (operation == BlkifOperation.Discard)
        {
            var discard = BlkifDiscard.Read(head, back.Abi);
            request = new ScriptedRequest(index, operation, operation, discard.Id, discard.Sector, discard.Count, discard.Handle, discard.Flag, [], [], head, 1);
        }
        else
        {
            request = operation == BlkifOperation.Indirect ? await ReadIndirectAsync(index, head) : await ReadDirectAsync(index, head);
        }

        Consumed += (uint)request.Entries;
        back.Note($"takes {request}");
        return request;
    }

    private async ValueTask<ScriptedRequest> ReadDirectAsync(uint index, byte[] head)
    {
        BlkifRequest.Read(head, back.Abi, out var direct);
        var segments = new BlkifSegment[direct.SegmentCount];
        direct.Segments.CopyTo(segments);
        int entries = BlkifRing.EntriesFor(direct.SegmentCount, back.Abi);
        byte[] raw = entries == 1 ? head : [.. head, .. await ReadEntriesAsync(index + 1, entries - 1)];
        if (entries > 1)
        {
            BlkifSegmentEntry.Read(raw.AsSpan(EntrySize), back.Abi, segments.AsSpan(BlkifLimits.SegmentsInHeaderEntry));
        }

        return new ScriptedRequest(index, direct.Operation, direct.Operation, direct.Id, direct.Sector, Sum(segments), direct.Handle, 0, segments, [], raw, entries);
    }

    private async ValueTask<ScriptedRequest> ReadIndirectAsync(uint index, byte[] head)
    {
        BlkifIndirect.Read(head, back.Abi, out var indirect);
        var segments = new BlkifSegment[indirect.SegmentCount];
        var tables = indirect.Pages.ToArray();
        for (int i = 0; i < tables.Length; i++)
        {
            int first = i * BlkifLimits.SegmentsInIndirectPage;
            var bytes = new byte[Math.Min(BlkifLimits.SegmentsInIndirectPage, segments.Length - first) * BlkifSegment.Size];
            var status = await back.Domain.Grants.CopyFromAsync(back.Case.Guest.Id, tables[i], 0, bytes);
            back.Case.Expect("BI-025", status == GrantStatus.Okay, "a granted page of segments", $"{status}");
            BlkifSegment.ReadAll(bytes, segments.AsSpan(first, bytes.Length / BlkifSegment.Size));
        }

        return new ScriptedRequest(
            index, BlkifOperation.Indirect, indirect.InnerOperation, indirect.Id, indirect.Sector, Sum(segments), indirect.Handle, 0, segments, tables, head, 1);
    }

    private async ValueTask<byte[]> ReadEntriesAsync(uint index, int count)
    {
        var bytes = new byte[count * EntrySize];
        for (int i = 0; i < count; i++)
        {
            await Memory.CopyOutAsync(SharedRing.EntryOffset(index + (uint)i, Entries, EntrySize), bytes.AsMemory(i * EntrySize, EntrySize));
        }

        return bytes;
    }

    private static SectorCount512 Sum(ReadOnlySpan<BlkifSegment> segments)
    {
        ulong sum = 0;
        foreach (var segment in segments)
        {
            sum += segment.Sectors.Value;
        }

        return new SectorCount512(sum);
    }
}
