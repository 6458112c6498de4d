using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.World;

namespace Conformance.Tests.Unit.Block.Storage;

public sealed class QueuedStorageTests
{
    [Theory]
    [InlineData(8, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 3)]
    [InlineData(1, 8)]
    [Trait("Clause", "BB-015")]
    [Trait("Clause", "BB-036")]
    public void Request_IsCutAtTheLimitOfTheDevice(int largest, int pieces) => Run(
        new MemoryMedium("disk", new SectorCount512(64)),
        largest,
        async (storage, completions, world) =>
        {
            var page = (await world.Control.Memory.AllocateAsync())!;
            var request = new StorageRequest { Completions = completions };
            request.Begin(StorageOperation.Write, new Sector512(8), new SectorCount512(8));
            request.Add(page, 0, 4096);
            Assert.False(await storage.SubmitAsync(request));
            Assert.Same(request, await completions.NextAsync());
            Assert.Equal(StorageStatus.Ok, request.Status);
            Assert.Equal(pieces, storage.PiecesDone);
            request.Begin(StorageOperation.Discard, new Sector512(8), new SectorCount512(8));
            await storage.SubmitAsync(request);
            await completions.NextAsync();
            Assert.Equal(2 * pieces, storage.PiecesDone);
            request.Begin(StorageOperation.Flush, default, default);
            await storage.SubmitAsync(request);
            await completions.NextAsync();
            Assert.Equal((2 * pieces) + 1, storage.PiecesDone);
        });

    [Fact]
    [Trait("Clause", "BB-015")]
    public void Request_IsCutWhereItsMemoryIsNotContiguous() => Run(
        new MemoryMedium("disk", new SectorCount512(64)),
        64,
        async (storage, completions, world) =>
        {
            var page = (await world.Control.Memory.AllocateAsync())!;
            var request = new StorageRequest { Completions = completions };
            request.Begin(StorageOperation.Write, default, new SectorCount512(14));
            request.Add(page, 2048, 2048);
            request.Add(page, 0, 4096);
            request.Add(page, 512, 512);
            request.Add(page, 0, 512);
            await storage.SubmitAsync(request);
            await completions.NextAsync();
            Assert.Equal(3, storage.PiecesDone);
        });

    [Fact]
    [Trait("Clause", "BB-015")]
    [Trait("Clause", "BB-016")]
    public void WorstStatusOfAllPieces_IsTheRequests_WhicheverComesFirst()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var disk = new FailingMedium(new MemoryMedium("disk", new SectorCount512(64)))
            {
                Judge = (_, position, _) => position switch { 512 => StorageStatus.Error, 1024 => StorageStatus.Gone, 1536 => StorageStatus.NotSupported, _ => StorageStatus.Ok },
            };
            Run(
                disk,
                1,
                async (storage, completions, world) =>
                {
                    var page = (await world.Control.Memory.AllocateAsync())!;
                    var request = new StorageRequest { Completions = completions };
                    request.Begin(StorageOperation.Read, default, new SectorCount512(8));
                    request.Add(page, 0, 4096);
                    await storage.SubmitAsync(request);
                    await completions.NextAsync();
                    Assert.Equal(StorageStatus.Gone, request.Status);
                    Assert.Equal(8, storage.PiecesDone);
                },
                seed);
        }
    }

    [Fact]
    [Trait("Clause", "BB-015")]
    public void Requests_AreDoneInMoreThanOneOrder()
    {
        var orders = new HashSet<string>();
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Run(
                new MemoryMedium("disk", new SectorCount512(64)),
                8,
                async (storage, completions, world) =>
                {
                    var page = (await world.Control.Memory.AllocateAsync())!;
                    for (int i = 0; i < 3; i++)
                    {
                        var request = new StorageRequest { Completions = completions, Owner = i };
                        request.Begin(StorageOperation.Read, default, new SectorCount512(1));
                        request.Add(page, 512 * i, 512);
                        await storage.SubmitAsync(request);
                    }

                    string order = "";
                    for (int i = 0; i < 3; i++)
                    {
                        order += (await completions.NextAsync())!.Owner;
                    }

                    orders.Add(order);
                },
                seed);
        }

        Assert.Equal(6, orders.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "BB-023")]
    public void Pages_ThatNoStepCanReach_AreCopiedThroughPrivateMemory(bool isDevice)
    {
        var driver = new SteppedDriver(new SeededChoices(1));
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            var medium = new MemoryMedium("disk", new SectorCount512(64));
            IStorage storage = isDevice
                ? new QueuedStorage(driver, world.Control.Fibers.Group, medium, 1, new SectorCount512(3))
                : new SynchronousStorage(driver, medium, 1);
            var completions = storage.CreateCompletions(world.Control.Fibers, "done");
            var remote = new RemotePage((await world.Control.Memory.AllocateAsync())!);
            await remote.CopyInAsync(0, Enumerable.Range(0, 4096).Select(i => (byte)i).ToArray());
            var request = new StorageRequest { Completions = completions };
            request.Begin(StorageOperation.Write, new Sector512(1), new SectorCount512(6));
            request.Add(remote, 512, 1536);
            request.Add(remote, 1, 1536);
            await FinishAsync(storage, request);
            request.Begin(StorageOperation.Read, new Sector512(1), new SectorCount512(6));
            request.Add(remote, 0, 3072);
            await FinishAsync(storage, request);
            var found = new byte[3072];
            await remote.CopyOutAsync(0, found);
            Assert.Equal(Enumerable.Range(512, 1536).Concat(Enumerable.Range(1, 1536)).Select(i => (byte)i), found);
        });

        static async ValueTask FinishAsync(IStorage storage, StorageRequest request)
        {
            if (!await storage.SubmitAsync(request))
            {
                await request.Completions!.NextAsync();
            }

            Assert.Equal(StorageStatus.Ok, request.Status);
        }
    }

    private static void Run(IMedium medium, int largest, Func<QueuedStorage, StorageCompletions, XenWorld, ValueTask> test, ulong seed = 1)
    {
        var driver = new SteppedDriver(new SeededChoices(seed));
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            var storage = new QueuedStorage(driver, world.Control.Fibers.Group, medium, 1, new SectorCount512((ulong)largest));
            await test(storage, storage.CreateCompletions(world.Control.Fibers, "done"), world);
            await storage.CloseAsync();
        });
    }

    /// <summary>A page of another implementation: it can be reached through its operations alone.</summary>
    private sealed class RemotePage(ISharedPage inner) : ISharedPage
    {
        public ValueTask<uint> LoadAsync(int offset) => inner.LoadAsync(offset);

        public ValueTask StoreAsync(int offset, uint value) => inner.StoreAsync(offset, value);

        public ValueTask CopyOutAsync(int offset, Memory<byte> destination) => inner.CopyOutAsync(offset, destination);

        public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source) => inner.CopyInAsync(offset, source);
    }
}
