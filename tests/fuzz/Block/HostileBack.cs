using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>
/// A front whose back does anything at all: any state, any node, any word of the ring, any response, pages kept or let
/// go, between any two steps of the front.
/// </summary>
internal sealed class HostileBack(Random random, XenWorld world, WorldDomain front, FrontDriver driver)
{
    private static readonly string[] Nodes =
    [
        BlockNodes.Sectors, BlockNodes.SectorSize, BlockNodes.PhysicalSectorSize, BlockNodes.Info, BlockNodes.FeatureBarrier,
        BlockNodes.FeatureFlushCache, BlockNodes.FeatureDiscard, BlockNodes.DiscardGranularity, BlockNodes.DiscardAlignment,
        BlockNodes.FeaturePersistent, BlockNodes.FeatureMaxIndirectSegments, BlockNodes.MaxRingPageOrder, BlockNodes.MaxRingPages,
        BlockNodes.MultiQueueMaxQueues, BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize,
    ];

    private static readonly string[] Values = ["0", "1", "2", "7", "11", "33", "512", "4096", "2048", "1000", "65536", "4294967295", "18446744073709551615", "", "-1", "x", "8 "];

    private readonly List<IMappedPage> _pages = [];
    private readonly List<IEventChannel> _channels = [];
    private readonly DeviceRequest _device = new("vbd", "51712", front.Id, DomainId.Zero)
    {
        FrontNodes = new Dictionary<string, string> { [BlockNodes.VirtualDevice] = "51712" },
    };

    private int _begun;
    private int _ended;

    /// <summary>Runs front, users and back against each other; then takes the device away.</summary>
    /// <returns>What the front did wrong; null when nothing.</returns>
    public async ValueTask<string?> RunAsync()
    {
        int ports = front.Machine.Events.Count;
        var bus = new DeviceBus(front, new FrontFlavour(), driver);
        await new DeviceManager(world.Control).AddAsync(_device);
        await bus.StartAsync();
        for (int i = 0; i < 60; i++)
        {
            await ActAsync();
            await UseAsync();
        }

        await LetGoAsync();
        await new DeviceManager(world.Control).ForceAsync(_device);
        await world.Driver.DelayAsync(TimeSpan.FromMinutes(5));
        front.GrantTable.RetryDeferred();
        return _begun != _ended ? $"{_begun} operations begun, {_ended} ended"
            : front.Machine.Events.Count != ports ? $"{ports} ports before, {front.Machine.Events.Count} after"
            : front.GrantTable.FreeCount != front.GrantTable.EntryCount - ReservedGrants.Count ? $"{front.GrantTable.EntryCount - ReservedGrants.Count - front.GrantTable.FreeCount} references not free"
            : null;
    }

    private async ValueTask ActAsync()
    {
        switch (random.Next(12))
        {
            case 0:
                await WriteAsync("state", random.Next(10) == 0 ? Any(Values) : $"{random.Next(9)}");
                break;
            case 1:
                await WriteAsync(Any(Nodes), Any(Values));
                break;
            case 2:
                // The plain way, so that deeper states are met often.
                await WriteAsync("state", "2");
                await world.Driver.DelayAsync(TimeSpan.FromMilliseconds(1));
                break;
            case 3:
                await WriteAsync(BlockNodes.Sectors, "2048");
                await WriteAsync(BlockNodes.SectorSize, "512");
                await MapAsync();
                await WriteAsync("state", "4");
                await world.Driver.DelayAsync(TimeSpan.FromMilliseconds(1));
                break;
            case 4:
                await LetGoAsync();
                break;
            case 5 or 6 or 7 when _pages.Count > 0:
                await RespondAsync();
                break;
            case 8 when _pages.Count > 0:
                await Any(_pages).StoreAsync(4 * random.Next(32), random.Next(3) == 0 ? (uint)random.NextInt64() : (uint)random.Next(8));
                break;
            case 9:
                await KeepAPageAsync();
                break;
            default:
                foreach (var channel in _channels)
                {
                    await channel.NotifyAsync();
                }

                break;
        }
    }

