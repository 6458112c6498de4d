using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// A front without a driver, a fiber in the world of a scenario: what it publishes, the entries of its ring and the indices are
/// what the scenario says, and nothing is checked. One ring of one page or two.
/// </summary>
internal sealed class RawFront
{
    private const BlkifAbi Abi = BlkifAbi.X64;

    /// <summary>Bytes of a ring entry.</summary>
    internal static readonly int EntrySize = BlkifRing.EntrySize(Abi);

    private readonly WorldDomain _guest;
    private readonly DeviceRequest _disk;
    private readonly DeviceManager _looks;
    private readonly List<IOwnPage> _pages = [];
    private readonly List<GrantRef> _references = [];
    private IEventChannel _channel = null!;
    private uint _entries;
    private uint _consumed;

    internal RawFront(PairWorld world)
    {
        _guest = world.Machine.Guest;
        _disk = world.Disk;
        _looks = new DeviceManager(_guest);
    }

    /// <summary>The index behind the last request that was put.</summary>
    internal uint Produced { get; private set; }

    /// <summary>How many entries the ring has.</summary>
    internal uint EntryCount => _entries;

    /// <summary>A page that is granted for data.</summary>
    internal IOwnPage Data { get; private set; } = null!;

    /// <summary>Its reference.</summary>
    internal GrantRef DataReference { get; private set; }

    /// <summary>Makes ring, port and a data page, all granted.</summary>
    /// <param name="pages">Pages of the ring.</param>
    /// <param name="first">The index at which it begins.</param>
    internal async ValueTask MakeAsync(int pages = 1, uint first = 0)
    {
        _entries = BlkifRing.Entries(pages, Abi);
        Produced = _consumed = first;
        for (int i = 0; i < pages; i++)
        {
            _pages.Add((await _guest.Memory.AllocateAsync())!);
        }

        await _pages[0].StoreAsync(SharedRing.RequestProducer, first);
        await _pages[0].StoreAsync(SharedRing.ResponseProducer, first);
        await _pages[0].StoreAsync(SharedRing.RequestEvent, first + 1);
        await _pages[0].StoreAsync(SharedRing.ResponseEvent, first + 1);
        foreach (var page in _pages)
        {
            _references.Add(await _guest.Grants.GrantAsync(_disk.Back, page, GrantAccess.ReadWrite));
        }

        await MakePortAsync();
        Data = (await _guest.Memory.AllocateAsync())!;
        DataReference = await _guest.Grants.GrantAsync(_disk.Back, Data, GrantAccess.ReadWrite);
    }

    /// <summary>Makes a port, another one if there was one.</summary>
    internal async ValueTask MakePortAsync() => _channel = (await _guest.Events.AllocateUnboundAsync(_disk.Back)).Channel!;

    /// <summary>Closes the port.</summary>
    internal ValueTask ClosePortAsync() => _channel.CloseAsync();

    /// <summary>Writes what was made into the front's directory, and other nodes beside or instead.</summary>
    internal async ValueTask PublishAsync(params (string Name, string Value)[] others)
    {
        await WriteAsync(BlockNodes.Protocol, Abi.NodeValue());
        for (int i = 0; i < _references.Count; i++)
        {
            await WriteAsync(_references.Count == 1 ? BlockNodes.RingRef : $"{BlockNodes.RingRef}{i}", $"{_references[i]}");
        }

        await WriteAsync(BlockNodes.EventChannel, $"{_channel.Port}");
        foreach (var (name, value) in others)
        {
            await WriteAsync(name, value);
        }
    }

