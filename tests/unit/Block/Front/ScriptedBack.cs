using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Ports;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Block.Front;

/// <summary>What a back was asked, as it read it.</summary>
internal sealed record AskedRequest(BlkifOperation Operation, BlkifOperation Inner, ulong Id, ulong Sector, ulong Count, ushort Handle, int Entries, BlkifSegment[] Segments);

/// <summary>
/// The back and the tool stack of one device, as a test has them act, step by step: the other end of the front under test.
/// </summary>
internal sealed class ScriptedBack(WorldDomain control, WorldDomain front, BlkifAbi abi)
{
    private readonly List<(BackRing Ring, IEventChannel Channel, List<IMappedPage> Pages)> _queues = [];

    public const string Name = "51712";

    public string Node => $"/local/domain/0/backend/vbd/{front.Id}/{Name}";

    public string FrontNode => $"/local/domain/{front.Id}/device/vbd/{Name}";

    public string ErrorNode => $"/local/domain/{front.Id}/error/device/vbd/{Name}/error";

    public byte[] Medium { get; } = new byte[1 << 20];

    /// <summary>All that was asked, in order.</summary>
    public List<AskedRequest> Asked { get; } = [];

    /// <summary>Answers instead of doing what is asked; null to do it. Without an answer the request stays open.</summary>
    public Func<AskedRequest, BlkifResponse?>? Answer { get; set; }

    /// <summary>Whether a request with an answer of its own is answered at all.</summary>
    public Func<AskedRequest, bool> Answers { get; set; } = _ => true;

    /// <summary>Requests not answered, in order, by queue.</summary>
    public List<(int Queue, AskedRequest Request)> Open { get; } = [];

    public IReadOnlyList<BackRing> Rings => [.. _queues.Select(queue => queue.Ring)];

    /// <summary>Both directories, as a tool stack makes them, with what the back publishes before InitWait.</summary>
    public async ValueTask AddAsync(XenbusState state, params (string Name, string Value)[] nodes)
    {
        await control.Store.InTransactionAsync(async transaction =>
        {
            await MakeAsync(FrontNode, front.Id, DomainId.Zero, transaction);
            await MakeAsync(Node, DomainId.Zero, front.Id, transaction);
            await PutAsync($"{FrontNode}/backend", Node, transaction);
            await PutAsync($"{FrontNode}/backend-id", "0", transaction);
            await PutAsync($"{FrontNode}/{BlockNodes.VirtualDevice}", Name, transaction);
            await PutAsync($"{FrontNode}/state", "1", transaction);
            await PutAsync($"{Node}/frontend", FrontNode, transaction);
            await PutAsync($"{Node}/frontend-id", front.Id.ToString(), transaction);
            await PutAsync($"{Node}/online", "1", transaction);
            await PutAsync($"{Node}/state", $"{(int)state}", transaction);
            foreach (var (name, value) in nodes)
            {
                await PutAsync($"{Node}/{name}", value, transaction);
            }
        });
    }

    public ValueTask WriteAsync(string name, string value) => PutAsync($"{Node}/{name}", value, default);

    public ValueTask RemoveAsync(string path) => control.Store.RemoveAsync(path);

    public ValueTask StateAsync(XenbusState state) => WriteAsync("state", $"{(int)state}");

    public ValueTask WriteFrontAsync(string name, string value) => PutAsync($"{FrontNode}/{name}", value, default);

    public async ValueTask<string?> ReadFrontAsync(string name) => await ReadAsync($"{FrontNode}/{name}");

    public async ValueTask<string?> ReadAsync(string path) =>
        await control.Store.FindAsync(path) is { } value ? Encoding.ASCII.GetString(value) : null;

    public async ValueTask<XenbusState> FrontStateAsync() =>
        await ReadFrontAsync("state") is { } text ? (XenbusState)int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : XenbusState.Unknown;

    /// <summary>Waits until the front is in one of the states, for at most a minute of the run's clock.</summary>
    public async ValueTask AwaitFrontAsync(params XenbusState[] states)
    {
        var changed = control.Fibers.CreateSignal("the front's state");
        var watch = new StoreWatch($"{FrontNode}/state", _ =>
        {
            changed.Set();
            return default;
        });
        await control.Store.WatchAsync(watch);
        while (Array.IndexOf(states, await FrontStateAsync()) < 0)
        {
            Assert.True(await control.Fibers.WaitAsync(changed, TimeSpan.FromMinutes(1)), $"front in {await FrontStateAsync()}, expected {string.Join('/', states)}; error: {await ReadAsync(ErrorNode)}");
        }

        await control.Store.UnwatchAsync(watch);
    }

