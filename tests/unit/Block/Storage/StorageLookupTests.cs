using System.Net.Sockets;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.Block.Storage;

public sealed class StorageLookupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("conformance-storage").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [Trait("Clause", "BB-002")]
    [Trait("Clause", "BB-003")]
    public void RegularFile_IsServedInSectorsOf512_WithoutItsRest()
    {
        string path = Make("disk", 5 * 512 + 100);
        InLoop(async lookup =>
        {
            var storage = await lookup.OpenAsync(path, isWritable: true);
            Assert.IsType<SynchronousStorage>(storage);
            Assert.Equal(new SectorCount512(5), storage.Size);
            Assert.Equal(DeviceSectorSize.Bytes512, storage.SectorSize);
            Assert.False(storage.IsReadOnly);
            File.WriteAllBytes(path, new byte[4096]);
            await storage.RefreshAsync();
            Assert.Equal(new SectorCount512(8), storage.Size);
            await storage.CloseAsync();
        });
    }

    [Fact]
    [Trait("Clause", "NG-027")]
    public void RegularFile_ForgetsWhatIsDiscarded_OrSaysThatItCannot()
    {
        string path = Make("sparse", 64 * 512);
        File.WriteAllBytes(path, Enumerable.Repeat((byte)1, 64 * 512).ToArray());
        InLoop(async lookup =>
        {
            var storage = await lookup.OpenAsync(path, isWritable: true);
            Assert.True(storage.CanDiscard);
            var request = new StorageRequest();
            request.Begin(StorageOperation.Discard, new Sector512(8), new SectorCount512(8));
            Assert.True(await storage.SubmitAsync(request));
            byte expected = request.Status == StorageStatus.Ok ? (byte)0 : (byte)1;
            Assert.True(request.Status is StorageStatus.Ok or StorageStatus.NotSupported);
            await storage.CloseAsync();
            var found = File.ReadAllBytes(path);
            Assert.Equal([1, expected, expected, 1], new[] { found[4095], found[4096], found[8191], found[8192] });
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [Trait("Clause", "BB-002")]
    public void File_WithoutAWholeSector_IsRefused(int bytes) => Refuses(Make("short", bytes), XenErrorOfEmpty);

    [Fact]
    [Trait("Clause", "BB-001")]
    public void Nothing_IsRefused() => Refuses(Path.Combine(_directory, "absent"), 2);

    [Fact]
    [Trait("Clause", "BB-001")]
    public void Directory_IsRefused() => Refuses(_directory, XenErrorOfEmpty);

    [Fact]
    [Trait("Clause", "BB-001")]
    public void Socket_IsRefused()
    {
        string path = Path.Combine(_directory, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Refuses(path, XenErrorOfEmpty);
    }

    [Fact]
    [Trait("Clause", "BB-003")]
    public void CharacterDevice_IsRefused() => Refuses("/dev/null", XenErrorOfEmpty);

    [Fact]
    [Trait("Clause", "BB-003")]
    public void Link_IsFollowedToWhatItNames()
    {
        string link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, Make("target", 1024));
        InLoop(async lookup => Assert.Equal(new SectorCount512(2), (await lookup.OpenAsync(link, isWritable: false)).Size));
    }

    [Fact]
    [Trait("Clause", "BB-001")]
    public void ReadOnlyMedium_IsNotOpenedForWriting()
    {
        InLoop(async lookup =>
        {
            lookup.Add("/rom", new MemoryMedium("rom", new SectorCount512(8), isReadOnly: true));
            Assert.Equal(30, (int)(await Assert.ThrowsAsync<DeviceFailure>(async () => await lookup.OpenAsync("/rom", isWritable: true))).Error);
            Assert.True((await lookup.OpenAsync("/rom", isWritable: false)).IsReadOnly);
        });
    }

    private const int XenErrorOfEmpty = 22;

    private static void Refuses(string path, int error) => InLoop(async lookup =>
    {
        var failure = await Assert.ThrowsAsync<DeviceFailure>(async () => await lookup.OpenAsync(path, isWritable: true));
        Assert.Equal(error, (int)failure.Error);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    });

    private static void InLoop(Func<StorageLookup, ValueTask> body)
    {
        var driver = new LoopDriver();
        driver.Run(() => body(new StorageLookup(driver, new FiberGroup("disks"))));
    }

    private string Make(string name, int bytes)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, new byte[bytes]);
        return path;
    }
}
