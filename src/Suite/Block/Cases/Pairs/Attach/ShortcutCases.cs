using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Attach;

/// <summary>Ends that leave out states, come late, or find the other further than expected (I-01 to I-06).</summary>
public static class ShortcutCases
{
    /// <summary>A front that does not wait for InitWait is connected to on legacy terms, by each generation of back, early or late.</summary>
    [Case("XB-010", "NG-007", "XB-053", "NG-048")]
    public static async Task FrontThatDoesNotWaitForInitWaitIsServed(PairContext c)
    {
        foreach (var profile in Enum.GetValues<BlockProfile>())
        {
            foreach (bool isBackLate in (bool[])[false, true])
            {
                c.Note($"back {profile}{(isBackLate ? ", late" : string.Empty)}");
                await ServeAsync(c, FrontSettings.For(BlockProfile.Legacy), BackSettings.For(profile), isBackLate);
            }
        }
    }

    /// <summary>A front that goes from Initialising to Connected at once is served as one that says Initialised.</summary>
    [Case("XB-011", "XB-053")]
    public static async Task FrontThatConnectsAtOnceIsServed(PairContext c)
    {
        foreach (bool isBackLate in (bool[])[false, true])
        {
            await ServeAsync(c, FrontSettings.For(BlockProfile.Legacy) with { ConnectsAtOnce = true }, BackSettings.For(BlockProfile.Mainline), isBackLate);
        }
    }

    /// <summary>A back that starts when the front waits already, or the reverse, misses nothing.</summary>
    [Case("XB-037", "XB-036", "XB-053", Guards = "Z-167")]
    public static async Task EitherEndMayStartFirst(PairContext c)
    {
        foreach (int order in (int[])[0, 1, 2, 3])
        {
            c.Note($"order {order}");
            await c.UseNewGuestAsync();
            var disk = order < 2 ? await c.AddDiskAsync() : c.Disk();
            var front = order % 2 == 0 ? await c.StartFrontAsync(EndStates.OneQueue) : null;
            var back = await c.StartBackAsync();
            front ??= await c.StartFrontAsync(EndStates.OneQueue);
            if (order >= 2)
            {
                await c.AddDiskAsync(disk);
            }

            await EndStates.ExpectServesAsync(c, "XB-053", front, disk);
            await EndStates.RemoveAsync(c, disk);
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>A back without its medium stays in InitWait, whatever the front says, and connects as soon as the medium comes.</summary>
    [Case("NG-047", "XB-053", Guards = "Z-231")]
    public static async Task MediumThatComesLateIsNotMissed(PairContext c)
    {
        foreach (var profile in (BlockProfile[])[BlockProfile.Mainline, BlockProfile.Legacy])
        {
            await c.UseNewGuestAsync();
            var back = await c.StartBackAsync();
            var front = await c.StartFrontAsync(FrontSettings.For(profile));
            var disk = c.Disk();
            c.Follow(disk);
            await c.Tools.AddAsync(disk);
            await c.SettleAsync();
            c.Expect("NG-047", await c.ReadAsync($"{disk.BackNode}/state") == "2", "a back without its medium in InitWait", $"state {await c.ReadAsync($"{disk.BackNode}/state")}");
            PairContext.ExpectOf(Blame.Front, "XB-008", await c.ReadAsync($"{disk.FrontNode}/state") == "3", "a front that waits in Initialised", $"state {await c.ReadAsync($"{disk.FrontNode}/state")}");
            await c.Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
            await EndStates.ExpectServesAsync(c, "NG-047", front, disk);
            await EndStates.RemoveAsync(c, disk);
            await front.StopAsync();
            await back.StopAsync();
        }
    }

    /// <summary>Events that tell nothing new change nothing: no page is granted or mapped again, no port bound, and the disk serves.</summary>
    [Case("XB-015", "XB-016", "XS-082", "XB-031", Guards = "Z-026, Z-144, Z-163")]
    public static async Task EventsThatTellNothingNewChangeNothing(PairContext c)
    {
        await c.UseDriverDomainAsync();
        await c.StartBackAsync();
        var front = await c.StartFrontAsync(EndStates.OneQueue);
        var disk = await c.AddDiskAsync();
        await EndStates.ExpectServesAsync(c, "XB-015", front, disk);
        var before = (c.CountSteps("F5"), c.CountSteps("F6"), c.CountSteps("B8"), c.CountSteps("B9"));
        for (int i = 0; i < 3; i++)
        {
            await c.WriteAsync($"{disk.FrontNode}/state", "4");
            await c.WriteAsync($"{disk.BackNode}/state", "4");
            await c.WriteAsync($"{disk.FrontNode}/something", "else");
            await c.WriteAsync($"{disk.BackNode}/something", "else");
            await c.WriteAsync($"{disk.BackNode}/online", "1");
        }

        await c.SettleAsync();
        var after = (c.CountSteps("F5"), c.CountSteps("F6"), c.CountSteps("B8"), c.CountSteps("B9"));
        c.Expect("XB-015", before == after, $"pages granted, ports made, pages mapped and ports bound as before {before}", $"{after}");
        await EndStates.ExpectServesAsync(c, "XB-015", front, disk);
    }

    /// <summary>A kernel that finds the connection of one that crashed closes it in that one's place and makes its own.</summary>
    [Case("XB-054", "XB-059", "XB-013", "XB-017", Guards = "Z-200, Z-178, Z-220, Z-157")]
    public static async Task KernelAfterACrashMakesItsOwnConnection(PairContext c)
    {
        await c.StartBackAsync();
        foreach (string step in (string[])["F7", "F9", "F10", "F12"])
        {
            c.Note($"the first kernel stops at {step}");
            await c.UseNewGuestAsync();
            await c.StartCrashingFrontAsync(step);
            var disk = await c.AddDiskAsync();
            await c.SettleAsync();
            var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = 0, Queues = 1 });
            await EndStates.ExpectServesAsync(c, "XB-054", front, disk);
            PairContext.ExpectOf(Blame.Front, "NG-019", await c.ReadAsync($"{disk.FrontNode}/{BlockNodes.MultiQueueNumQueues}") is null, "no number of queues of the first kernel left", "it is there");
            await c.Tools.RemoveAsync(disk);
        }
    }

    private static async Task ServeAsync(PairContext c, FrontSettings settings, BackSettings offers, bool isBackLate)
    {
        await c.UseNewGuestAsync();
        var front = await c.StartFrontAsync(settings);
        var disk = await c.AddDiskAsync();
        if (isBackLate)
        {
            await c.SettleAsync();
        }

        var back = await c.StartBackAsync(offers);
        await EndStates.ExpectServesAsync(c, "XB-010", front, disk);
        foreach (string name in (string[])[BlockNodes.RingPageOrder, BlockNodes.RingPages, BlockNodes.MaxRequestSegments, BlockNodes.MultiQueueNumQueues])
        {
            PairContext.ExpectOf(Blame.Front, "NG-007", await c.ReadAsync($"{disk.FrontNode}/{name}") is null, $"no {name} from a front that has read nothing", "it is there");
        }

        await EndStates.RemoveAsync(c, disk);
        await front.StopAsync();
        await back.StopAsync();
    }
}