    private async ValueTask UseAsync()
    {
        if (driver.FindDisk("51712") is not { IsAnnounced: true } disk || random.Next(2) == 0)
        {
            return;
        }

        int kind = random.Next(6);
        var sector = new Sector512((ulong)random.Next(64) * 8);
        int length = 4096 * (1 + random.Next(20));
        _begun++;
        front.Fibers.Start("user", async () =>
        {
            bool isOpen = await disk.OpenAsync() == DiskResult.Ok;
            _ = kind switch
            {
                0 => await disk.FlushAsync(),
                1 => await disk.DiscardAsync(sector, new SectorCount512(8)),
                2 => await disk.WriteOrderedAsync(sector, new byte[length]),
                3 => await disk.WriteAsync(sector, new byte[length]),
                _ => await disk.ReadAsync(sector, new byte[length]),
            };
            if (isOpen)
            {
                await disk.CloseAsync();
            }

            _ended++;
        });
        await world.Driver.YieldAsync();
    }

    /// <summary>A response, mostly the right one to the request that lies there, sometimes to anything.</summary>
    private async ValueTask RespondAsync()
    {
        var page = _pages[0];
        uint producer = await page.LoadAsync(SharedRing.ResponseProducer);
        if (await page.LoadAsync(SharedRing.RequestProducer) == producer && random.Next(10) > 0)
        {
            return;
        }

        var entry = new byte[112];
        await page.CopyOutAsync(SharedRing.EntryOffset(producer, 32, 112), entry);
        BlkifRequest.Read(entry, BlkifAbi.X64, out var request);
        bool isWrong = random.Next(16) == 0;
        ulong id = isWrong ? (ulong)random.NextInt64() >> random.Next(64) : request.Id;
        var operation = random.Next(30) == 0 ? (BlkifOperation)random.Next(256) : request.Operation;
        var status = random.Next(3) == 0 ? (BlkifStatus)random.Next(-3, 2) : BlkifStatus.Ok;
        var response = new byte[16];
        new BlkifResponse(id, operation, status).Write(response, BlkifAbi.X64);
        await page.CopyInAsync(SharedRing.EntryOffset(producer, 32, 112), response);
        await page.StoreAsync(SharedRing.ResponseProducer, producer + 1);
        foreach (var channel in _channels)
        {
            await channel.NotifyAsync();
        }
    }

    private async ValueTask MapAsync()
    {
        string root = _device.FrontNode;
        foreach (string name in (string[])["ring-ref", "ring-ref0", "queue-0/ring-ref", "queue-0/ring-ref0"])
        {
            if (await NumberAsync($"{root}/{name}") is { } reference)
            {
                await MapAsync(new GrantRef(reference));
            }
        }

        foreach (string name in (string[])["event-channel", "queue-0/event-channel"])
        {
            if (await NumberAsync($"{root}/{name}") is { } port
                && (await world.Control.Events.BindInterdomainAsync(front.Id, new PortNumber(port))).Channel is { } channel)
            {
                _channels.Add(channel);
            }
        }
    }

    /// <summary>Maps any page that is granted, and keeps it.</summary>
    private ValueTask KeepAPageAsync() => MapAsync(new GrantRef((uint)random.Next((int)ReservedGrants.Count, 64)));

    private async ValueTask MapAsync(GrantRef reference)
    {
        if ((await world.Control.Grants.MapAsync(front.Id, reference, GrantAccess.ReadWrite)).Page is { } page)
        {
            _pages.Add(page);
        }
    }

    private async ValueTask LetGoAsync()
    {
        foreach (var channel in _channels)
        {
            await channel.CloseAsync();
        }

        foreach (var page in _pages)
        {
            await world.Control.Grants.UnmapAsync(page);
        }

        _channels.Clear();
        _pages.Clear();
    }

    private async ValueTask<uint?> NumberAsync(string path) =>
        await world.Control.Store.FindAsync(path) is { } text && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    private ValueTask WriteAsync(string name, string value) => world.Control.Store.WriteAsync($"{_device.BackNode}/{name}", Encoding.ASCII.GetBytes(value));

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