    /// <summary>Maps what the front published, binds its ports, and serves from then on.</summary>
    public async ValueTask MapAsync()
    {
        int queues = int.Parse(await ReadFrontAsync(BlockNodes.MultiQueueNumQueues) ?? "1", System.Globalization.CultureInfo.InvariantCulture);
        for (int i = 0; i < queues; i++)
        {
            await MapQueueAsync(queues == 1 ? string.Empty : $"queue-{i}/", i);
        }
    }

    /// <summary>Publishes the medium, and is Connected.</summary>
    public async ValueTask ConnectAsync(params (string Name, string Value)[] nodes)
    {
        await MapAsync();
        if (await ReadAsync($"{Node}/{BlockNodes.Sectors}") is null)
        {
            await WriteAsync(BlockNodes.Sectors, $"{Medium.Length / 512}");
        }

        foreach (var (name, value) in nodes)
        {
            await WriteAsync(name, value);
        }

        await StateAsync(XenbusState.Connected);
    }

    /// <summary>Lets go of everything of the front.</summary>
    public async ValueTask UnmapAsync()
    {
        foreach (var (ring, channel, pages) in _queues)
        {
            ring.Detach();
            await channel.CloseAsync();
            foreach (var page in pages)
            {
                await control.Grants.UnmapAsync(page);
            }
        }

        _queues.Clear();
        Open.Clear();
    }

    /// <summary>Answers what is open: does it, or says what it is told to.</summary>
    public async ValueTask AnswerOpenAsync(Func<AskedRequest, BlkifResponse>? answer = null)
    {
        foreach (var (queue, request) in Open.ToArray())
        {
            Open.RemoveAt(0);
            var response = answer?.Invoke(request) ?? new BlkifResponse(request.Id, request.Operation, await DoAsync(request));
            Put(_queues[queue].Ring, response, request.Entries);
        }

        foreach (var (ring, channel, _) in _queues.ToArray())
        {
            await ring.PushResponsesAsync();
            await channel.NotifyAsync();
        }
    }

    public void PutResponse(int queue, BlkifResponse response, int entries) => Put(_queues[queue].Ring, response, entries);

    /// <summary>Stores a word into a ring's header, whatever the protocol says.</summary>
    public ValueTask StoreAsync(int offset, uint value) => _queues[0].Pages[0].StoreAsync(offset, value);

    public ValueTask NotifyAsync() => _queues[0].Channel.NotifyAsync();

    private static void Put(BackRing ring, BlkifResponse response, int entries)
    {
        var bytes = new byte[16];
        response.Write(bytes, BlkifAbi.X64);
        ring.PutResponse(bytes.AsSpan(0, Math.Min(bytes.Length, ring.EntrySize == 108 ? 12 : 16)), entries);
    }

    private async ValueTask MakeAsync(string node, DomainId owner, DomainId reader, StoreTransaction transaction)
    {
        await control.Store.MakeDirectoryAsync(node, transaction);
        await control.Store.SetPermissionsAsync(node, [new XsPermission(owner, XsAccess.None), new XsPermission(reader, XsAccess.Read)], transaction);
    }

    private ValueTask PutAsync(string path, string value, StoreTransaction transaction) =>
        control.Store.WriteAsync(path, Encoding.ASCII.GetBytes(value), transaction);

    private async ValueTask MapQueueAsync(string prefix, int index)
    {
        var pages = new List<IMappedPage>();
        foreach (string name in await RefNamesAsync(prefix))
        {
            var reference = new GrantRef(uint.Parse((await ReadFrontAsync(prefix + name))!, System.Globalization.CultureInfo.InvariantCulture));
            var mapping = await control.Grants.MapAsync(front.Id, reference, GrantAccess.ReadWrite);
            Assert.Equal(GrantStatus.Okay, mapping.Status);
            pages.Add(mapping.Page!);
        }

        var port = new PortNumber(uint.Parse((await ReadFrontAsync(prefix + BlockNodes.EventChannel))!, System.Globalization.CultureInfo.InvariantCulture));
        var bound = await control.Events.BindInterdomainAsync(front.Id, port);
        Assert.Equal(Errno.None, bound.Error);
        var ring = new BackRing(new RingMemory([.. pages]), BlkifRing.EntrySize(abi));
        Assert.True(await ring.AttachAsync());
        _queues.Add((ring, bound.Channel!, pages));
        control.Fibers.Start($"back {index}", () => ServeAsync(ring, bound.Channel!, index));
    }

    private async ValueTask<List<string>> RefNamesAsync(string prefix)
    {
        var names = await control.Store.ListAsync($"{FrontNode}/{prefix}".TrimEnd('/'));
        return [.. names.Where(name => name.StartsWith(BlockNodes.RingRef, StringComparison.Ordinal))
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];
    }

