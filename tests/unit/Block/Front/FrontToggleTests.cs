using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Block.Front;

public sealed class FrontToggleTests
{
    public static TheoryData<BlockProfile, ulong> Runs
    {
        get
        {
            var data = new TheoryData<BlockProfile, ulong>();
            foreach (var profile in Enum.GetValues<BlockProfile>())
            {
                for (ulong seed = 1; seed <= 25; seed++)
                {
                    data.Add(profile, seed);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    [Trait("Clause", "XB-056")]
    [Trait("Clause", "RS-015")]
    [Trait("Clause", "BF-039")]
    public void ReconnectsAndNewBacksUnderLoad_EndEveryOperation_AndKeepNothing(BlockProfile profile, ulong seed)
    {
        var driver = new SteppedDriver(new SeededChoices(seed));
        driver.Run(async () =>
        {
            var machine = await BlockMachine.BuildAsync(driver, new BlockMachineOptions
            {
                Front = FrontSettings.For(profile) with { Queues = 2, PersistentIdle = TimeSpan.FromSeconds(1) },
                Back = BackSettings.For(profile),
            });
            machine.Media.Add("/disk", new MemoryMedium("/disk", new SectorCount512(256)));
            int ports = machine.Guest.Machine.Events.Count;
            await machine.FrontBus.StartAsync();
            var backs = machine.BackBus;
            await backs.StartAsync();
            var request = machine.Disk(51712, "/disk");
            var disk = await machine.AttachAsync(request);
            var random = new Random((int)seed);
            int begun = 0, ended = 0;
            for (int round = 0; round < 8; round++)
            {
                for (int i = 0; i < 6; i++)
                {
                    int kind = random.Next(4);
                    var sector = new Sector512((ulong)random.Next(64));
                    begun++;
                    machine.Guest.Fibers.Start("user", async () =>
                    {
                        _ = kind switch
                        {
                            0 => await disk.FlushAsync(),
                            1 => await disk.WriteOrderedAsync(sector, new byte[8192]),
                            2 => await disk.WriteAsync(sector, new byte[4096 * 20]),
                            _ => await disk.ReadAsync(sector, new byte[4096]),
                        };
                        ended++;
                    });
                }

                await driver.DelayAsync(TimeSpan.FromMilliseconds(random.Next(2)));
                if (random.Next(2) == 0)
                {
                    await disk.ReconnectAsync();
                }
                else
                {
                    await backs.StopAsync();
                    backs = new DeviceBus(machine.BackDomain, new BackFlavour(), new BackDriver(BackSettings.For(profile), machine.Media));
                    await backs.StartAsync();
                }

                await driver.DelayAsync(TimeSpan.FromMilliseconds(random.Next(2)));
            }

            await driver.DelayAsync(TimeSpan.FromMinutes(2));
            Assert.Equal(begun, ended);
            await disk.ReconnectAsync();

            // A back that met a ring which its front was just taking away has failed for good, and says so.
            if (await machine.World.Control.Store.ReadTextAsync($"{request.BackNode}/online") == "1")
            {
                await machine.WaitForDiskAsync(request);
                Assert.Equal(DiskResult.Ok, await disk.WriteAsync(default, new byte[65536]));
            }
            if (!await machine.Tools.RemoveAsync(request))
            {
                await machine.Tools.ForceAsync(request);
            }

            await driver.DelayAsync(TimeSpan.FromMinutes(2));
            machine.Guest.GrantTable.RetryDeferred();
            Assert.Empty(machine.FrontBus.Devices);
            Assert.Equal(ports, machine.Guest.Machine.Events.Count);
            Assert.Equal(machine.Guest.GrantTable.EntryCount - 8, machine.Guest.GrantTable.FreeCount);
        });
    }
}
