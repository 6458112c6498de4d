using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Block.Pairs;

public sealed class FrontThatMovesOnTests
{
    [Theory]
    [InlineData("B7")]
    [InlineData("B8.0")]
    [InlineData("B9.0")]
    [Trait("Clause", "XB-017")]
    [Trait("Clause", "BB-025")]
    [Trait("Clause", "BB-026")]
    public void FrontThatTakesBackWhatItPublished_DoesNotFailTheBack(string lateStep) => DiskRun.InSteps(
        new BlockMachineOptions
        {
            Front = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1 },
            BackPlan = new DeviationPlan([new Deviation(lateStep, DeviationKind.Delay, Time: TimeSpan.FromSeconds(2))]),
        },
        async machine =>
        {
            var request = machine.Disk(51712, DiskRun.Medium);
            await machine.Tools.AddAsync(request);
            await machine.Tools.HotplugAsync(request, DiskRequest.MediumOf(request));
            Assert.True(await machine.Tools.WaitForStateAsync($"{request.FrontNode}/state", state => state == XenbusState.Initialised, TimeSpan.FromSeconds(1)));
            await machine.FrontBus.StopAsync();
            await machine.World.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(10));

            Assert.Equal("1", await machine.World.Control.Store.ReadOptionalAsync($"{request.BackNode}/online"));
            Assert.Equal(0, machine.BackDomain.Machine.Grants.MappingCount);
            Assert.Null(Assert.Single(machine.BackBus.Devices).Failure);

            await new DeviceBus(machine.Guest, new FrontFlavour(), machine.Fronts).StartAsync();
            await DiskRun.ExpectDataAsync(await machine.WaitForDiskAsync(request), 1, 8192);
        },
        1, 2, 3, 4, 5, 6);
}