    /// <summary>Writes the front's state.</summary>
    internal ValueTask SayAsync(XenbusState state) => WriteAsync("state", ((int)state).ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the back says one of these states, or for a minute.</summary>
    internal ValueTask<bool> WaitForBackAsync(params XenbusState[] states) =>
        _looks.WaitForStateAsync($"{_disk.BackNode}/state", states.Contains, TimeSpan.FromMinutes(1));

    /// <summary>The whole way to a connection.</summary>
    internal async ValueTask ConnectAsync(int pages = 1, uint first = 0, params (string Name, string Value)[] others)
    {
        await WaitForBackAsync(XenbusState.InitWait);
        await MakeAsync(pages, first);
        await PublishAsync(others);
        await SayAsync(XenbusState.Initialised);
        PairWorld.Expect(await WaitForBackAsync(XenbusState.Connected), "XB-009", "a back that connects", "one that does not");
        await SayAsync(XenbusState.Connected);
    }

    /// <summary>Closes, and waits for the back to close.</summary>
    internal async ValueTask CloseAsync()
    {
        await SayAsync(XenbusState.Closing);
        await SayAsync(XenbusState.Closed);
        await WaitForBackAsync(XenbusState.Closed);
    }

    /// <summary>Writes entries behind those that were put; publishes nothing.</summary>
    internal async ValueTask PutAsync(byte[] entries)
    {
        for (int i = 0; i < entries.Length; i += EntrySize)
        {
            await WriteEntryAsync(Produced++, entries.AsMemory(i, EntrySize));
        }
    }

    /// <summary>Writes one entry over whatever is there.</summary>
    internal ValueTask WriteEntryAsync(uint index, ReadOnlyMemory<byte> entry) =>
        _pages[0].CopyInAsync(SharedRing.EntryOffset(index, _entries, EntrySize), entry);

    /// <summary>Publishes an index and notifies the back.</summary>
    internal async ValueTask PushAsync(uint index)
    {
        await _pages[0].StoreAsync(SharedRing.RequestProducer, index);
        await _channel.NotifyAsync();
    }

    /// <summary>Takes the next response, waiting for it; null when the port is closed first.</summary>
    internal async ValueTask<BlkifResponse?> TakeAsync()
    {
        while (await _pages[0].LoadAsync(SharedRing.ResponseProducer) == _consumed)
        {
            await _pages[0].StoreAsync(SharedRing.ResponseEvent, _consumed + 1);
            if (await _pages[0].LoadAsync(SharedRing.ResponseProducer) == _consumed && !await _channel.WaitAsync())
            {
                return null;
            }
        }

        var entry = new byte[EntrySize];
        await _pages[0].CopyOutAsync(SharedRing.EntryOffset(_consumed++, _entries, EntrySize), entry);
        return BlkifResponse.Read(entry, Abi);
    }

    /// <summary>How many responses there are that nobody has taken.</summary>
    internal async ValueTask<uint> CountResponsesAsync() => await _pages[0].LoadAsync(SharedRing.ResponseProducer) - _consumed;

    /// <summary>A request with one sector of the data page after the other for each segment, and a count that need not agree.</summary>
    internal byte[] Request(BlkifOperation operation, ulong id, ulong sector, int segments, byte? count = null)
    {
        var all = new BlkifSegment[segments];
        for (int i = 0; i < segments; i++)
        {
            byte position = (byte)(i % (BlkifLimits.FrameSize / Sector512.Size));
            all[i] = new BlkifSegment(DataReference, position, position);
        }

        var request = new BlkifRequest { Operation = operation, SegmentCount = count ?? (byte)segments, Id = id, Sector = new Sector512(sector) };
        int inHeader = Math.Min(segments, BlkifLimits.SegmentsInHeaderEntry);
        all.AsSpan(0, inHeader).CopyTo(request.SegmentSlots);
        var entries = new byte[EntrySize * BlkifRing.EntriesFor((byte)segments, Abi)];
        request.Write(entries.AsSpan(0, EntrySize), Abi);
        if (segments > inHeader)
        {
            BlkifSegmentEntry.Write(entries.AsSpan(EntrySize), Abi, all.AsSpan(inHeader));
        }

        return entries;
    }

    private ValueTask WriteAsync(string name, string value) => _guest.Store.WriteAsync($"{_disk.FrontNode}/{name}", Encoding.ASCII.GetBytes(value));
}
