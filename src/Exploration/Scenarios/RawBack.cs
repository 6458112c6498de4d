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
/// A back without a driver, a fiber in the world of a scenario: what it answers, and the index behind its answers, are what the
/// scenario says. One ring of one page; it reads and writes no data.
/// </summary>
internal sealed class RawBack
{
    private const BlkifAbi Abi = BlkifAbi.X64;

    private static readonly int s_entrySize = BlkifRing.EntrySize(Abi);
    private static readonly uint s_entries = BlkifRing.Entries(1, Abi);

    private readonly WorldDomain _home;
    private readonly DeviceRequest _disk;
    private readonly DeviceManager _looks;
    private IMappedPage _ring = null!;
    private IEventChannel _channel = null!;
    private uint _consumed;

    internal RawBack(PairWorld world)
    {
        _home = world.Machine.BackDomain;
        _disk = world.Disk;
        _looks = new DeviceManager(_home);
    }

    /// <summary>The index behind the last response that was put.</summary>
    internal uint Answered { get; private set; }

    /// <summary>The whole way to a connection, once the device was made.</summary>
    /// <param name="offers">Further nodes of the back's directory, such as limits.</param>
    internal async ValueTask ConnectAsync(params (string Name, string Value)[] offers)
    {
        foreach (var (name, value) in offers)
        {
            await WriteAsync(name, value);
        }

        await SayAsync(XenbusState.InitWait);
        PairWorld.Expect(await WaitForFrontAsync(XenbusState.Initialised), "XB-009", "a front that publishes its ring", "one that does not");
        var reference = new GrantRef(uint.Parse(await ReadAsync(BlockNodes.RingRef), CultureInfo.InvariantCulture));
        var port = new PortNumber(uint.Parse(await ReadAsync(BlockNodes.EventChannel), CultureInfo.InvariantCulture));
        _ring = (await _home.Grants.MapAsync(_disk.Front, reference, GrantAccess.ReadWrite)).Page!;
        _channel = (await _home.Events.BindInterdomainAsync(_disk.Front, port)).Channel!;
        await WriteAsync(BlockNodes.Sectors, "1024");
        await WriteAsync(BlockNodes.SectorSize, "512");
        await WriteAsync(BlockNodes.Info, "0");
        await SayAsync(XenbusState.Connected);
        PairWorld.Expect(await WaitForFrontAsync(XenbusState.Connected), "XB-009", "a front that connects", "one that does not");
    }

    /// <summary>Gives up the ring and closes, and waits for the front to close.</summary>
    /// <returns>Whether the front closed.</returns>
    internal async ValueTask<bool> CloseAsync()
    {
        await SayAsync(XenbusState.Closing);
        bool isClosed = await WaitForFrontAsync(XenbusState.Closed);
        await _home.Grants.UnmapAsync(_ring);
        await _channel.CloseAsync();
        await SayAsync(XenbusState.Closed);
        return isClosed;
    }

    /// <summary>Takes the next request, waiting for it; of one with several entries the first.</summary>
    internal async ValueTask<BlkifRequest> TakeAsync()
    {
        while (await _ring.LoadAsync(SharedRing.RequestProducer) == _consumed)
        {
            await _ring.StoreAsync(SharedRing.RequestEvent, _consumed + 1);
            if (await _ring.LoadAsync(SharedRing.RequestProducer) == _consumed)
            {
                await _channel.WaitAsync();
            }
        }

        var entry = new byte[s_entrySize];
        await _ring.CopyOutAsync(SharedRing.EntryOffset(_consumed++, s_entries, s_entrySize), entry);
        BlkifRequest.Read(entry, Abi, out var request);
        return request;
    }

    /// <summary>Writes a response behind those that were put; publishes nothing.</summary>
    internal ValueTask PutAsync(in BlkifResponse response) => WriteEntryAsync(Answered++, response);

    /// <summary>Writes a response over whatever is there.</summary>
    internal ValueTask WriteEntryAsync(uint index, in BlkifResponse response)
    {
        var entry = new byte[s_entrySize];
        response.Write(entry, Abi);
        return _ring.CopyInAsync(SharedRing.EntryOffset(index, s_entries, s_entrySize), entry);
    }

    /// <summary>Publishes an index and notifies the front.</summary>
    internal async ValueTask PushAsync(uint index)
    {
        await _ring.StoreAsync(SharedRing.ResponseProducer, index);
        await _channel.NotifyAsync();
    }

    /// <summary>Waits until the front says one of these states, or for a minute.</summary>
    internal ValueTask<bool> WaitForFrontAsync(params XenbusState[] states) =>
        _looks.WaitForStateAsync($"{_disk.FrontNode}/state", states.Contains, TimeSpan.FromMinutes(1));

    private ValueTask SayAsync(XenbusState state) => WriteAsync("state", ((int)state).ToString(CultureInfo.InvariantCulture));

    private async ValueTask<string> ReadAsync(string name) => Encoding.ASCII.GetString(await _home.Store.ReadAsync($"{_disk.FrontNode}/{name}"));

    private ValueTask WriteAsync(string name, string value) => _home.Store.WriteAsync($"{_disk.BackNode}/{name}", Encoding.ASCII.GetBytes(value));
}
