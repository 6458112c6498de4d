using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Attach;

/// <summary>What comes between while two ends connect: removal, other writers, shortage, and a back that never comes (I-05 to I-17).</summary>
public static class DisturbedAttachCases
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    private static readonly string[] Steps = ["F4", "F5.0", "F7", "F8", "F9", "F10", "B2", "B5", "B7", "B8.0", "B9.0", "B11", "B12"];

    /// <summary>A back's directory that is taken away at any moment of an attach stays away, and both ends let go.</summary>
    [Case("XB-033", "XB-005", "XB-006", "XB-007", "XB-032", Guards = "Z-035, Z-247, Z-248")]
    public static Task BacksDirectoryThatIsTakenAwayStaysAway(PairContext c) => TakeAwayAsync(c, takesBack: true);

    /// <summary>A front's directory that is taken away at any moment of an attach stays away, and both ends let go.</summary>
    [Case("XB-033", "XB-005", "XB-006", "XB-007", "XB-032", Guards = "Z-035, Z-012, Z-229")]
    public static Task FrontsDirectoryThatIsTakenAwayStaysAway(PairContext c) => TakeAwayAsync(c, takesBack: false);

    /// <summary>A state that comes without what it speaks of makes the back give up in good order: nothing is mapped for nothing.</summary>
    [Case("NG-004", "XS-085", "XB-039", "NG-020")]
    public static async Task StateWithoutWhatItSpeaksOfMakesTheBackGiveUp(PairContext c)
    {
        await c.StartBackAsync();
        await c.StartFrontAsync(EndStates.OneQueue, DeviationPlan.Single("F7", DeviationKind.Skip));
        var disk = await c.AddDiskAsync();
        await c.SettleAsync();
        c.Expect("XB-039", await c.ReadAsync($"{disk.BackNode}/state") == "6", "the back Closed", $"{await c.ReadAsync($"{disk.BackNode}/state")}");
        c.Expect("XB-040", await EndStates.ErrorOfAsync(c, disk.BackNode) is not null, "an error node of the back", "none");
        c.Expect("NG-004", c.CountSteps("B8") == 0, "no page mapped without a reference", $"{c.CountSteps("B8")} mapped");
    }

    /// <summary>Others who write into both directories all the time hold nothing up and spoil nothing.</summary>
    [Case("XS-117", "XS-118", "NG-043", "NG-044", Guards = "Z-164, Z-165, Z-199")]
    public static async Task OtherWritersHoldNothingUp(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var disk = await c.AddDiskAsync();
        var storm = c.Control.Fibers.Start("other writers", async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                await c.WriteAsync($"{disk.FrontNode}/other", $"{i}");
                await c.WriteAsync($"{disk.BackNode}/other", $"{i}");
            }
        });
        await EndStates.ExpectServesAsync(c, "XS-117", front, disk);
        await storm.JoinAsync();
    }

    /// <summary>The boot waits for a disk whose back never comes, but not for ever, and not at all for one that failed.</summary>
    [Case("XB-044", "XB-045", Guards = "Z-175")]
    public static async Task BootWaitsForADiskButNotForEver(PairContext c)
    {
        await c.AddDiskAsync();
        var front = await c.StartFrontAsync();
        var began = c.Driver.Now;
        bool isReady = await front.WaitForBootAsync();
        var waited = c.Driver.Now - began;
        PairContext.ExpectOf(Blame.Front, "XB-044", !isReady && waited > TimeSpan.Zero && waited < TimeSpan.FromMinutes(10), "a boot that waits for a while and goes on", $"{isReady} after {waited}");
        await c.StartBackAsync();
        PairContext.ExpectOf(Blame.Front, "XB-044", await front.WaitForBootAsync(), "a boot that goes on once the disk is connected", "it is held up");
    }

    /// <summary>A back that cannot map all pages of a ring because its addresses run out gives up those that it has.</summary>
    [Case("BB-038", "BB-025", "XB-039", Guards = "Z-005")]
    public static async Task BackWithoutAddressesGivesUpWhatItHas(PairContext c)
    {
        await c.UseDriverDomainAsync(new DomainOptions { Flavour = DomainFlavour.Hvm, MappingPages = 1 });
        await c.StartBackAsync();
        await c.StartFrontAsync(EndStates.OneQueue);
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectAsync(c, "XB-039", Blame.Back, disk, EndState.Closed);
        c.Expect("BB-025", c.CountSteps("B8") == 1, "one of two ring pages mapped", $"{c.CountSteps("B8")}");
        await c.ExpectNothingHeldAsync("BB-025", "after the second page could not be mapped", wasUsed: false);
    }

    /// <summary>A front whose domain has no port, page or reference left gives up in good order.</summary>
    [Case("BF-035", "BF-003", "XB-039", "XB-063", Guards = "Z-017, Z-038")]
    public static async Task FrontInADomainThatHasNothingLeftGivesUp(PairContext c)
    {
        await c.StartBackAsync();
        foreach (var options in (DomainOptions[])[new() { EventPorts = 2 }, new() { MemoryPages = 2 }, new() { GrantFrames = 1, MemoryPages = 12 }])
        {
            c.Note($"{options.EventPorts} ports, {options.MemoryPages} pages");
            await c.UseNewGuestAsync(options);
            var front = await c.StartFrontAsync();
            var disk = await c.AddDiskAsync();
            await EndStates.ExpectAsync(c, "XB-039", Blame.Front, disk, EndState.Closed);
            PairContext.ExpectOf(Blame.Front, "XB-063", await EndStates.ErrorOfAsync(c, disk.FrontNode) is { } text && text[0] is > '0' and <= '9', "the errno of what is missing", $"{await EndStates.ErrorOfAsync(c, disk.FrontNode)}");
            await c.ExpectNothingHeldAsync("BF-003", "after a shortage", wasUsed: false);
            await front.StopAsync();
        }
    }

    /// <summary>A reconnect to a weaker back finds nothing of the richer connection before it.</summary>
    [Case("NG-019", "BB-048", "XB-026", Guards = "Z-178, Z-254")]
    public static async Task WeakerBackSeesNothingOfTheRicherConnectionBefore(PairContext c)
    {
        var back = await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "NG-019", front, disk);
        await back.StopAsync();
        await c.SettleAsync();
        await c.StartBackAsync(BackSettings.For(BlockProfile.Legacy));
        await front.FindDisk(disk.Name)!.ReconnectAsync();
        await EndStates.ExpectServesAsync(c, "NG-019", front, disk);
        foreach (string name in (string[])[BlockNodes.RingPageOrder, BlockNodes.MultiQueueNumQueues, "queue-0", "ring-ref0"])
        {
            PairContext.ExpectOf(Blame.Front, "NG-019", await c.ReadAsync($"{disk.FrontNode}/{name}") is null, $"no {name} of the connection before", "it is there");
        }
    }

    private static async Task TakeAwayAsync(PairContext c, bool takesBack)
    {
        foreach (string step in Steps)
        {
            c.Note($"during {step}");
            bool isFront = step[0] == 'F';
            var plan = new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: Window * 2)]);
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: isFront ? null : plan);
            var front = await c.StartFrontAsync(EndStates.OneQueue, isFront ? plan : null);
            var disk = await c.AddDiskAsync();
            await c.Driver.DelayAsync(Window);
            await c.Store.RemoveAsync(takesBack ? disk.BackNode : disk.FrontNode);
            await c.SettleAsync();
            string gone = takesBack ? disk.BackNode : disk.FrontNode;
            PairContext.ExpectOf(takesBack ? Blame.Back : Blame.Front, "XB-007", await c.Store.FindAsync(gone) is null, $"{gone} not to come back", "it is there again");
            await c.ExpectNothingHeldAsync("XB-033", $"after {gone} was taken away during {step}", wasUsed: false);
            await EndStates.RemoveAsync(c, disk);
            await front.StopAsync();
            await back.StopAsync();
        }
    }
}
