using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Control;
using Conformance.Reference.ToolStack;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Moving;

/// <summary>A guest with a disk stands still and goes on where it was, or does not stand still at all (I-50, I-57).</summary>
public static class StandstillCases
{
    /// <summary>After a cancelled suspend the same ring and port are in use, nothing was made again, and what waited is done.</summary>
    [Case("CT-012", "BF-038", "XS-142", "RS-001", "CT-009", Guards = "Z-261, Z-032, Z-165")]
    public static async Task CancelledSuspendMakesNothingAgain(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "CT-012", front, request);
        string? port = await c.ReadAsync($"{request.FrontNode}/{BlockNodes.EventChannel}");
        int generations = c.CountSteps("F8");
        var commands = new GuestControl(c.World);
        for (int i = 0; i < 3; i++)
        {
            var io = RunningIo.Start(c, front.FindDisk(request.Name)!, 3);
            c.Expect("CT-010", await commands.SuspendAsync(c.Guest), "a guest that stands still", "it runs on");
            await commands.ResumeAsync(c.Guest);
            await io.JoinAsync(c, "BF-038");
            var after = RunningIo.Start(c, front.FindDisk(request.Name)!, 2, first: 1024);
            await after.JoinAsync(c, "BF-038");
            PairContext.ExpectOf(Blame.Front, "BF-038", io.Succeeded == 3 && after.Succeeded == 2, "what waited and what came after to be done", $"{io.Succeeded} of 3 and {after.Succeeded} of 2");
            await EndStates.ExpectServesAsync(c, "CT-012", front, request);
        }

        PairContext.ExpectOf(Blame.Front, "CT-012", c.CountSteps("F8") == generations && await c.ReadAsync($"{request.FrontNode}/{BlockNodes.EventChannel}") == port, "the same connection", "another");
        PairContext.ExpectOf(Blame.Hypervisor, "CT-012", control.LastSuspend == SuspendOutcome.Cancelled, "cancelled suspends", $"{control.LastSuspend}");
    }

    /// <summary>A front that cannot get its requests done in time refuses the suspend; every device serves on.</summary>
    [Case("CT-011", "CT-010", "BF-038", "RS-001", Guards = "Z-261")]
    public static async Task RefusalLeavesEveryDeviceServing(PairContext c)
    {
        c.AddSlowDisk("/media/stuck", TimeSpan.FromSeconds(100));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Seed2010));
        var control = await c.StartControlAsync(null, front);
        var stuck = await c.AddDiskAsync(c.Disk(51728, "/media/stuck"));
        var other = await c.AddDiskAsync();
        var io = RunningIo.Start(c, await EndStates.DiskAsync(c, front, stuck), 1);
        await EndStates.ExpectServesAsync(c, "CT-011", front, other);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        c.Expect("CT-011", !await new GuestControl(c.World).SuspendAsync(c.Guest), "a suspend that is refused", "the guest stands still");
        PairContext.ExpectOf(Blame.Hypervisor, "CT-011", control.LastSuspend == SuspendOutcome.Refused, "a refusal", $"{control.LastSuspend}");
        await EndStates.ExpectServesAsync(c, "CT-011", front, other);
        await io.JoinAsync(c, "BF-038");
        PairContext.ExpectOf(Blame.Front, "BF-038", io.Succeeded == 1, "the request that held it up to end well", "it failed");
    }
}
