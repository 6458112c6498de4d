using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Close;

/// <summary>A device is taken away: in good order, against users, by force, and twice at once (I-20 to I-29).</summary>
public static class RemovalCases
{
    /// <summary>An orderly removal goes through Closing to Closed at both ends, in the order port, requests, pages, and takes hotplug-status away.</summary>
    [Case("XB-027", "XB-018", "XB-019", "XB-028", "BB-028", Guards = "Z-232, Z-153, Z-225")]
    public static async Task OrderlyRemovalClosesBothEnds(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-027", front, disk);
        c.Expect("XB-027", await c.Tools.AskToCloseAsync(disk), "a device that is there", "none");
        await EndStates.ExpectAsync(c, "XB-019", Blame.Back, disk, EndState.Closed);
        c.Expect("XB-028", await c.ReadAsync($"{disk.BackNode}/{BlockNodes.HotplugStatus}") is null, "no hotplug-status once the back is Closed for good", "it is there");
        int[] order = [.. ((string[])[BackStep.ClosePort, BackStep.Drain, BackStep.Unmap]).Select(step => IndexOf(c, step))];
        c.Expect("BB-028", order[0] >= 0 && order[0] < order[1] && order[1] < order[2], "ports closed, requests drained, pages unmapped, in that order", string.Join(' ', order));
        await c.ExpectNothingHeldAsync("XB-019", "after both ends closed");
        c.Expect("XB-027", await c.Tools.RemoveAsync(disk), "a removal of a closed device to end at once", "it did not");
        c.Expect("XB-027", await c.Tools.RemoveAsync(disk), "a second removal to find nothing to do", "it waits");
    }

