using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Control;
using Conformance.Reference.Deviations;
using Conformance.Reference.ToolStack;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Moving;

/// <summary>A guest with a disk moves to another host (I-51 to I-57).</summary>
public static class MoveCases
{
    /// <summary>What was being written when the guest moved is written once on the new host; the disk and its users stay.</summary>
    [Case("RS-005", "RS-002", "RS-008", "RS-016", "CT-013", Guards = "Z-021, Z-258, Z-159, Z-197")]
    public static async Task RequestsUnderWayAreDoneOnTheNewHost(PairContext c)
    {
        c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(2));
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync(c.Disk(51712, "/media/slow"));
        var disk = await EndStates.DiskAsync(c, front, request);
        await disk.OpenAsync();
        var io = RunningIo.Start(c, disk, 6);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        await MoveAsync(c, control, request);
        await io.JoinAsync(c);
        PairContext.ExpectOf(Blame.Front, "RS-005", io.Succeeded == 6, "every write to end well", $"{io.Succeeded} of 6");
        PairContext.ExpectOf(Blame.Front, "RS-016", front.FindDisk(request.Name) == disk && disk.Users == 1, "the same disk with its user", $"another, or {disk.Users} users");
        foreach (var (sector, data) in io.Written)
        {
            var read = new byte[data.Length];
            await DiskCheck.ExpectAsync(disk.ReadAsync(new Sector512(sector), read), "a read on the new host");
            PairContext.ExpectOf(Blame.Front, "RS-005", read.AsSpan().SequenceEqual(data), $"what was written at {sector}", "something else");
        }

