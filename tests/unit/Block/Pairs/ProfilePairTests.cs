using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;

namespace Conformance.Tests.Unit.Block.Pairs;

public sealed class ProfilePairTests
{
    public static TheoryData<BlockProfile, BlockProfile> Pairs
    {
        get
        {
            var pairs = new TheoryData<BlockProfile, BlockProfile>();
            foreach (var front in Enum.GetValues<BlockProfile>())
            {
                foreach (var back in Enum.GetValues<BlockProfile>())
                {
                    pairs.Add(front, back);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Trait("Clause", "NG-048")]
    [Trait("Clause", "XB-010")]
    public void EachPair_AttachesMovesDataUnplugsAndReconnects(BlockProfile front, BlockProfile back) =>
        DiskRun.InRealTime(Options(front, back), machine => LifeAsync(machine, 1 << 20));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void EachPair_DoesSoInManyOrders(BlockProfile front, BlockProfile back) =>
        DiskRun.InSteps(Options(front, back), machine => LifeAsync(machine, 1 << 14), 1, 2, 3);

    private static BlockMachineOptions Options(BlockProfile front, BlockProfile back) => new()
    {
        Front = FrontSettings.For(front),
        Back = BackSettings.For(back),
    };

    private static async ValueTask LifeAsync(BlockMachine machine, int bytes)
    {
        var request = machine.Disk(51712, DiskRun.Medium);
        var disk = await machine.AttachAsync(request);
        Assert.Equal(DiskResult.Ok, await disk.OpenAsync());
        await DiskRun.ExpectDataAsync(disk, 1, bytes);
        await disk.CloseAsync();
        await disk.ReconnectAsync();
        disk = await machine.WaitForDiskAsync(request);
        await DiskRun.ExpectDataAsync(disk, 2, bytes);
        Assert.True(await machine.Tools.RemoveAsync(request));
        await machine.World.Control.Fibers.DelayAsync(TimeSpan.FromMilliseconds(1));
        Assert.Empty(machine.FrontBus.Devices);
        Assert.Empty(machine.BackBus.Devices);
        Assert.Equal(0, machine.Guest.Machine.Grants.MappingCount);
        Assert.Equal(0, machine.BackDomain.Machine.Grants.MappingCount);
    }
}
