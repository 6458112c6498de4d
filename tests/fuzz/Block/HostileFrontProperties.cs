using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>
/// A whole back against a front that sends any bytes, moves any index, writes any node and leaves at any time: nothing is
/// ever thrown out of the back, and in the end nothing of the front is mapped.
/// </summary>
public class HostileFrontProperties
{
    private static readonly string[] Nodes =
    [
        "ring-ref", "ring-ref0", "ring-ref1", "ring-page-order", "num-ring-pages", "ring-pages", "event-channel", "protocol",
        "feature-persistent", "multi-queue-num-queues", "max-requests", "max-request-segments", "max-request-size", "state",
    ];

    private static readonly string[] Values =
        ["", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "16", "40", "255", "4294967295", "4294967296", "-1", "0x1", "1 ", "x86_32-abi", "x86_64-abi", "\0"];

    [Fuzz(150)]
    [Trait("Clause", "BB-009")]
    [Trait("Clause", "BB-012")]
    [Trait("Clause", "RG-027")]
    [Trait("Clause", "XB-056")]
    public Property Back_AgainstAHostileFront_NeverThrows_AndLetsEverythingGo(int seed) => RandomInput.Check(() =>
    {
        Random random = new(seed);
        SteppedDriver driver = new(new SeededChoices((ulong)(uint)seed));
        string? wrong = null;
        driver.Run(async () => wrong = await RunAsync(driver, random));
        return wrong;
    });

    [Fact]
    public void Attacks_ReachEveryPartOfTheBack()
    {
        List<BackStatistics> all = [];
        for (int seed = 0; seed < 100; seed++)
        {
            SteppedDriver driver = new(new SeededChoices((ulong)seed));
            Random random = new(seed);
            driver.Run(async () => await RunAsync(driver, random, all));
        }

        Reaches("a second connection", found => found.Connections - 1);
        Reaches("a read", found => found.Reads);
        Reaches("a write", found => found.Writes);
        Reaches("a flush", found => found.Flushes);
        Reaches("a barrier", found => found.Barriers);
        Reaches("a discard", found => found.Discards);
        Reaches("a rejection", found => found.Rejected);
        Reaches("a mapping that fails", found => found.MapFailures);
        Reaches("a shortage", found => found.Shortages);
        Reaches("a halted ring", found => found.RingsHalted);
        Reaches("a grant that was mapped already", found => found.PersistentHits);

        void Reaches(string what, Func<BackStatistics, long> count) =>
            Assert.True(all.Exists(found => count(found) > 0), $"no attack reaches {what}");
    }

    private static async ValueTask<string?> RunAsync(SteppedDriver driver, Random random, List<BackStatistics>? statistics = null)
    {
        XenWorld world = new(driver);
        var back = await world.CreateDomainAsync();
        var guest = await world.CreateDomainAsync();
        StorageLookup lookup = new(driver, back.Fibers.Group, new SectorCount512(8));
        MemoryMedium disk = new("/disk", new SectorCount512(256));
        if (random.Next(2) == 0)
        {
            lookup.Add("/disk", disk);
        }
        else
        {
            lookup.AddDevice("/disk", disk);
        }

        DeviceRequest device = new("vbd", "51712", guest.Id, back.Id)
        {
            BackNodes = new Dictionary<string, string> { ["params"] = "/disk", ["mode"] = random.Pick("w", "r"), ["hotplug-status"] = "connected" },
        };
        DeviceManager tools = new(world.Control);
        await tools.AddAsync(device);
        BackDriver backDriver = new(BackSettings.For(random.Pick(Enum.GetValues<BlockProfile>())) with { RequestsMax = random.Next(1, 5) }, lookup);
        DeviceBus bus = new(back, new BackFlavour(), backDriver);
        await bus.StartAsync();
        Attacker attacker = new(guest, device, random);
        await attacker.ConnectAsync();
        for (int i = 0; i < 60; i++)
        {
            await attacker.ActAsync();
        }

        statistics?.AddRange(backDriver.Devices.Select(found => found.Statistics));
        await tools.ForceAsync(device);
        while (backDriver.Devices.Count > 0)
        {
            await world.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
        }

        return attacker.FindPinned();
    }

