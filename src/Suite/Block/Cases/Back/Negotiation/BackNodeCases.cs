using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Negotiation;

/// <summary>What a back publishes, and when.</summary>
public static class BackNodeCases
{
    private static readonly string[] Seeds = [BlockNodes.MaxRequests, BlockNodes.MaxRequestSegments, BlockNodes.MaxRequestSize];

    /// <summary>The limits bear the names of their profile, are decimal numbers, and are there when InitWait is.</summary>
    [Case("NG-003", "NG-013", "NG-014", "NG-001", "NG-048")]
    public static async Task LimitsAreThereBeforeInitWait(BackContext c)
    {
        uint number = 51712;
        foreach (var profile in Enum.GetValues<BlockProfile>())
        {
            var back = await c.StartBackAsync(BackSettings.For(profile));
            var disk = c.Disk(number += 16);
            await c.Tools.AddAsync(disk);
            await WaitSpinningAsync(c, disk.BackNode, "2");
            var front = new ScriptedFront(c, disk);
            string[] expected = profile switch
            {
                BlockProfile.Seed2010 => [BlockNodes.MaxRingPages, .. Seeds],
                BlockProfile.Mainline => [BlockNodes.MaxRingPageOrder, BlockNodes.MultiQueueMaxQueues, BlockNodes.FeatureMaxIndirectSegments],
                _ => [],
            };
            foreach (string name in expected)
            {
                c.Expect(await front.ReadBackAsync(name) is not null, $"{name} of a {profile} back in the store when it is in InitWait", "nothing");
                c.Expect("NG-010", await Rings.IndexCases.NumberAsync(c, front, name) > 0, $"{name} above zero", "zero");
            }

            if (profile != BlockProfile.Seed2010)
            {
                foreach (string name in Seeds)
                {
                    c.Expect("NG-048", await front.ReadBackAsync(name) is null, $"no {name} of a {profile} back", "one");
                }
            }

            await back.StopAsync();
        }
    }

    /// <summary>Medium and features are there when Connected is, all of them decimal numbers, and never some of the medium without the rest.</summary>
    [Case("NG-005", "NG-043", "NG-045", "NG-001", "NG-034", "NG-035", "NG-037", "BI-027")]
    public static async Task TheMediumIsThereBeforeConnected(BackContext c)
    {
        await c.StartBackAsync();
        var disk = c.Disk();
        var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
        bool isTorn = false;
        bool isAtWork = true;
        var reader = front.Guest.Fibers.Start("reader of the medium", async () =>
        {
            while (isAtWork)
            {
                // What was read counts once the transaction is committed: until then it may be of two moments.
                isTorn |= await front.Guest.Store.InTransactionAsync(async transaction =>
                {
                    bool hasSectors = await front.Guest.Store.ReadOptionalAsync($"{disk.BackNode}/{BlockNodes.Sectors}", transaction) is not null;
                    bool hasSize = await front.Guest.Store.ReadOptionalAsync($"{disk.BackNode}/{BlockNodes.SectorSize}", transaction) is not null;
                    bool hasInfo = await front.Guest.Store.ReadOptionalAsync($"{disk.BackNode}/{BlockNodes.Info}", transaction) is not null;
                    return hasSectors != hasSize || hasSectors != hasInfo;
                });
            }
        });
        await front.OfferAsync();
        await WaitSpinningAsync(c, disk.BackNode, "4");
        string? sectors = await front.ReadBackAsync(BlockNodes.Sectors);
        isAtWork = false;
        await reader.JoinAsync();
        c.Expect("NG-035", sectors == "4096", "sectors 4096 for 2 MiB when the back is Connected", $"'{sectors}'");
        c.Expect("NG-043", !isTorn, "sectors, sector-size and info together or not at all", "some of them");
        foreach (string name in (string[])[BlockNodes.SectorSize, BlockNodes.Info, BlockNodes.FeatureFlushCache, BlockNodes.FeatureBarrier, BlockNodes.FeaturePersistent, BlockNodes.FeatureDiscard])
        {
            c.Expect(await front.ReadBackAsync(name) is not null, $"{name} when the back is Connected", "nothing");
            await Rings.IndexCases.NumberAsync(c, front, name);
        }

        uint size = await Rings.IndexCases.NumberAsync(c, front, BlockNodes.SectorSize);
        c.Expect("NG-034", await front.ReadBackAsync(BlockNodes.PhysicalSectorSize) is null || await Rings.IndexCases.NumberAsync(c, front, BlockNodes.PhysicalSectorSize) % size == 0, "physical-sector-size a multiple of sector-size", "another");
        c.Expect("NG-037", await front.ReadBackAsync(BlockNodes.Info) == "0", "info 0 for a disk that may be written", $"{await front.ReadBackAsync(BlockNodes.Info)}");
        c.Expect("BI-026", await front.ReadBackAsync(BlockNodes.DiscardSecure) is null or "0", "no offer of secure discards", "one");
    }

