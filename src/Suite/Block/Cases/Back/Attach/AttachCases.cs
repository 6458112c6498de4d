using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Attach;

/// <summary>Attaching: what is found at the path, and what fails on the way.</summary>
public static class AttachCases
{
    /// <summary>What is no medium is refused with the cause, for the tool stack and for the log.</summary>
    [Case("BB-001", "XB-041", "XB-039", "XB-040", "XB-063", Guards = "Z-264")]
    public static async Task WhatIsNoMediumIsRefused(BackContext c)
    {
        await c.StartBackAsync();
        c.Media.Add("/media/fixed", new MemoryMedium("fixed", new SectorCount512(64), isReadOnly: true));
        uint number = 51712;
        foreach (string path in (string[])["/nowhere/at/all", "/", "/dev/null", "/media/fixed"])
        {
            var disk = await c.AddDiskAsync(c.Disk(number += 16, path));
            var front = new ScriptedFront(c, disk);
            await front.ExpectGivenUpAsync("BB-001", $"{path}, which cannot be used");
            c.Expect("XB-041", await c.ReadAsync($"{disk.BackNode}/hotplug-status") == "error", "hotplug-status error", $"'{await c.ReadAsync($"{disk.BackNode}/hotplug-status")}'");
            c.Expect("XB-041", !string.IsNullOrEmpty(await c.ReadAsync($"{disk.BackNode}/hotplug-error")), "a text in hotplug-error", "none");
            c.Expect("XB-041", await c.ReadAsync($"{disk.BackNode}/online") == "0", "online 0", $"'{await c.ReadAsync($"{disk.BackNode}/online")}'");
        }

        var good = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number + 16)));
        await good.ConnectAsync();
        await good.ExpectServedAsync("BB-001", "after media that cannot be used");
    }

    /// <summary>A regular file is a disk of sectors of 512 bytes and of at least one; a rest is cut off.</summary>
    [Case("BB-002", "BB-001")]
    public static async Task RegularFilesAreDisksOfWholeSectors(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (var (bytes, sectors) in ((int, int)[])[(0, 0), (511, 0), (512, 1), (1023, 1), (81_920, 160)])
        {
            using var file = new TemporaryFile(bytes);
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16, file.Name)));
            if (sectors == 0)
            {
                await front.ExpectGivenUpAsync("BB-002", $"a file of {bytes} bytes");
                continue;
            }

            await front.ConnectAsync();
            c.Expect(await front.ReadBackAsync(BlockNodes.SectorSize) == "512", "sector-size 512 for a file", $"{await front.ReadBackAsync(BlockNodes.SectorSize)}");
            c.Expect(await front.ReadBackAsync(BlockNodes.Sectors) == $"{sectors}", $"sectors {sectors} for {bytes} bytes", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
            var page = await front.GrantAsync();
            var last = await front.AskAsync(BlkifOperation.Write, (ulong)sectors - 1, page.Segment(0, 0));
            var beyond = await front.AskAsync(BlkifOperation.Write, (ulong)sectors, page.Segment(0, 0));
            c.Expect("BB-007", last.Status == BlkifStatus.Ok && beyond.Status == BlkifStatus.Error, "the last sector written, and none behind it", $"{last}, {beyond}");
            await front.CloseAsync();
        }
    }

    /// <summary>What lies at the path decides how it is served, whatever the hint says.</summary>
    [Case("BB-003")]
    public static async Task TheHintDecidesNothing(BackContext c)
    {
        await c.StartBackAsync();
        using var file = new TemporaryFile(4096 * 512);
        c.Media.AddDevice("/media/raw", c.Medium);
        uint number = 51712;
        foreach (var (path, hint) in ((string, string)[])[(file.Name, "phy"), (file.Name, "file"), ("/media/raw", "file"), ("/media/raw", "phy"), (file.Name, "nonsense")])
        {
            var disk = c.Disk(number += 16, path);
            disk = disk with { BackNodes = new Dictionary<string, string>(disk.BackNodes) { [BlockNodes.Type] = hint } };
            var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
            await front.ConnectAsync();
            await front.ExpectServedAsync("BB-003", $"from {(path == file.Name ? "a file" : "a device")} with the hint {hint}");
            await front.CloseAsync();
        }
    }

    /// <summary>A ring page that cannot be mapped, whichever it is, leaves none mapped, and the device closes with the cause.</summary>
    [Case("BB-025", "BB-012", "XB-039", Guards = "Z-005, Z-011")]
    public static async Task AnyBadRingPageLeavesNoneMapped(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        for (int bad = 0; bad < 4; bad++)
        {
            foreach (string wrong in (string[])["0", "500", "100000", "4294967294"])
            {
                var plan = new FrontPlan { Pages = 4, Names = RingNames.Ordered }.With($"{BlockNodes.RingRef}{bad}", wrong);
                var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), plan);
                await front.OfferAsync();
                await front.ExpectGivenUpAsync("BB-025", $"reference {wrong} for ring page {bad}");
            }
        }
    }

    /// <summary>A port that cannot be bound leaves no ring mapped: none, another domain's, one that is closed.</summary>
    [Case("BB-026", "XB-039", "XB-051")]
    public static async Task ABadPortLeavesNoRingMapped(BackContext c)
    {
        await c.StartBackAsync();
        var other = await c.CreateDomainAsync();
        var foreign = await c.Guest.Events.AllocateUnboundAsync(other.Id);
        uint number = 51712;
        foreach (string port in (string[])["0", "4000", "4294967295", $"{foreign.Channel!.Port}"])
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan().With(BlockNodes.EventChannel, port));
            await front.OfferAsync();
            await front.ExpectGivenUpAsync("BB-026", $"port {port}, which is not for this domain");
        }

        var queues = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number + 16)), new FrontPlan { Queues = 3 }.With("queue-2/event-channel", "4000"));
        await queues.OfferAsync();
        await queues.ExpectGivenUpAsync("BB-026", "a bad port of the last of three rings");
    }

    /// <summary>Whatever step of attaching and connecting fails, the device closes with a cause and nothing is kept.</summary>
    [Case("BB-029", "BB-027", "XB-039", "XB-040", "XB-063", Guards = "Z-155, Z-147")]
    public static async Task AnyStepThatFailsLeavesNothing(BackContext c)
    {
        string[] steps = [BackStep.PublishLimits, BackStep.OpenMedium, BackStep.InitWait, BackStep.ReadFront, $"{BackStep.MapRing}.0", $"{BackStep.MapRing}.1", $"{BackStep.BindPort}.0", $"{BackStep.StartWorker}.0", BackStep.PublishMedium, BackStep.Connected];
        uint number = 51712;
        foreach (string step in steps)
        {
            c.Note($"step {step} fails");
            var back = await c.StartBackAsync(plan: DeviationPlan.Single(step, DeviationKind.Fail));
            var disk = await c.AddDiskAsync(c.Disk(number += 16));
            var front = new ScriptedFront(c, disk, new FrontPlan { Pages = 2, Names = RingNames.Ordered });
            await front.MakeRingsAsync();
            await front.PublishAsync();
            await front.SetStateAsync(XenbusState.Initialised);
            await front.ExpectGivenUpAsync(step == BackStep.PublishMedium ? "BB-027" : "BB-029", $"step {step}, which fails");
            await back.StopAsync();
            c.Expect("BB-027", await c.ReadAsync($"{disk.BackNode}/state") == "6", "the back Closed", $"{await c.ReadAsync($"{disk.BackNode}/state")}");
        }
    }

    /// <summary>The directory may go at any moment: everything is let go of, nothing is written into the ruins, and the driver lives on.</summary>
    [Case("XB-033", "XB-005", "XB-006", "XB-007", "XB-042", "XB-043", Guards = "Z-029")]
    public static async Task ADirectoryThatVanishesStaysGone(BackContext c)
    {
        await c.StartBackAsync();
        for (uint round = 0; round < 12; round++)
        {
            var disk = c.Disk(51712 + (16 * round));
            var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
            if (round % 3 != 0)
            {
                await front.OfferAsync();
            }

            for (int i = c.Random.Next(120); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            if (round % 3 == 2)
            {
                await front.ExpectBackAsync("XB-009", XenbusState.Connected);
                var page = await front.GrantAsync();
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, 1, 8, page.Segment()));
                await front.Ring.PublishAsync();
            }

            await c.Store.RemoveAsync(disk.BackNode);
            await c.SettleAsync();
            c.Expect("XB-005", !await Reference.XenStore.Client.StoreClientExtensions.ExistsAsync(c.Store, disk.BackNode), "the directory gone", "it is back");
            await front.ExpectLetGoAsync("XB-033", "after the directory vanished");
        }

        var next = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(52480)));
        await next.ConnectAsync();
        await next.ExpectServedAsync("XB-033", "on the next device");
    }

    /// <summary>A front whose directory vanishes has left: everything of it is let go of.</summary>
    [Case("XB-032", "XB-020", "BB-028", Guards = "Z-012")]
    public static async Task AFrontWhoseDirectoryVanishesHasLeft(BackContext c)
    {
        await c.StartBackAsync();
        for (uint round = 0; round < 4; round++)
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * round))));
            await front.ConnectAsync();
            await front.ExpectServedAsync("XB-032", "before");
            await c.Store.RemoveAsync(front.Disk.FrontNode);
            await c.SettleAsync();
            string? state = await c.ReadAsync($"{front.Disk.BackNode}/state");
            c.Expect(state is "6" or null, "the back Closed after its front vanished", $"state {state}");
            await front.ExpectLetGoAsync("XB-032", "after its directory vanished");
        }
    }

    /// <summary>A back serves from any domain, of either flavour.</summary>
    [Case("BB-037", "XB-057", "XB-037")]
    public static async Task BacksServeFromAnyDomain(BackContext c)
    {
        foreach (var flavour in Enum.GetValues<DomainFlavour>())
        {
            var domain = await c.CreateDomainAsync(new DomainOptions { Flavour = flavour });
            var disk = await c.AddDiskAsync(c.Disk(back: domain));
            await c.StartBackAsync(domain: domain);
            var front = new ScriptedFront(c, disk);
            await front.ConnectAsync();
            await front.ExpectServedAsync("BB-037", $"from a domain that is {flavour}");
            await front.CloseAsync();
            await front.ExpectLetGoAsync("BB-037", "after the close");
        }
    }
}