    /// <summary>The front.</summary>
    private sealed class Attacker(WorldDomain guest, DeviceRequest device, Random random)
    {
        private readonly BlkifAbi abi = random.Pick(BlkifAbi.X64, BlkifAbi.X86);
        private readonly List<IOwnPage> pages = [];
        private readonly List<GrantRef> references = [];
        private FrontRing ring = null!;
        private IEventChannel channel = null!;

        public async ValueTask ConnectAsync()
        {
            for (int i = 0; i < 6; i++)
            {
                pages.Add((await guest.Memory.AllocateAsync())!);
                references.Add(await guest.Grants.GrantAsync(device.Back, pages[i], i == 5 ? GrantAccess.ReadOnly : GrantAccess.ReadWrite));
            }

            ring = new FrontRing(new RingMemory(pages[0]), BlkifRing.EntrySize(abi));
            await ring.InitialiseAsync();
            channel = (await guest.Events.AllocateUnboundAsync(device.Back)).Channel!;
            await WriteAsync("ring-ref", $"{references[0]}");
            await WriteAsync("event-channel", $"{channel.Port}");
            await WriteAsync("protocol", abi.NodeValue());
            await WriteAsync("feature-persistent", random.Pick("0", "1"));
            await WriteAsync("max-request-segments", "33");
            await WriteAsync("state", random.Pick("3", "4"));
        }

        public ValueTask ActAsync() => random.Next(20) switch
        {
            < 12 => SendAsync(),
            < 14 => ScribbleAsync(),
            < 15 => pages[0].StoreAsync(4 * random.Next(4), (uint)random.Next(-50, 50)),
            < 17 => WriteAsync(random.Pick(Nodes), random.Pick(Values)),
            < 18 => WriteAsync("state", random.Pick("1", "3", "4", "5", "6")),
            < 19 => guest.Fibers.DelayAsync(TimeSpan.FromMilliseconds(10)),
            _ => channel.NotifyAsync(),
        };

        public string? FindPinned()
        {
            int pinned = pages.FindIndex(page => guest.Machine.Memory.Find(page.Frame) is { Pins: > 0 });
            return pinned < 0 ? null : $"page {pinned} is still mapped";
        }

        private ValueTask WriteAsync(string name, string value) => guest.Store.WriteTextAsync($"{device.FrontNode}/{name}", $"{value}");

        /// <summary>Requests of any bytes, with the fields that matter near their limits.</summary>
        private async ValueTask SendAsync()
        {
            while (ring.IsUsable && await ring.SampleResponsesAsync() > 0 && ring.ConsumeResponse(1))
            {
            }

            for (int count = random.Next(1, 6); count > 0 && ring.IsUsable && ring.Free > 0; count--)
            {
                ring.PutRequest(Entry());
            }

            if (await ring.PushRequestsAsync())
            {
                await channel.NotifyAsync();
            }
        }

        private byte[] Entry()
        {
            var layout = BlkifLayout.Of(abi);
            var entry = new byte[layout.RequestSize];
            random.NextBytes(entry);
            entry[BlkifLayout.Operation] = (byte)random.Next(8);
            entry[BlkifLayout.SecondByte] = (byte)random.Pick(0, 1, 2, 3, 11, 12, 33, 255);
            entry[BlkifLayout.SecondWord] = (byte)random.Next(64);
            entry[BlkifLayout.SecondWord + 1] = (byte)random.Pick(0, 0, 0, 1);
            BitConverter.TryWriteBytes(entry.AsSpan(layout.Sector), (ulong)random.NextInt64(-4, 300));
            if (entry[BlkifLayout.Operation] == (byte)BlkifOperation.Discard)
            {
                BitConverter.TryWriteBytes(entry.AsSpan(layout.DiscardCount), (ulong)random.Next(16));
                return entry;
            }

            for (int i = 0; i < BlkifLimits.SegmentsInHeaderEntry; i++)
            {
                byte first = (byte)random.Next(9);
                new BlkifSegment(random.Next(12) == 0 ? new GrantRef(999) : random.Pick([.. references]), first, (byte)random.Next(first, 9)).Write(entry.AsSpan(layout.Segments + (8 * i)));
            }

            return entry;
        }

        private async ValueTask ScribbleAsync()
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            await pages[random.Next(1, pages.Count)].CopyInAsync(random.Next(4096 - bytes.Length), bytes);
            await pages[0].CopyInAsync(64 + random.Next(4096 - 64 - bytes.Length), bytes);
        }
    }
}