        await disk.CloseAsync();
    }

    /// <summary>A guest that moves again before it has recovered recovers from that.</summary>
    [Case("RS-010", "RS-003", "RS-004", Guards = "Z-144, Z-159")]
    public static async Task SecondMoveBeforeTheFirstIsOverIsRecoveredFrom(PairContext c)
    {
        var late = new DeviationPlan([new Deviation("B11", DeviationKind.Delay, Occurrence: 2, Time: TimeSpan.FromSeconds(20))]);
        await c.StartBackAsync(plan: late);
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-010", front, request);
        await MoveAsync(c, control, request);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(3));
        await MoveAsync(c, control, request);
        await EndStates.ExpectServesAsync(c, "RS-010", front, request);
    }

    /// <summary>A guest that moves in the middle of an attach attaches on the new host, wherever it was.</summary>
    [Case("RS-010", "RS-002", "XB-044", "RS-008", Guards = "Z-217")]
    public static async Task MoveInTheMiddleOfAnAttachIsRecoveredFrom(PairContext c)
    {
        foreach (string step in (string[])["F4", "F5.1", "F7", "F8", "F9", "F10", "B5", "B7", "B9.0", "B12"])
        {
            c.Note($"during {step}");
            bool isFront = step[0] == 'F';
            var plan = new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: TimeSpan.FromSeconds(6))]);
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: isFront ? null : plan);
            var front = await c.StartFrontAsync(EndStates.OneQueue, isFront ? plan : null);
            var control = await c.StartControlAsync(null, front);
            var request = await c.AddDiskAsync();
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(3));
            await MoveAsync(c, control, request);
            await EndStates.ExpectServesAsync(c, "RS-010", front, request);
            await EndStates.RemoveAsync(c, request);
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>A new host whose back takes less gets the requests of the old in pieces that it takes.</summary>
    [Case("RS-007", "RS-005", "NG-019", Guards = "Z-145")]
    public static async Task RequestsAreCutForAWeakerBack(PairContext c)
    {
        c.AddSlowDisk("/media/slow", TimeSpan.FromSeconds(2));
        var back = await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync(c.Disk(51712, "/media/slow"));
        var disk = await EndStates.DiskAsync(c, front, request);
        var data = new byte[256 * 1024];
        c.Random.NextBytes(data);
        var result = DiskResult.Gone;
        var write = c.Guest.Fibers.Start("a long write", async () => result = await disk.WriteAsync(new Sector512(64), data));
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        await SuspendAsync(c);
        await back.StopAsync();
        await c.StartBackAsync(BackSettings.For(BlockProfile.Legacy));
        await RestoreAsync(c, control, request);
        await write.JoinAsync();
        PairContext.ExpectOf(Blame.Front, "RS-007", result == DiskResult.Ok, "a long write to end well on a back that takes 11 segments", $"{result}");
        var read = new byte[data.Length];
        await DiskCheck.ExpectAsync(disk.ReadAsync(new Sector512(64), read), "a read");
        PairContext.ExpectOf(Blame.Front, "RS-007", read.AsSpan().SequenceEqual(data), "what was written", "something else");
    }

    /// <summary>What is asked for while there is no connection waits, in order, and is done once there is one.</summary>
    [Case("RS-009", "RS-001", "XB-052", Guards = "Z-162")]
    public static async Task RequestsWaitWhileThereIsNoConnection(PairContext c)
    {
        var back = await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-009", front, request);
        var disk = front.FindDisk(request.Name)!;
        await SuspendAsync(c);
        await back.StopAsync();
        await RestoreAsync(c, control, request);
        var io = RunningIo.Start(c, disk, 5);
        await c.SettleAsync();
        PairContext.ExpectOf(Blame.Front, "RS-009", io.Succeeded + io.Failed == 0, "writes that wait for a back", $"{io.Succeeded} done, {io.Failed} failed");
        await c.StartBackAsync();
        await io.JoinAsync(c);
        PairContext.ExpectOf(Blame.Front, "RS-009", io.Succeeded == 5, "every write done once there is a back", $"{io.Succeeded} of 5");
    }

    /// <summary>A guest whose device is not there on the new host runs on, and what was asked of the disk ends.</summary>
    [Case("RS-011", "BF-039", "XB-033")]
    public static async Task MissingDeviceOnTheNewHostIsSurvived(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-011", front, request);
        var disk = front.FindDisk(request.Name)!;
        await SuspendAsync(c);
        await new GuestControl(c.World).RestoreAsync(c.Guest, []);
        await c.SettleAsync();
        PairContext.ExpectOf(Blame.Front, "RS-011", control.LastSuspend == SuspendOutcome.Moved, "a guest that runs on", $"{control.LastSuspend}");
        var io = RunningIo.Start(c, disk, 2);
        await c.SettleAsync();
        PairContext.ExpectOf(Blame.Front, "RS-011", io.Failed == 2, "operations on a disk that is gone to fail", $"{io.Failed} failed, {io.Succeeded} done");
        await c.Tools.ForceAsync(request);
        await EndStates.ExpectServesAsync(c, "RS-011", front, await c.AddDiskAsync(c.Disk(51728)));
    }

    /// <summary>A disk of another size on the new host has that size; one of another sector size is given up.</summary>
    [Case("RS-014")]
    public static async Task SizeIsReadAgainOnTheNewHost(PairContext c)
    {
        await c.StartBackAsync();
        foreach (var (sectors, sectorSize, isGood) in ((ulong, DeviceSectorSize, bool)[])[(8192, default, true), (4096, DeviceSectorSize.Bytes4096, false)])
        {
            await c.UseNewGuestAsync();
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var control = await c.StartControlAsync(null, front);
            var request = await c.AddDiskAsync(c.Disk(51712));
            await EndStates.ExpectServesAsync(c, "RS-014", front, request);
            var disk = front.FindDisk(request.Name)!;
            await SuspendAsync(c);
            var before = c.Medium;
            c.Media.Add(PairContext.MediumPath, new MemoryMedium(PairContext.MediumPath, new SectorCount512(sectors), sectorSize));
            await RestoreAsync(c, control, request);
            await c.SettleAsync();
            if (isGood)
            {
                await c.ExpectConnectedAsync("RS-014", request);
                PairContext.ExpectOf(Blame.Front, "RS-014", disk.Capacity.Value == sectors, $"{sectors} sectors", $"{disk.Capacity}");
            }
            else
            {
                PairContext.ExpectOf(Blame.Front, "RS-014", await c.ReadAsync($"{request.FrontNode}/state") == "6", "a device given up for another sector size", $"state {await c.ReadAsync($"{request.FrontNode}/state")}");
            }

            c.Media.Add(PairContext.MediumPath, before);
            await EndStates.RemoveAsync(c, request);
            await front.StopAsync();
        }
    }

    /// <summary>A back that serves a disk does not move with its domain: it refuses, or has closed. One that serves none moves.</summary>
    [Case("RS-012")]
    public static async Task BackInUseDoesNotMove(PairContext c)
    {
        await c.UseDriverDomainAsync();
        var back = await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-012", front, request);
        bool isWilling = await back.SuspendAsync();
        string? state = await c.ReadAsync($"{request.BackNode}/state");
        PairContext.ExpectOf(Blame.Back, "RS-012", !isWilling || state == "6", "a back that refuses to move, or is Closed", $"a back in state {state} that moves");
        if (!isWilling)
        {
            await EndStates.ExpectServesAsync(c, "RS-012", front, request);
            await EndStates.RemoveAsync(c, request);
            PairContext.ExpectOf(Blame.Back, "RS-012", await back.SuspendAsync(), "a back that moves once nobody uses it", "it refuses");
        }

        await back.CancelSuspendAsync();
    }

    /// <summary>The references that a front publishes on the new host are none of those that it had published on the old.</summary>
    [Case("RS-008", "RS-002")]
    public static async Task RingsOnTheNewHostHaveOtherReferences(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var control = await c.StartControlAsync(null, front);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-008", front, request);
        for (int move = 0; move < 3; move++)
        {
            var before = await RingReferencesAsync(c, request);
            await MoveAsync(c, control, request);
            await EndStates.ExpectServesAsync(c, "RS-008", front, request);
            var after = await RingReferencesAsync(c, request);
            var both = before.Intersect(after).ToArray();
            PairContext.ExpectOf(Blame.Front, "RS-008", before.Count > 0 && after.Count > 0 && both.Length == 0, "other references for the new ring", $"{string.Join(' ', both)} again, of {string.Join(' ', after)}");
        }
    }

    private static async Task<List<string>> RingReferencesAsync(PairContext c, DeviceRequest disk)
    {
        var references = new List<string>();
        foreach (string name in (string[])["ring-ref", .. Enumerable.Range(0, 16).Select(page => $"ring-ref{page}")])
        {
            if (await c.ReadAsync($"{disk.FrontNode}/{name}") is { } reference)
            {
                references.Add(reference);
            }
        }

        return references;
    }

    private static async Task MoveAsync(PairContext c, Targets.IControlUnderTest control, DeviceRequest disk)
    {
        await SuspendAsync(c);
        await RestoreAsync(c, control, disk);
    }

    private static async Task SuspendAsync(PairContext c) =>
        PairContext.ExpectOf(Blame.Front, "CT-010", await new GuestControl(c.World).SuspendAsync(c.Guest), "a guest that stands still", "it runs on");

    private static async Task RestoreAsync(PairContext c, Targets.IControlUnderTest control, DeviceRequest disk)
    {
        int before = control.Suspends;
        await new GuestControl(c.World).RestoreAsync(c.Guest, [disk], made => c.Tools.HotplugAsync(made, DiskRequest.MediumOf(made)));
        for (int i = 0; i < 300 && control.Suspends == before; i++)
        {
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        }

        PairContext.ExpectOf(Blame.Hypervisor, "CT-013", control.Suspends == before + 1 && control.LastSuspend == SuspendOutcome.Moved, "a guest that moved", $"{control.LastSuspend}");
    }
}
