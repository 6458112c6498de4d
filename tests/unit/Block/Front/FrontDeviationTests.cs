using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontDeviationTests
{
    private static readonly string[] Steps =
    [
        FrontStep.See, FrontStep.Resolve, FrontStep.WatchPeer, FrontStep.SeeInitWait, FrontStep.ReadLimits, "F5.0", "F5.1", FrontStep.AllocatePort, FrontStep.Publish, FrontStep.Commit,
        FrontStep.ReadMedium, FrontStep.Connect, FrontStep.Announce, FrontStep.StartIo,
        FrontStep.BeginClose, FrontStep.CheckUsers, FrontStep.StopQueues, FrontStep.Close, FrontStep.Release,
    ];

    public static TheoryData<BlockProfile, string, DeviationKind> Deviations
    {
        get
        {
            var data = new TheoryData<BlockProfile, string, DeviationKind>();
            foreach (var profile in Enum.GetValues<BlockProfile>())
            {
                foreach (string step in Steps)
                {
                    foreach (var kind in Enum.GetValues<DeviationKind>())
                    {
                        data.Add(profile, step, kind);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Deviations))]
    [Trait("Clause", "BF-003")]
    [Trait("Clause", "XB-039")]
    [Trait("Clause", "XB-046")]
    public void WhereverTheFrontLeavesItsPath_TheDeviceCanBeTakenAway_AndNothingIsHeld(BlockProfile profile, string step, DeviationKind kind)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            driver.Run(() => LifeAsync(driver, profile, new DeviationPlan([new Deviation(step, kind, Time: TimeSpan.FromSeconds(1))])));
        }
    }

    private static async ValueTask LifeAsync(SteppedDriver driver, BlockProfile profile, DeviationPlan plan)
    {
        var machine = await BlockMachine.BuildAsync(driver, new BlockMachineOptions
        {
            Front = FrontSettings.For(profile) with { Queues = 1, RingPageOrder = 1 },
            Back = BackSettings.For(profile),
            FrontPlan = plan,
        });
        machine.Media.Add("/disk", new MemoryMedium("/disk", new SectorCount512(64)));
        int ports = machine.Guest.Machine.Events.Count;
        await machine.StartAsync();
        var request = machine.Disk(51712, "/disk");
        await machine.Tools.AddAsync(request);
        await machine.Tools.HotplugAsync(request, new Dictionary<string, string> { [BlockNodes.PhysicalDevicePath] = "/disk" });
        await machine.Tools.WaitForStateAsync($"{request.FrontNode}/state", state => state is XenbusState.Connected or XenbusState.Closed, TimeSpan.FromSeconds(5));
        DiskResult? result = null;
        bool isAsked = false;
        if (machine.Fronts.FindDisk("51712") is { } disk)
        {
            isAsked = true;
            machine.Guest.Fibers.Start("user", async () => result = await disk.WriteAsync(default, new byte[4096]));
            await driver.DelayAsync(TimeSpan.FromMilliseconds(100));
        }

        if (!await machine.Tools.RemoveAsync(request))
        {
            await machine.Tools.ForceAsync(request);
        }

        await driver.DelayAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(machine.BackBus.Devices);
        Assert.Equal(0, machine.BackDomain.Machine.Grants.MappingCount);
        if (!machine.Guest.Fibers.Group.IsDead)
        {
            Assert.Empty(machine.FrontBus.Devices);
            machine.Guest.GrantTable.RetryDeferred();
            Assert.Equal(ports, machine.Guest.Machine.Events.Count);
            Assert.Equal(machine.Guest.GrantTable.EntryCount - 8, machine.Guest.GrantTable.FreeCount);
            Assert.Equal(isAsked, result is not null);
        }
    }
}
