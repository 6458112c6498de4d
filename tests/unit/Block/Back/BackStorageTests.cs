using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Block.Back;

public sealed class BackStorageTests
{
    [Fact]
    [Trait("Clause", "BB-003")]
    public void LogOfAFile_IsThatOfARawDevice()
    {
        var file = LogOf(isDevice: false);
        Assert.NotEmpty(file);
        Assert.Equal(file, LogOf(isDevice: true));
    }

    [Fact]
    [Trait("Clause", "BI-023")]
    public void Flush_ThatWasAnswered_SurvivesTheDeathOfTheBack()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var disk = new VolatileCacheMedium("cached", new SectorCount512(64));
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    await WriteAsync(front, 1, BlkifOperation.Write);
                    Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0))).Status);
                    await WriteAsync(front, 2, BlkifOperation.Write);
                    await world.World.DestroyAsync(world.Back);
                },
                seed: seed,
                medium: _ => disk,
                isDevice: seed % 2 == 0);
            disk.LosePower(new SeededChoices(seed));
            var found = new byte[4096];
            disk.Read(0, found);
            Assert.All(found.Chunk(512), sector => Assert.True(sector.All(value => value == sector[0]) && sector[0] is 1 or 2));
        }
    }

    [Fact]
    [Trait("Clause", "BI-022")]
    public void Barrier_ThatIsDurable_HasEverythingBeforeIt_DurableToo()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var disk = new VolatileCacheMedium("cached", new SectorCount512(64));
            BackWorld.Run(
                async world =>
                {
                    var front = await world.ConnectAsync();
                    var pages = await BackIoTests.ShareAsync(front, 3);
                    for (int i = 0; i < 3; i++)
                    {
                        await pages[i].Page.CopyInAsync(0, Enumerable.Repeat((byte)(i + 1), 512).ToArray());
                    }

                    byte[] Request(BlkifOperation operation, int i) => front.Entry(operation, (ulong)i, (ulong)i, new BlkifSegment(pages[i].Reference, 0, 0));
                    await front.SendAsync(Request(BlkifOperation.Write, 0), Request(BlkifOperation.WriteBarrier, 1), Request(BlkifOperation.Write, 2));
                    for (ulong i = 0; i < seed; i++)
                    {
                        await world.World.Control.Fibers.YieldAsync();
                    }

                    await world.World.DestroyAsync(world.Back);
                },
                seed: seed,
                medium: _ => disk,
                isDevice: true);
            disk.LosePower(new SeededChoices(seed));
            var found = new byte[3 * 512];
            disk.Read(0, found);
            (byte before, byte barrier, byte after) = (found[0], found[512], found[1024]);
            seen.Add($"{before}{barrier}{after}");
            Assert.True(barrier == 0 || before == 1, $"seed {seed}: the barrier is durable and what came before is not");
            Assert.True(after == 0 || barrier == 2, $"seed {seed}: what came after is durable and the barrier is not");
        }

        Assert.Contains("000", seen);
        Assert.Contains("120", seen);
    }

    [Fact]
    [Trait("Clause", "BB-001")]
    public void File_KeepsTheData_AfterEverythingIsClosed()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[64 * 512]);
            BackWorld.Run(
                async world =>
                {
                    await world.World.Control.Store.WriteAsync($"{world.Device.BackNode}/params", System.Text.Encoding.UTF8.GetBytes(path));
                    await world.PlugAsync();
                    var front = await world.ConnectAsync();
                    await WriteAsync(front, 7, BlkifOperation.Write);
                    await front.CallAsync(front.Entry(BlkifOperation.FlushDiskCache, 1, 0));
                    await front.SetStateAsync(XenbusState.Closed);
                    Assert.True(await world.Tools.RemoveAsync(world.Device));
                },
                isPlugged: false);
            Assert.Equal(Enumerable.Repeat((byte)7, 4096), File.ReadAllBytes(path).Take(4096));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IReadOnlyList<StorageLogEntry> LogOf(bool isDevice)
    {
        IReadOnlyList<StorageLogEntry> log = [];
        BackWorld.Run(async world =>
        {
            var group = world.Back.Fibers.Group;
            var medium = new MemoryMedium("disk", new SectorCount512(1024));
            LoggedStorage? logged = null;
            world.Lookup.Add(BackWorld.Disk, _ => logged = new LoggedStorage(isDevice
                ? new QueuedStorage(world.World.Driver, group, medium, 99, new SectorCount512(4))
                : new SynchronousStorage(world.World.Driver, medium, 99)));
            await world.Bus.StartAsync();
            var front = await world.ConnectAsync();
            var pages = await BackIoTests.ShareAsync(front, 4);
            var choices = new SeededChoices(42);
            for (ulong i = 0; i < 100; i++)
            {
                int kind = choices.Choose("kind", 6);
                var segments = pages.Take(1 + choices.Choose("segments", 4)).Select(page => new BlkifSegment(page.Reference, 0, (byte)choices.Choose("last", 8))).ToArray();
                ulong sector = (ulong)choices.Choose("sector", 1100);
                var request = kind switch
                {
                    0 => front.Entry(BlkifOperation.FlushDiskCache, i, 0),
                    1 => BackIoTests.Discard(front, i, sector, 16),
                    2 => front.Entry(BlkifOperation.WriteBarrier, i, sector, segments),
                    3 => front.Entry(BlkifOperation.FlushDiskCache, i, sector, segments),
                    4 => front.Entry(BlkifOperation.Read, i, sector, segments),
                    _ => front.Entry(BlkifOperation.Write, i, sector, segments),
                };
                if (front.Ring.Free == 0)
                {
                    await front.ReceiveAsync();
                }

                await front.SendAsync(request);
            }

            while (front.Ring.Outstanding > 0)
            {
                await front.ReceiveAsync();
            }

            log = [.. logged!.Log];
        }, startsBus: false);
        return log;
    }

    private static async ValueTask WriteAsync(ScriptedFront front, byte value, BlkifOperation operation)
    {
        var (page, reference) = await front.SharePageAsync();
        await page.CopyInAsync(0, Enumerable.Repeat(value, 4096).ToArray());
        Assert.Equal(BlkifStatus.Ok, (await front.CallAsync(front.Entry(operation, 1, 0, new BlkifSegment(reference, 0, 7)))).Status);
    }
}
