using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>The disk that a front makes of what the back says of its medium.</summary>
public static class MediumCases
{
    /// <summary>The size is sectors × 512 in 64 bits, whatever the sector size; the last sector is asked for by its full number.</summary>
    [Case("NG-035", "BF-021", "BI-017", "NG-005")]
    public static async Task TheSizeIsCountedIn64Bits(FrontContext c)
    {
        ulong[] sizes = [1, 2048, 0x1_0000_0000, 0x1_0000_0008, 0x80_0000_0000, 1UL << 50, 0x7FFF_FFFF, 0xFFFF_FFFF];
        ulong size = sizes[c.Order];
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For((BlockProfile)(c.Order % 3)), (BlockNodes.Sectors, $"{size}"));
        c.Expect("NG-035", scene.Disk.Capacity.Value == size, $"{size} sectors", $"{scene.Disk.Capacity}");
        c.Expect("NG-034", scene.Disk.PhysicalSectorBytes == 512 && scene.Disk.SectorSize.Bytes == 512, "sectors of 512 where nothing else is said", $"{scene.Disk.SectorSize}, physically {scene.Disk.PhysicalSectorBytes}");
        var last = scene.Write(size - 1, new byte[512]);
        var request = await scene.Ring.TakeAsync();
        c.Expect("BI-017", request.Sector.Value == size - 1, $"sector {size - 1}", $"{request.Sector}");
        await scene.Ring.AnswerAsync(request);
        await last.JoinAsync();
        last.Expect("NG-035", c, DiskResult.Ok);
        var beyond = scene.Read(size, new byte[512]);
        await c.SettleAsync();
        beyond.Expect("NG-035", c, DiskResult.OutOfRange);
    }

    /// <summary>The read-only bit makes a read-only disk: no write, discard or ordered write reaches the back. Other bits do not.</summary>
    [Case("NG-038", "BI-027")]
    public static async Task AReadOnlyDiskRefusesWrites(FrontContext c)
    {
        uint[] infos = [4, 5, 7, 6, 0, 1, 3, 2];
        uint info = infos[c.Order];
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.Info, $"{info}"), (BlockNodes.FeatureDiscard, "1"), (BlockNodes.FeatureBarrier, "1"));
        bool isReadOnly = (info & 4) != 0;
        c.Expect("BI-027", scene.Disk.IsReadOnly == isReadOnly && (uint)scene.Disk.Flags == info, $"flags {info}", $"{scene.Disk.Flags}");
        scene.Back.Serve();
        UserIo[] users =
        [
            scene.Write(0, new byte[512]), scene.Start(() => scene.Disk.DiscardAsync(default, new SectorCount512(8))),
            scene.Start(() => scene.Disk.WriteOrderedAsync(default, new byte[512])),
        ];
        var read = scene.Read(0, new byte[512]);
        await c.SettleAsync();
        read.Expect("NG-038", c, DiskResult.Ok);
        Array.ForEach(users, user => user.Expect("NG-038", c, isReadOnly ? DiskResult.ReadOnly : DiskResult.Ok));
        int changes = scene.Back.Served.Count(request => !request.IsRead);
        c.Expect("NG-038", changes == (isReadOnly ? 0 : 3), $"{(isReadOnly ? 0 : 3)} requests that change the medium", $"{changes}");
    }

    /// <summary>A size that changes and Connected written again: the disk has the new size, keeps its ring, and its users are told once.</summary>
    [Case("NG-036", "XB-015", "RS-014", Guards = "Z-144")]
    public static async Task ANewSizeIsReadWithoutNegotiation(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        int told = 0;
        scene.Disk.Resized = _ => told++;
        string? port = await scene.Back.ReadFrontAsync(BlockNodes.EventChannel);
        string? reference = await scene.Back.ReadFrontAsync(BlockNodes.RingRef);
        var user = scene.Read(0, new byte[512]);
        await scene.Back.PublishAsync((BlockNodes.Sectors, "1024"));
        await scene.Back.SetStateAsync(XenbusState.Connected);
        await c.SettleAsync();
        user.Expect("NG-036", c, DiskResult.Ok);
        c.Expect("NG-036", scene.Disk.Capacity.Value == 1024 && told == 1, "1024 sectors, told once", $"{scene.Disk.Capacity}, told {told} times");
        c.Expect("NG-036", await scene.Back.ReadFrontAsync(BlockNodes.EventChannel) == port && await scene.Back.ReadFrontAsync(BlockNodes.RingRef) == reference, "the same ring and port", "others");
        await scene.Back.ExpectFrontRestsAsync("NG-036", XenbusState.Connected);
        await scene.ExpectServesAsync("NG-036");
        await scene.Back.PublishAsync((BlockNodes.Sectors, "nonsense"));
        await scene.Back.SetStateAsync(XenbusState.Connected);
        await c.SettleAsync();
        await scene.ExpectServesAsync("NG-036");
    }

    /// <summary>sectors and sector-size that a back changes in one transaction are never read one old and one new.</summary>
    [Case("NG-043", "NG-005")]
    public static async Task TheMediumIsReadAsOne(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync();
        await back.AcceptAsync();
        bool isOver = false;
        var changer = c.Control.Fibers.Start("changing back", async () =>
        {
            for (int i = 0; i < 200 && !isOver; i++)
            {
                bool isOdd = i % 2 == 1;
                await c.Store.InTransactionAsync(async transaction =>
                {
                    await c.Store.WriteAsync($"{back.Disk.BackNode}/sectors", isOdd ? "800"u8.ToArray() : "1600"u8.ToArray(), transaction);
                    await c.Store.WriteAsync($"{back.Disk.BackNode}/sector-size", isOdd ? "4096"u8.ToArray() : "512"u8.ToArray(), transaction);
                });
            }
        });
        await back.PresentAsync((BlockNodes.Sectors, "1600"), (BlockNodes.SectorSize, "512"));
        await c.ExpectStateAsync("NG-043", back.Disk.FrontNode, XenbusState.Connected);
        isOver = true;
        await changer.JoinAsync();
        await c.SettleAsync();
        var disk = front.FindDisk(back.Disk.Name)!;
        bool isOne = (disk.Capacity.Value, disk.SectorSize.Bytes) is (800, 4096) or (1600, 512);
        c.Expect("NG-043", isOne, "800 sectors and 4096, or 1600 and 512", $"{disk.Capacity} and {disk.SectorSize}");
    }
}
