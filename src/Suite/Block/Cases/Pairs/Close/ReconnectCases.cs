using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Deviations;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Close;

/// <summary>A connection ends and another begins on the same device; <c>online</c> decides (I-25 to I-27, I-31, I-35).</summary>
public static class ReconnectCases
{
    /// <summary>A front that closes and begins anew is served each time as at first, and nothing piles up.</summary>
    [Case("XB-025", "XB-026", "BB-047", "XB-017", Guards = "Z-004, Z-253, Z-254, Z-238, Z-003")]
    public static async Task EachConnectionIsServedAsTheFirst(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-026", front, request);
        await c.SettleAsync();
        int mapped = c.BackDomain.Machine.Grants.MappingCount;
        int ports = c.BackDomain.Machine.Events.Count;
        for (int i = 0; i < 3; i++)
        {
            await front.FindDisk(request.Name)!.ReconnectAsync();
            await EndStates.ExpectServesAsync(c, "XB-026", front, request);
        }

        await c.SettleAsync();
        c.Expect("BB-047", c.BackDomain.Machine.Grants.MappingCount == mapped, $"{mapped} pages mapped as in the first connection", $"{c.BackDomain.Machine.Grants.MappingCount}");
        c.Expect("BB-047", c.BackDomain.Machine.Events.Count == ports, $"{ports} ports as in the first connection", $"{c.BackDomain.Machine.Events.Count}");
    }

    /// <summary>A driver that is unloaded and loaded again finds the back waiting.</summary>
    [Case("XB-025", "XB-062", "XB-035", "XB-028", Guards = "Z-135")]
    public static async Task DriverThatIsLoadedAgainFindsTheBackWaiting(PairContext c)
    {
        await c.StartBackAsync();
        var request = await c.AddDiskAsync();
        for (int i = 0; i < 3; i++)
        {
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            await EndStates.ExpectServesAsync(c, "XB-025", front, request);
            await front.StopAsync();
            await EndStates.ExpectAsync(c, "XB-025", Blame.Back, request, EndState.Closed);
            c.Expect("XB-028", await c.ReadAsync($"{request.BackNode}/{BlockNodes.HotplugStatus}") == "connected", "hotplug-status of a device that stays", "another or none");
        }
    }

    /// <summary>A front that toggles as fast as it can, with requests under way, comes to rest, can be served, and leaves nothing behind.</summary>
    [Case("XB-056", "XB-014", "BB-030", "XB-058", Guards = "Z-114, Z-129")]
    public static async Task FastTogglingLeavesOneConnectionThatServes(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-056", front, request);
        var disk = front.FindDisk(request.Name)!;
        for (int i = 0; i < 6; i++)
        {
            var io = RunningIo.Start(c, disk, 3);
            await disk.ReconnectAsync();
            await io.JoinAsync(c);
        }

        await EndStates.ExpectServesAsync(c, "XB-014", front, request);
    }

    /// <summary>A front that begins anew before the back has seen it close is given a new connection all the same.</summary>
    [Case("XB-014", "XB-025", "XB-017", Guards = "Z-157, Z-238")]
    public static async Task BeginningThatOvertakesTheCloseIsNotMissed(PairContext c)
    {
        foreach (string step in (string[])["B20", "B21", "B22", "B23"])
        {
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: TimeSpan.FromSeconds(5))]));
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var request = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "XB-014", front, request);
            await front.FindDisk(request.Name)!.ReconnectAsync();
            await EndStates.ExpectServesAsync(c, "XB-014", front, request);
            await EndStates.RemoveAsync(c, request);
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>A device that is no longer wanted is given up whenever that is said: while Closed, or at any step of the close.</summary>
    [Case("XB-030", "XB-027", "XB-028", "XB-025")]
    public static async Task WishThatTheDeviceGoesIsHeardAtAnyMoment(PairContext c)
    {
        foreach (string step in (string[])["B20", "B23", "B24", "none"])
        {
            c.Note($"online becomes 0 during {step}");
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync(plan: new DeviationPlan([new Deviation(step, DeviationKind.Delay, Time: TimeSpan.FromSeconds(10))]));
            var front = await c.StartFrontAsync(EndStates.OneQueue);
            var request = await c.AddDiskAsync();
            await EndStates.ExpectServesAsync(c, "XB-030", front, request);
            var unload = c.Guest.Fibers.Start("unload", front.StopAsync);
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(5));
            await c.WriteAsync($"{request.BackNode}/online", "0");
            await EndStates.ExpectAsync(c, "XB-030", Blame.Back, request, EndState.Closed);
            c.Expect("XB-028", await c.ReadAsync($"{request.BackNode}/{BlockNodes.HotplugStatus}") is null, $"hotplug-status gone after online became 0 during {step}", "it is there");
            await unload.JoinAsync();
            await EndStates.RemoveAsync(c, request);
            await back.StopAsync();
        }
    }

    /// <summary>A back that falls back to InitWait by itself, as one that was started anew, is given a new connection, and nobody's I/O is lost.</summary>
    [Case("RS-015", "RS-005", "RS-016", "RS-008")]
    public static async Task BackThatFallsBackIsGivenANewConnection(PairContext c)
    {
        await c.UseDriverDomainAsync();
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "RS-015", front, request);
        var disk = front.FindDisk(request.Name)!;
        await disk.OpenAsync();
        string? port = await c.ReadAsync($"{request.FrontNode}/{BlockNodes.EventChannel}");
        int generations = c.CountSteps("F8");
        await c.WriteAsync($"{request.BackNode}/state", $"{(int)XenbusState.InitWait}");
        await c.SettleAsync();
        var io = RunningIo.Start(c, disk, 4);
        await EndStates.ExpectServesAsync(c, "RS-015", front, request);
        await io.JoinAsync(c);
        PairContext.ExpectOf(Blame.Front, "RS-005", io.Succeeded == 4, "every write to end well", $"{io.Succeeded} of 4");
        PairContext.ExpectOf(Blame.Front, "RS-008", c.CountSteps("F8") == generations + 1, "one new generation", $"{c.CountSteps("F8") - generations}, port {port}");
        await disk.CloseAsync();
    }

    /// <summary>A back that is unloaded and loaded again with its device wanted still serves it anew.</summary>
    [Case("XB-053", "XB-062", "BB-029")]
    public static async Task BackThatIsLoadedAgainServesAnew(PairContext c)
    {
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var request = await c.AddDiskAsync();
        for (int i = 0; i < 3; i++)
        {
            var back = await c.StartBackAsync();
            if (i > 0)
            {
                await front.FindDisk(request.Name)!.ReconnectAsync();
            }

            await EndStates.ExpectServesAsync(c, "XB-053", front, request);
            await back.StopAsync();
            await EndStates.ExpectAsync(c, "XB-062", Blame.Front, request, EndState.Closed);
            await c.ExpectNothingHeldAsync("BB-029", "after the back was unloaded");
        }
    }
}
