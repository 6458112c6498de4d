using Conformance.Exploration.Engine;
using Conformance.Reference.ToolStack;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>What the end-state predicates of a connection ask of the world, disk by disk.</summary>
internal static class EndRules
{
    internal static ValueTask<Breach?> ConnectedAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "Connected", async (disk, found) =>
            await found.ExpectStatesAsync("4", "4")
            ?? found.ExpectHeld(world.Disks.Count, world.Disks.Count)
            ?? (world.Machine.Fronts.FindDisk(disk.Name) is { IsAnnounced: true } ? null : found.Broken("the disk announced", "it is not"))
            ?? await found.ExpectNoErrorAsync());

    /// <summary>As <see cref="ConnectedAsync"/>, with two queues of two pages.</summary>
    internal static ValueTask<Breach?> ConnectedWidelyAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "Connected", async (disk, found) =>
            await found.ExpectStatesAsync("4", "4") ?? found.ExpectHeld(pages: 4, ports: 2) ?? await found.ExpectNoErrorAsync());

    internal static ValueTask<Breach?> ServingAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "Serving", async (disk, found) => await found.ExpectStatesAsync("4", "4") ?? await found.ExpectNoErrorAsync());

    internal static ValueTask<Breach?> ClosedKeepAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "ClosedKeep", async (disk, found) =>
            (await found.StatesAsync() is ("6", "6") or ("1", "2") ? null : found.Broken("6 and 6, or 1 and 2", await found.DescribeStatesAsync()))
            ?? await found.ExpectNodeAsync(disk.BackNode, "online", "1")
            ?? found.ExpectHeld(pages: 0, ports: 0));

    internal static ValueTask<Breach?> ClosedDownAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "ClosedDown", async (disk, found) =>
            await found.ExpectStatesAsync("6", "6")
            ?? await found.ExpectNodeAsync(disk.BackNode, "online", "0")
            ?? await found.ExpectGoneAsync($"{disk.BackNode}/hotplug-status")
            ?? found.ExpectHeld(pages: 0, ports: 0));

    internal static ValueTask<Breach?> GoneAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "Gone", async (disk, found) =>
            await found.ExpectGoneAsync(disk.FrontNode)
            ?? await found.ExpectGoneAsync(disk.BackNode)
            ?? found.ExpectHeld(pages: 0, ports: 0)
            ?? found.ExpectNoMemory()
            ?? found.ExpectNobodyWatches());

    internal static ValueTask<Breach?> FailedAttachAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "FailedAttach", async (disk, found) =>
            (await found.StatesAsync() is (var front, "6") && front is "6" or "1" ? null : found.Broken("a back at 6 and a front at 6 or 1", await found.DescribeStatesAsync()))
            ?? (await found.ErrorAsync(disk.FrontNode) is null && await found.ErrorAsync(disk.BackNode) is null ? found.Broken("an error node", "none") : null)
            ?? found.ExpectHeld(pages: 0, ports: 0)
            ?? (world.Machine.FrontBus.BootHold.Connecting == 0 ? null : found.Broken("no hold of the boot", "one")));

    internal static ValueTask<Breach?> FrontDeadAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "FrontDead", async (disk, found) =>
            found.ExpectBackHoldsNothing()
            ?? (world.Machine.Guest.Machine.IsZombie ? found.Broken("a reaped domain", "one whose memory is in use") : null)
            ?? (await found.StatesAsync() is (_, "4") ? found.Broken("a back that is not Connected to the dead", "one that is") : null));

    internal static ValueTask<Breach?> BackLostAsync(PairWorld world, IStoreClient store) =>
        EachAsync(world, store, "BackLost", async (disk, found) =>
            found.ExpectFrontHoldsNothing()
            ?? (await found.StatesAsync() is ("4", _) ? found.Broken("a front that is not Connected to nobody", "one that is") : null));

    private static async ValueTask<Breach?> EachAsync(PairWorld world, IStoreClient store, string rule, Func<DeviceRequest, EndFindings, ValueTask<Breach?>> judge)
    {
        foreach (var disk in world.Disks)
        {
            if (await judge(disk, new EndFindings(world, store, disk, rule)) is { } breach)
            {
                return breach;
            }
        }

        return null;
    }
}