    /// <summary>A wish to close that comes in the middle of the attach is heard: it is not overwritten by what the back was about to say.</summary>
    [Case("XB-030", "XB-027", "XB-031", "BB-029")]
    public static async Task WishToCloseDuringTheAttachIsHeard(PairContext c)
    {
        foreach (string step in (string[])["B2", "B5", "B7", "B8.1", "B11", "B12"])
        {
            c.Note($"during {step}");
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: TimeSpan.FromSeconds(4))]));
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var disk = await c.AddDiskAsync();
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(2));
            c.Expect("XB-030", await EndStates.RemoveAsync(c, disk), $"the back to close when that is asked for during {step}", "it did not in time");
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>A disk in use refuses to close, says so, serves on, and closes by itself with its last user.</summary>
    [Case("XB-023", "XB-024", "BF-023", "BF-041", Guards = "Z-034, Z-263")]
    public static async Task DiskInUseServesOnUntilItsLastUserIsGone(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-024", front, request);
        var disk = front.FindDisk(request.Name)!;
        await disk.OpenAsync();
        await disk.OpenAsync();
        c.Expect("XB-023", !await c.Tools.RemoveAsync(request), "a removal that does not end while the disk is in use", "the back closed");
        await DiskCheck.ExpectKeepsAsync(c, disk, new Sector512(8), 8192);
        PairContext.ExpectOf(Blame.Front, "BF-023", await EndStates.ErrorOfAsync(c, request.FrontNode) is { Length: > 0 }, "an error node that says busy", "none");
        await disk.CloseAsync();
        await c.SettleAsync();
        await DiskCheck.ExpectKeepsAsync(c, disk, new Sector512(16), 4096);
        await disk.CloseAsync();
        await EndStates.ExpectAsync(c, "XB-023", Blame.Front, request, EndState.Closed);
        c.Expect("BF-041", c.CountSteps("F23") == 1 && c.CountSteps("F24") == 1, "one close", $"{c.CountSteps("F23")} and {c.CountSteps("F24")} releases");
    }

    /// <summary>The last user goes at the very moment when the wish to close comes: the close runs once.</summary>
    [Case("BF-041", "XB-023", Guards = "Z-263")]
    public static async Task LastUserMayGoWhileTheCloseIsAskedFor(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        for (int i = 0; i < 4; i++)
        {
            var request = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "BF-041", front, request);
            var disk = front.FindDisk(request.Name)!;
            await disk.OpenAsync();
            int before = c.CountSteps("F24");
            var user = c.Guest.Fibers.Start("the last user", async () =>
            {
                for (int turn = 0; turn < i * 7; turn++)
                {
                    await c.Guest.Fibers.YieldAsync();
                }

                await disk.CloseAsync();
            });
            c.Expect("XB-023", await c.Tools.RemoveAsync(request), "both ends to close once the user is gone", "they did not in time");
            await user.JoinAsync();
            await c.SettleAsync();
            PairContext.ExpectOf(Blame.Front, "BF-041", c.CountSteps("F24") - before <= 1, "one close at most", $"{c.CountSteps("F24") - before}");
        }
    }

    /// <summary>A tool stack that wants the device after all leaves it serving; the close that was asked for comes with the last user, and the back awaits a new beginning.</summary>
    [Case("XB-009", "XB-025", "XB-024")]
    public static async Task ChangeOfMindLeavesTheDiskServing(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-024", front, request);
        var disk = front.FindDisk(request.Name)!;
        await disk.OpenAsync();
        await c.Tools.AskToCloseAsync(request);
        await c.SettleAsync();
        await c.WriteAsync($"{request.BackNode}/online", "1");
        await c.SettleAsync();
        await DiskCheck.ExpectKeepsAsync(c, disk, new Sector512(8), 8192);
        string? state = await c.ReadAsync($"{request.BackNode}/state");
        c.Expect("XB-009", state is "5" or "4", "a back that stays Closing until the front has closed", $"state {state}");
        await disk.CloseAsync();
        await c.SettleAsync();
        if (state == "5")
        {
            c.Expect("XB-025", await c.ReadAsync($"{request.BackNode}/state") == "6", "the back Closed, to await the front", $"state {await c.ReadAsync($"{request.BackNode}/state")}");
            await disk.ReconnectAsync();
        }

        await EndStates.ExpectServesAsync(c, "XB-025", front, request);
    }

    /// <summary>Both ends that begin to close at once come to rest Closed, and each resource goes once.</summary>
    [Case("XB-022", "XB-019", "BB-029")]
    public static async Task BothEndsMayBeginToCloseAtOnce(PairContext c)
    {
        await c.StartBackAsync();
        foreach (int head in (int[])[0, 5, 15, 40])
        {
            await c.UseNewGuestAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var disk = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "XB-022", front, disk);
            var unload = c.Guest.Fibers.Start("unload", front.StopAsync);
            for (int turn = 0; turn < head; turn++)
            {
                await c.Driver.YieldAsync();
            }

            c.Expect("XB-022", await c.Tools.RemoveAsync(disk), "both ends to close in time", "they did not");
            await unload.JoinAsync();
            await c.ExpectNothingHeldAsync("XB-022", "after both ends closed at once");
        }
    }

    /// <summary>A front that closed first keeps every page that the back still maps until it does not.</summary>
    [Case("XB-021", "GT-010", "XB-020", Guards = "Z-257, Z-172")]
    public static async Task FrontKeepsItsPagesUntilTheBackLetsGo(PairContext c)
    {
        var slow = new DeviationPlan([new Deviation(BackStep.Unmap, DeviationKind.Delay, Occurrence: 0, Time: TimeSpan.FromSeconds(5))]);
        await c.StartBackAsync(plan: slow);
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-021", front, disk);
        await c.Tools.AskToCloseAsync(disk);
        await c.ExpectStateAsync("XB-018", disk.FrontNode, Conformance.Model.Protocol.XenBus.XenbusState.Closed);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(2));
        PairContext.ExpectOf(Blame.Front, "XB-021", c.Guest.GrantTable.DeferredCount > 0, "grants put aside while the back maps the pages", "none");
        c.Expect("XB-020", await c.ReadAsync($"{disk.BackNode}/state") != "6", "a back that is not Closed while it maps", "Closed");
        await EndStates.ExpectAsync(c, "XB-020", Blame.Back, disk, EndState.Closed);
        await c.ExpectNothingHeldAsync("XB-021", "once the back let go");
    }

    /// <summary>A device that is taken away by force while requests run ends every request, and neither end holds anything.</summary>
    [Case("XB-032", "XB-033", "BF-039", "BB-044", Guards = "Z-247, Z-012")]
    public static async Task ForcedRemovalEndsEverythingThatRuns(PairContext c)
    {
        var slow = c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(3));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync(c.Disk(51728, "/media/slow"));
        await c.ExpectConnectedAsync("XB-032", request);
        var disk = await EndStates.DiskAsync(c, front, request);
        var ends = RunningIo.Start(c, disk, 6);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        c.Expect("XB-032", slow().UnderWay > 0, "requests under way", "none");
        await c.Tools.ForceAsync(request);
        await EndStates.ExpectAsync(c, "XB-033", Blame.Back, request, EndState.Gone);
        await ends.JoinAsync(c);
        await c.ExpectNothingHeldAsync("XB-033", "after a forced removal with requests under way");
    }

    /// <summary>A removal while requests run lets them end with their right data first.</summary>
    [Case("BB-044", "BB-028", "XB-020", "XB-061", Guards = "Z-153")]
    public static async Task RemovalLetsRequestsUnderWayEnd(PairContext c)
    {
        var slow = c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(2));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync(c.Disk(51728, "/media/slow"));
        var other = await c.AddDiskAsync();
        await c.ExpectConnectedAsync("BB-044", request);
        var disk = await EndStates.DiskAsync(c, front, request);
        var ends = RunningIo.Start(c, disk, 4);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        c.Expect("BB-044", slow().UnderWay > 0, "requests under way", "none");
        var removal = c.Control.Fibers.Start("removal", async () => await c.Tools.RemoveAsync(request, TimeSpan.FromMinutes(5)));
        await EndStates.ExpectServesAsync(c, "XB-061", front, other);
        await removal.JoinAsync();
        await ends.JoinAsync(c);
        PairContext.ExpectOf(Blame.Front, "BB-044", ends.Succeeded > 0, "requests under way to end well", $"{ends.Succeeded} of 4");
        await EndStates.ExpectAsync(c, "BB-044", Blame.Back, request, EndState.Gone);
    }

    private static int IndexOf(PairContext c, string step)
    {
        for (int i = c.Trace.Events.Count - 1; i >= 0; i--)
        {
            if (c.Trace.Events[i].Step == step)
            {
                return i;
            }
        }

        return -1;
    }
}
