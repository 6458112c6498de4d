using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Block.Pairs;

public sealed class GrantShortageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "BF-016")]
    [Trait("Clause", "BF-029")]
    public void MoreWantedAtOnceThanTheTableHolds_IsDoneInTurn(bool isPersistent) => DiskRun.InSteps(
        new BlockMachineOptions
        {
            Front = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1, RingPageOrder = 0, IsPersistent = isPersistent, PersistentIdle = null },
            Back = BackSettings.For(BlockProfile.Mainline),

            // One frame of references: not enough for the twelve requests of 64 pages below.
            Guest = new DomainOptions { GrantFrames = 1 },
        },
        async machine =>
        {
            var disk = await machine.AttachAsync(machine.Disk(51712, DiskRun.Medium));
            var users = new List<Fiber>();
            for (int i = 0; i < 12; i++)
            {
                int first = i * 64 * 4096;
                users.Add(machine.Guest.Fibers.Start($"user {i}", async () =>
                {
                    var data = new byte[64 * 4096];
                    Assert.Equal(DiskResult.Ok, await disk.ReadAsync(DiskRun.Sector(first % (1 << 20)), data));
                }));
            }

            foreach (var user in users)
            {
                await user.JoinAsync();
            }
        },
        1, 2, 3);
}
