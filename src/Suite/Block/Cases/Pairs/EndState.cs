using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.ToolStack;

namespace Conformance.Suite.Block.Cases.Pairs;

/// <summary>Where a connection may come to rest.</summary>
internal enum EndState
{
    /// <summary>Both ends are Connected.</summary>
    Connected,

    /// <summary>Both ends have closed, or one has and the other is not there.</summary>
    Closed,

    /// <summary>The front is back at its start and the back awaits it.</summary>
    Awaited,

    /// <summary>Both directories are absent.</summary>
    Gone,

    /// <summary>One end waits for the other, which does not come.</summary>
    Stalled,
}

/// <summary>Looks at the end of a connection once everything has come to rest.</summary>
internal static class EndStates
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A front with one queue of a ring of two pages: each step has one number, and the ring has a first and a last page.</summary>
    public static readonly FrontSettings OneQueue = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1, RingPageOrder = 1 };

    /// <summary>Lets everything come to rest and says where a disk stands.</summary>
    public static async Task<EndState> RestAsync(PairContext c, DeviceRequest disk)
    {
        await c.SettleAsync();
        return (await c.ReadAsync($"{disk.FrontNode}/state"), await c.ReadAsync($"{disk.BackNode}/state")) switch
        {
            ("4", "4") => EndState.Connected,
            (null, null) => EndState.Gone,
            ("6" or null, "6") or ("6", null) => EndState.Closed,
            ("1" or null, "2" or "1") or ("1", "6" or null) => EndState.Awaited,
            _ => EndState.Stalled,
        };
    }

    /// <summary>Fails the case unless a disk rests in one of some states.</summary>
    public static async Task<EndState> ExpectAsync(PairContext c, string clause, Blame blame, DeviceRequest disk, params EndState[] states)
    {
        var came = await RestAsync(c, disk);
        string stand = $"front {await c.ReadAsync($"{disk.FrontNode}/state") ?? "gone"}, back {await c.ReadAsync($"{disk.BackNode}/state") ?? "gone"}";
        PairContext.ExpectOf(blame, clause, states.Contains(came), $"disk {disk.Name} to come to rest {string.Join(" or ", states)}", $"{came} ({stand})");
        return came;
    }

    /// <summary>Expects a disk to be Connected and to keep what is written to it.</summary>
    public static async Task ExpectServesAsync(PairContext c, string clause, Targets.IFrontUnderTest front, DeviceRequest disk)
    {
        await c.ExpectConnectedAsync(clause, disk);
        var served = await DiskAsync(c, front, disk);
        // The states may have been those of a connection before: what counts is that they hold once the disk is there.
        await c.ExpectConnectedAsync(clause, disk);
        await DiskCheck.ExpectKeepsAsync(c, served, new Sector512(40), 12 * 1024);
    }

    /// <summary>The disk of a device, once it is announced.</summary>
    public static async Task<BlockDisk> DiskAsync(PairContext c, Targets.IFrontUnderTest front, DeviceRequest disk)
    {
        var until = c.Driver.Now + Patience;
        while (front.FindDisk(disk.Name) is not { IsAnnounced: true } && c.Driver.Now < until)
        {
            await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        }

        PairContext.ExpectOf(Blame.Front, "BF-020", front.FindDisk(disk.Name) is { IsAnnounced: true }, "the disk of a connected front to be announced", "it is not there");
        return front.FindDisk(disk.Name)!;
    }

    /// <summary>Takes a disk away as a tool stack does, by force when the ends do not close in time, and expects nothing to stay.</summary>
    /// <returns>Whether both ends closed in time.</returns>
    public static async Task<bool> RemoveAsync(PairContext c, DeviceRequest disk)
    {
        bool isInTime = await c.Tools.RemoveAsync(disk);
        if (!isInTime)
        {
            await c.Tools.ForceAsync(disk);
        }

        await ExpectAsync(c, "XB-033", Blame.Back, disk, EndState.Gone);
        await c.ExpectNothingHeldAsync("XB-033", "once the disk is gone");
        return isInTime;
    }

    /// <summary>The text of the error node of an end; null when there is none.</summary>
    /// <param name="c">The case.</param>
    /// <param name="node">The end's directory.</param>
    public static ValueTask<string?> ErrorOfAsync(PairContext c, string node) => c.ReadAsync(ErrorNode.Of(node));
}
