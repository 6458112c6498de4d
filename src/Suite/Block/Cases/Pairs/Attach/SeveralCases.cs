using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Attach;

/// <summary>Several devices at once, and domains of every kind at either end.</summary>
public static class SeveralCases
{
    /// <summary>A back works in any domain, paravirtual or not, for fronts of either kind.</summary>
    [Case("BB-037", "BB-038", "XB-057")]
    public static async Task BackWorksInEveryKindOfDomain(PairContext c)
    {
        foreach (var back in Enum.GetValues<DomainFlavour>())
        {
            foreach (var front in Enum.GetValues<DomainFlavour>())
            {
                c.Note($"back in a {back} domain, front in a {front} one");
                await c.UseDriverDomainAsync(new DomainOptions { Flavour = back });
                await c.UseNewGuestAsync(new DomainOptions { Flavour = front });
                await c.StartBackAsync();
                var driver = await c.StartFrontAsync();
                var disk = await c.AddDiskAsync();
                await EndStates.ExpectServesAsync(c, "BB-037", driver, disk);
                c.Expect("BB-037", await EndStates.RemoveAsync(c, disk), "the back to close in time", "it did not");
            }
        }
    }

    /// <summary>Devices whose numbers begin alike do not hear of one another: one goes, the others serve on.</summary>
    [Case("XB-034", "BB-024", "XB-043", Guards = "Z-027, Z-168, Z-003")]
    public static async Task DevicesOfLikeNumbersDoNotHearOfOneAnother(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var disks = new List<Reference.ToolStack.DeviceRequest>();
        foreach (uint number in (uint[])[768, 7681, 76])
        {
            c.Media.Add($"/media/{number}", new MemoryMedium($"/media/{number}", new SectorCount512(4096)));
            disks.Add(await c.AddDiskAsync(c.Disk(number, $"/media/{number}")));
        }

        foreach (var disk in disks)
        {
            await c.ExpectConnectedAsync("XB-034", disk);
        }

        await c.SettleAsync();
        int generations = c.CountSteps("F8");
        c.Expect("XB-034", await c.Tools.RemoveAsync(disks[2]), "the back to close in time", "it did not");
        await c.SettleAsync();
        foreach (var disk in disks[..2])
        {
            await c.ExpectConnectedAsync("XB-034", disk);
            await DiskCheck.ExpectAsync(front.FindDisk(disk.Name)!.WriteAsync(new Sector512(8), new byte[4096]), "a write to another disk");
        }

        PairContext.ExpectOf(Blame.Front, "XB-034", front.FindDisk(disks[2].Name) is null, "no disk that was taken away", "it is there");
        c.Expect("XB-034", c.CountSteps("F8") == generations, "no new connection of the others", $"{c.CountSteps("F8") - generations}");
    }

    /// <summary>Two devices that close together close both, with requests under way at each.</summary>
    [Case("BB-024", "BB-028", "BB-044", Guards = "Z-003")]
    public static async Task TwoDevicesMayCloseTogether(PairContext c)
    {
        c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(1));
        c.AddSlowDisk("/media/slower", TimeSpan.FromSeconds(2));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var first = await c.AddDiskAsync(c.Disk(51712, "/media/slow"));
        var second = await c.AddDiskAsync(c.Disk(51728, "/media/slower"));
        var one = RunningIo.Start(c, await EndStates.DiskAsync(c, front, first), 3);
        var other = RunningIo.Start(c, await EndStates.DiskAsync(c, front, second), 3);
        await c.Driver.DelayAsync(TimeSpan.FromMilliseconds(500));
        var removal = c.Control.Fibers.Start("removal", async () => c.Expect("BB-024", await c.Tools.RemoveAsync(first, TimeSpan.FromMinutes(5)), "the first to close", "it did not"));
        c.Expect("BB-024", await c.Tools.RemoveAsync(second, TimeSpan.FromMinutes(5)), "the second to close", "it did not");
        await removal.JoinAsync();
        await one.JoinAsync(c);
        await other.JoinAsync(c);
        await c.ExpectNothingHeldAsync("BB-024", "after two devices closed together");
    }

    /// <summary>A device that is made and taken away again at once, over and over, leaves nothing.</summary>
    [Case("XB-058", "XB-036", "XB-039", "BB-029", Guards = "Z-229, Z-155, Z-177, Z-227")]
    public static async Task DeviceThatIsTakenAwayAtOnceLeavesNothing(PairContext c)
    {
        await c.UseDriverDomainAsync();
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        foreach (int turns in (int[])[0, 3, 10, 25, 60, 120, 200])
        {
            var disk = c.Disk();
            c.Follow(disk);
            await c.Tools.AddAsync(disk);
            for (int turn = 0; turn < turns; turn++)
            {
                await c.Driver.YieldAsync();
            }

            await c.Tools.ForceAsync(disk);
            await EndStates.ExpectAsync(c, "XB-033", Blame.Back, disk, EndState.Gone);
            await c.ExpectNothingHeldAsync("XB-058", $"after a removal {turns} turns after the making");
        }

        await EndStates.ExpectServesAsync(c, "XB-036", front, await c.AddDiskAsync());
    }

    /// <summary>Both directories are there together with both pointers, readable by the other end and by nobody else.</summary>
    [Case("XB-002", "XB-003", "XB-057", Guards = "Z-224, Z-230")]
    public static async Task ToolStackMakesBothDirectoriesWhole(PairContext c)
    {
        await c.UseDriverDomainAsync();
        var stranger = await c.CreateDomainAsync();
        var disk = await c.AddDiskAsync();
        foreach (var (node, pointer, target, domain) in ((string, string, string, string)[])[(disk.FrontNode, "backend", disk.BackNode, $"{disk.Back}"), (disk.BackNode, "frontend", disk.FrontNode, $"{disk.Front}")])
        {
            PairContext.ExpectOf(Blame.ToolStack, "XB-002", await c.ReadAsync($"{node}/state") == "1", $"{node} Initialising", $"{await c.ReadAsync($"{node}/state")}");
            PairContext.ExpectOf(Blame.ToolStack, "XB-002", await c.ReadAsync($"{node}/{pointer}") == target, $"{pointer} to be {target}", $"{await c.ReadAsync($"{node}/{pointer}")}");
            PairContext.ExpectOf(Blame.ToolStack, "XB-002", await c.ReadAsync($"{node}/{pointer}-id") == domain, $"{pointer}-id to be {domain}", $"{await c.ReadAsync($"{node}/{pointer}-id")}");
            PairContext.ExpectOf(Blame.ToolStack, "XB-003", !await CanReadAsync(stranger, $"{node}/state"), $"{node} closed to a third domain", "it reads it");
            PairContext.ExpectOf(Blame.ToolStack, "XB-003", await CanReadAsync(c.Guest, $"{node}/state") && await CanReadAsync(c.BackDomain, $"{node}/state"), $"{node} open to both ends", "one cannot read it");
        }

        PairContext.ExpectOf(Blame.ToolStack, "XB-002", await c.ReadAsync($"{disk.BackNode}/online") == "1", "online 1", $"{await c.ReadAsync($"{disk.BackNode}/online")}");
    }

    private static async Task<bool> CanReadAsync(Reference.World.WorldDomain domain, string node)
    {
        try
        {
            await domain.Store.ReadAsync(node);
            return true;
        }
        catch (Reference.XenStore.Client.StoreException)
        {
            return false;
        }
    }
}