    private async ValueTask ServeAsync(BackRing ring, IEventChannel channel, int index)
    {
        while (await channel.WaitAsync())
        {
            do
            {
                await ring.SampleRequestsAsync();
                while (ring.AvailableRequests > 0)
                {
                    await TakeAsync(ring, index);
                }

                if (await ring.PushResponsesAsync())
                {
                    await channel.NotifyAsync();
                }
            }
            while (await ring.FinalCheckForRequestsAsync());
        }
    }

    private async ValueTask TakeAsync(BackRing ring, int index)
    {
        var entry = new byte[ring.EntrySize];
        if (!await ring.ReadRequestAsync(entry))
        {
            return;
        }

        var request = await ParseAsync(ring, entry);
        Asked.Add(request);
        Assert.True(ring.ConsumeRequest(request.Entries));
        if (!Answers(request))
        {
            Open.Add((index, request));
            return;
        }

        Put(ring, Answer?.Invoke(request) ?? new BlkifResponse(request.Id, request.Operation, await DoAsync(request)), request.Entries);
    }

    private async ValueTask<AskedRequest> ParseAsync(BackRing ring, byte[] entry)
    {
        var operation = (BlkifOperation)entry[0];
        if (operation == BlkifOperation.Discard)
        {
            var discard = BlkifDiscard.Read(entry, abi);
            return new AskedRequest(operation, operation, discard.Id, discard.Sector.Value, discard.Count.Value, discard.Handle, 1, []);
        }

        if (operation == BlkifOperation.Indirect)
        {
            BlkifIndirect.Read(entry, abi, out var indirect);
            var list = new List<BlkifSegment>();
            var tables = indirect.Pages.ToArray();
            foreach (var table in tables)
            {
                list.AddRange(await ReadTableAsync(table, Math.Min(512, indirect.SegmentCount - list.Count)));
            }

            return Made(operation, indirect.InnerOperation, indirect.Id, indirect.Sector.Value, indirect.Handle, 1, [.. list]);
        }

        BlkifRequest.Read(entry, abi, out var request);
        var segments = new BlkifSegment[request.SegmentCount];
        request.Segments.CopyTo(segments);
        int entries = BlkifRing.EntriesFor(request.SegmentCount, abi);
        if (entries > 1)
        {
            var more = new byte[(entries - 1) * ring.EntrySize];
            Assert.True(ring.HoldsRequest(entries));
            Assert.True(await ring.ReadRequestAsync(more, 1));
            BlkifSegmentEntry.Read(more, abi, segments.AsSpan(11));
        }

        return Made(operation, operation, request.Id, request.Sector.Value, request.Handle, entries, segments);
    }

    private static AskedRequest Made(BlkifOperation operation, BlkifOperation inner, ulong id, ulong sector, ushort handle, int entries, BlkifSegment[] segments)
    {
        Assert.All(segments, segment => Assert.True(segment.IsValid));
        return new AskedRequest(operation, inner, id, sector, (ulong)segments.Sum(segment => (long)segment.Sectors.Value), handle, entries, segments);
    }

    private async ValueTask<BlkifSegment[]> ReadTableAsync(GrantRef table, int count)
    {
        var mapping = await control.Grants.MapAsync(front.Id, table, GrantAccess.ReadOnly);
        Assert.Equal(GrantStatus.Okay, mapping.Status);
        var bytes = new byte[count * BlkifSegment.Size];
        await mapping.Page!.CopyOutAsync(0, bytes);
        await control.Grants.UnmapAsync(mapping.Page);
        var segments = new BlkifSegment[count];
        BlkifSegment.ReadAll(bytes, segments);
        return segments;
    }

    private async ValueTask<BlkifStatus> DoAsync(AskedRequest request)
    {
        int position = (int)request.Sector * 512;
        foreach (var segment in request.Segments)
        {
            bool isRead = request.Inner == BlkifOperation.Read;
            var mapping = await control.Grants.MapAsync(front.Id, segment.Grant, isRead ? GrantAccess.ReadWrite : GrantAccess.ReadOnly);
            Assert.Equal(GrantStatus.Okay, mapping.Status);
            var place = Medium.AsMemory(position, segment.Length);
            await (isRead ? mapping.Page!.CopyInAsync(segment.Offset, place) : mapping.Page!.CopyOutAsync(segment.Offset, place));
            await control.Grants.UnmapAsync(mapping.Page);
            position += segment.Length;
        }

        if (request.Operation == BlkifOperation.Discard)
        {
            Medium.AsSpan(position, (int)request.Count * 512).Clear();
        }

        return BlkifStatus.Ok;
    }
}