    /// <summary>The tool stack's word against discards is heeded, in the offer and in what is done.</summary>
    [Case("NG-028", "NG-027")]
    public static async Task DiscardIsOfferedUnlessTheToolStackObjects(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (string? enable in (string?[])[null, "1", "0"])
        {
            var disk = c.Disk(number += 16);
            if (enable is not null)
            {
                disk = disk with { BackNodes = new Dictionary<string, string>(disk.BackNodes) { [BlockNodes.DiscardEnable] = enable } };
            }

            var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
            await front.ConnectAsync();
            bool isOffered = await front.ReadBackAsync(BlockNodes.FeatureDiscard) is not (null or "0");
            c.Expect(isOffered == (enable != "0"), $"{(enable == "0" ? "no" : "an")} offer of discards with discard-enable '{enable}'", isOffered ? "an offer" : "none");
            var response = await front.AskAsync(RequestBytes.Discard(front.Abi, front.NextId(), 8, 8));
            c.Expect((response.Status == BlkifStatus.Ok) == isOffered, "discards done if they are offered", $"{response}");
            if (isOffered && await front.ReadBackAsync(BlockNodes.DiscardGranularity) is not null)
            {
                uint granularity = await Rings.IndexCases.NumberAsync(c, front, BlockNodes.DiscardGranularity);
                c.Expect("NG-027", granularity > 0 && granularity % 512 == 0, "a granularity of whole sectors", $"{granularity}");
                c.Expect("NG-027", await Rings.IndexCases.NumberAsync(c, front, BlockNodes.DiscardAlignment) < granularity, "an alignment below the granularity", $"{await front.ReadBackAsync(BlockNodes.DiscardAlignment)}");
            }
        }
    }

    /// <summary>A medium that grew is published with the state written again, and the same ring goes on, up to the new end.</summary>
    [Case("NG-036", "BB-007", "NG-035")]
    public static async Task ANewSizeIsPublishedAndTheRingGoesOn(BackContext c)
    {
        var back = await c.StartBackAsync();
        var front = new ScriptedFront(c, await c.AddDiskAsync());
        await front.ConnectAsync();
        var page = await front.GrantAsync();
        var beyond = await front.AskAsync(BlkifOperation.Read, 5000, page.Segment());
        c.Expect("BB-007", beyond.Status == BlkifStatus.Error, "a read beyond the old end to be refused", $"{beyond}");
        int events = 0;
        await c.SettleAsync();
        await front.Guest.Store.WatchAsync(new StoreWatch($"{front.Disk.BackNode}/state", _ =>
        {
            events++;
            return ValueTask.CompletedTask;
        }));
        await c.SettleAsync();
        int before = events;
        foreach (ulong size in (ulong[])[8192, 6000])
        {
            c.Medium.Resize(new SectorCount512(size));
            await back.ResizeAsync(c.Guest.Id, front.Disk.Name);
            await c.SettleAsync();
            c.Expect(await front.ReadBackAsync(BlockNodes.Sectors) == $"{size}", $"sectors {size}", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
            c.Expect(events > before && await front.ReadBackAsync("state") == "4", "the state Connected written again", $"state {await front.ReadBackAsync("state")}, {events - before} events");
            before = events;
            await front.ExpectServedAsync("NG-036", $"up to the new end {size}", size - 8);
            beyond = await front.AskAsync(BlkifOperation.Read, size - 7, page.Segment());
            c.Expect("BB-007", beyond.Status == BlkifStatus.Error, "a read beyond the new end to be refused", $"{beyond}");
        }
    }

    /// <summary>A back is ready when its medium is: a front that was earlier is served as soon as the scripts are done.</summary>
    [Case("NG-047", "XB-053", "XB-014", "XB-036")]
    public static async Task TheMediumMayComeLate(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (bool hasPath in new[] { true, false })
        {
            var disk = c.Disk(number += 16);
            await c.Tools.AddAsync(disk);
            var front = new ScriptedFront(c, disk);
            await front.OfferAsync();
            await c.SettleAsync();
            c.Expect(await front.ReadBackAsync("state") == "2", "the back in InitWait until its medium is there", $"state {await front.ReadBackAsync("state")}");
            await c.Tools.HotplugAsync(disk, hasPath ? DiskRequest.MediumOf(disk) : new Dictionary<string, string>());
            await front.ExpectBackAsync("NG-047", XenbusState.Connected);
            await front.ExpectServedAsync("NG-047", "after its medium came late");
        }
    }

    /// <summary>A reconnect to a larger medium publishes that medium, not the one before.</summary>
    [Case("XB-026", "NG-005", "NG-043")]
    public static async Task AReconnectPublishesTheMediumAsItIs(BackContext c)
    {
        var back = await c.StartBackAsync();
        var front = new ScriptedFront(c, await c.AddDiskAsync());
        await front.ConnectAsync();
        await front.CloseAsync();
        c.Medium.Resize(new SectorCount512(9000));
        await back.ResizeAsync(c.Guest.Id, front.Disk.Name);
        await front.ReconnectAsync();
        c.Expect("NG-005", await front.ReadBackAsync(BlockNodes.Sectors) == "9000", "sectors 9000 after the reconnect", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
        await front.ExpectServedAsync("XB-026", "up to the new end", 8992);
    }

    /// <summary>Reads the state step by step until it is there, so that what comes right after can be caught.</summary>
    private static async ValueTask WaitSpinningAsync(BackContext c, string node, string state)
    {
        for (int look = 0; look < 4000; look++)
        {
            if (await c.ReadAsync($"{node}/state") == state)
            {
                return;
            }
        }

        c.Expect("XB-009", await c.ReadAsync($"{node}/state") == state, $"{node} to reach state {state}", $"{await c.ReadAsync($"{node}/state")}");
    }
}
