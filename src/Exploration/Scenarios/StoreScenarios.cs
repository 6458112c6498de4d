using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.ToolStack;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>I-44 and I-58: the store begins anew, or answers nobody for a while.</summary>
public static class StoreScenarios
{
    private static readonly Scenario s_restart = new()
    {
        Name = "I-44",
        Title = "the store's process ends and another takes over, at any time of the attach",
        Clauses = ["XS-024", "XS-025", "XS-141"],
        Play = static world =>
        {
            world.Toolstack(() => world.AddAsync(world.Disk));
            Restart(world);
        },
        End = EndPredicate.Connected,
    };

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        s_restart,
        s_restart with
        {
            Name = "I-44c",
            Title = "the store's process ends and another takes over, while the disk is used: nothing changes",
            Start = ScenarioStart.Connected,
            Play = static world =>
            {
                world.User(() => UseScenarios.WriteAndReadAsync(world));
                world.Toolstack(async () =>
                {
                    var ring = await RingAsync(world);
                    await world.World.Store.RestartAsync();
                    await world.ToolFibers.DelayAsync(TimeSpan.FromMinutes(1));
                    var now = await RingAsync(world);
                    PairWorld.Expect(now == ring, "XS-141", $"ring and port {ring}", $"{now}");
                });
            },
        },
        s_restart with
        {
            Name = "I-44r",
            Title = "the store's process ends and another takes over, at any time of a removal",
            Start = ScenarioStart.Connected,
            Play = static world =>
            {
                world.Toolstack(async () =>
                    PairWorld.Expect(await world.Tools.RemoveAsync(world.Disk), "XB-027", "a device that is taken away", "one that is not"));
                Restart(world);
            },
            End = EndPredicate.Gone,
        },
        s_restart with
        {
            Name = "I-58",
            Title = "the guest goes on after a move, and the store is not there yet",
            Clauses = ["RS-013", "XS-141"],
            Start = ScenarioStart.Connected,
            HasControl = true,
            Play = static world =>
            {
                world.User(() => UseScenarios.WriteAndReadAsync(world));
                world.Toolstack(() => MoveBeforeTheStoreAsync(world));
            },
            Bounds = Scenario.CustomaryBounds with { Delays = 1 },
        },
    ];

    private static async ValueTask<(string? Ring, string? Port)> RingAsync(PairWorld world) => (
        await world.Store.ReadOptionalAsync($"{world.Disk.FrontNode}/{BlockNodes.RingRef}"),
        await world.Store.ReadOptionalAsync($"{world.Disk.FrontNode}/{BlockNodes.EventChannel}"));

    private static void Restart(PairWorld world) => world.Fate("store", world.World.Store.RestartAsync);

    /// <summary>The store's domain is the last that goes on; until then nobody can ask it anything.</summary>
    private static async ValueTask MoveBeforeTheStoreAsync(PairWorld world)
    {
        var control = new GuestControl(world.World);
        PairWorld.Expect(await control.SuspendAsync(world.Machine.Guest), "CT-010", "a guest that stands still", "one that runs on");
        await control.RestoreAsync(world.Machine.Guest, world.Disks, async disk =>
        {
            await world.Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
            await world.World.Store.StandStillAsync();
        });

        // The guest runs as far as it can without a store.
        await world.ToolFibers.DelayAsync(TimeSpan.FromSeconds(1));
        var device = world.Machine.FrontBus.Devices[0];
        PairWorld.Expect(device.State == XenbusState.Connected, "RS-013", "a device that waits for the store", $"one that is {device.State}");
        await world.World.Store.GoOnAsync();
    }
}
