using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Block.Back;

/// <summary>One ring of a scripted front.</summary>
internal sealed class ScriptedQueue(string directory, IOwnPage[] pages, GrantRef[] references, IEventChannel channel, FrontRing ring)
{
    internal string Directory => directory;

    internal IOwnPage[] Pages => pages;

    internal GrantRef[] References => references;

    internal IEventChannel Channel => channel;

    internal FrontRing Ring => ring;
}

/// <summary>A front that does what a test tells it, byte for byte, and nothing by itself.</summary>
internal sealed class ScriptedFront(WorldDomain domain, DeviceRequest device, BlkifAbi abi = BlkifAbi.X64)
{
    private readonly List<ScriptedQueue> _queues = [];

    internal WorldDomain Domain => domain;

    internal BlkifAbi Abi => abi;

    internal int EntrySize => BlkifRing.EntrySize(abi);

    internal IReadOnlyList<ScriptedQueue> Queues => _queues;

    internal FrontRing Ring => _queues[0].Ring;

    /// <summary>Writes a node of its own directory.</summary>
    internal ValueTask WriteAsync(string name, string value) => domain.Store.WriteTextAsync($"{device.FrontNode}/{name}", $"{value}");

    internal ValueTask SetStateAsync(XenbusState state) => WriteAsync("state", $"{(int)state}");

    internal ValueTask<string?> ReadBackAsync(string name) => domain.Store.ReadOptionalAsync($"{device.BackNode}/{name}");

    /// <summary>A zeroed page, granted.</summary>
    internal async ValueTask<(IOwnPage Page, GrantRef Reference)> SharePageAsync(GrantAccess access = GrantAccess.ReadWrite)
    {
        var page = (await domain.Memory.AllocateAsync())!;
        return (page, await domain.Grants.GrantAsync(device.Back, page, access));
    }

    /// <summary>Makes a ring with its port; publishes nothing.</summary>
    internal async ValueTask<ScriptedQueue> MakeQueueAsync(int pages = 1, string directory = "", uint firstIndex = 0)
    {
        var own = new IOwnPage[pages];
        var references = new GrantRef[pages];
        for (int i = 0; i < pages; i++)
        {
            (own[i], references[i]) = await SharePageAsync();
        }

        var ring = new FrontRing(new RingMemory(own), EntrySize);
        await ring.InitialiseAsync(firstIndex);
        var channel = (await domain.Events.AllocateUnboundAsync(device.Back)).Channel!;
        var queue = new ScriptedQueue(directory, own, references, channel, ring);
        _queues.Add(queue);
        return queue;
    }

    /// <summary>Publishes a ring in today's scheme.</summary>
    internal async ValueTask PublishAsync(ScriptedQueue queue)
    {
        string directory = queue.Directory.Length == 0 ? "" : queue.Directory + "/";
        if (queue.References.Length == 1)
        {
            await WriteAsync($"{directory}ring-ref", $"{queue.References[0]}");
        }
        else
        {
            await WriteAsync("ring-page-order", $"{int.Log2(queue.References.Length)}");
            for (int i = 0; i < queue.References.Length; i++)
            {
                await WriteAsync($"{directory}ring-ref{i}", $"{queue.References[i]}");
            }
        }

        await WriteAsync($"{directory}event-channel", $"{queue.Channel.Port}");
        await WriteAsync("protocol", abi.NodeValue());
    }

    /// <summary>Publishes a ring in the scheme of 2010, with its limits.</summary>
    internal async ValueTask PublishSeedAsync(ScriptedQueue queue, int segments, int bytes, int requests)
    {
        await WriteAsync("ring-pages", $"{queue.References.Length}");
        for (int i = 0; i < queue.References.Length; i++)
        {
            await WriteAsync(i == 0 ? "ring-ref" : $"ring-ref{i}", $"{queue.References[i]}");
        }

        await WriteAsync("max-request-segments", $"{segments}");
        await WriteAsync("max-request-size", $"{bytes}");
        await WriteAsync("max-requests", $"{requests}");
        await WriteAsync("event-channel", $"{queue.Channel.Port}");
        await WriteAsync("protocol", abi.NodeValue());
    }

    /// <summary>Makes, publishes and offers one ring.</summary>
    internal async ValueTask OfferAsync(int pages = 1, XenbusState state = XenbusState.Initialised)
    {
        await PublishAsync(await MakeQueueAsync(pages));
        await SetStateAsync(state);
    }

    /// <summary>A direct request as bytes.</summary>
    internal byte[] Entry(BlkifOperation operation, ulong id, ulong sector, params ReadOnlySpan<BlkifSegment> segments)
    {
        var request = new BlkifRequest { Operation = operation, SegmentCount = (byte)segments.Length, Id = id, Sector = new Sector512(sector) };
        segments[..Math.Min(segments.Length, BlkifLimits.SegmentsInHeaderEntry)].CopyTo(request.SegmentSlots);
        var entry = new byte[EntrySize * Math.Max(1, segments.Length > 11 ? BlkifRing.EntriesFor((byte)segments.Length, abi) : 1)];
        request.Write(entry, abi);
        if (segments.Length > BlkifLimits.SegmentsInHeaderEntry)
        {
            BlkifSegmentEntry.Write(entry.AsSpan(EntrySize), abi, segments[BlkifLimits.SegmentsInHeaderEntry..]);
        }

        return entry;
    }

    /// <summary>Sends requests of any bytes, published together.</summary>
    internal ValueTask SendAsync(params byte[][] requests) => SendAsync(0, requests);

    internal async ValueTask SendAsync(int queue, params byte[][] requests)
    {
        foreach (var request in requests)
        {
            _queues[queue].Ring.PutRequest(request);
        }

        if (await _queues[queue].Ring.PushRequestsAsync())
        {
            await _queues[queue].Channel.NotifyAsync();
        }
    }

    /// <summary>Waits for the next response; the test knows how many entries its request took.</summary>
    internal async ValueTask<BlkifResponse> ReceiveAsync(int queue = 0, int entries = 1)
    {
        var ring = _queues[queue].Ring;
        while (ring.AvailableResponses == 0 && !await ring.FinalCheckForResponsesAsync())
        {
            await _queues[queue].Channel.WaitAsync();
        }

        var entry = new byte[EntrySize];
        Assert.True(await ring.ReadResponseAsync(entry), ring.Fault.ToString());
        Assert.True(ring.ConsumeResponse(entries), ring.Fault.ToString());
        return BlkifResponse.Read(entry, abi);
    }

    /// <summary>Sends one request and waits for its response.</summary>
    internal async ValueTask<BlkifResponse> CallAsync(byte[] request)
    {
        await SendAsync(request);
        return await ReceiveAsync(0, request.Length / EntrySize);
    }

    /// <summary>How many of the ring's pages the back still uses.</summary>
    internal int PinnedRingPages() => _queues.Sum(queue => queue.Pages.Count(IsPinned));

    internal bool IsPinned(IOwnPage page) => domain.Machine.Memory.Find(page.Frame) is { Pins: > 0 };
}
