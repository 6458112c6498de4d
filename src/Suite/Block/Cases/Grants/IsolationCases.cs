using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Suite.Block.Observed;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Grants;

/// <summary>What a front's granted pages show, and to whom.</summary>
public static class IsolationCases
{
    private const byte Secret = 0x5E;
    private const byte Data = 0x11;

    /// <summary>A back that is not trusted finds nothing of the bytes beside the data in any page that it may use.</summary>
    [Case("GT-062", Guards = "Z-122")]
    public static async Task UntrustedBackSeesNoByteBesideTheData(PairContext c)
    {
        foreach (bool isPersistent in (bool[])[false, true])
        {
            var disk = c.Disk();
            disk = disk with { FrontNodes = new Dictionary<string, string>(disk.FrontNodes) { [BlockNodes.Trusted] = "0" } };
            var pair = await ObservedPair.ConnectAsync(c, "GT-062", isPersistent, prepare: made =>
                made.Guest.GrantLog.Lent = _ => ExpectNoSecret(c, made.Guest), disk: disk);
            var page = await c.Guest.Memory.AllocateAsync() ?? throw c.Failure("a page", "none");
            foreach (var (offset, length) in ((int, int)[])[(1024, 512), (0, 512), (3584, 512), (512, 2048)])
            {
                await FillAsync(page, offset, length);
                ulong sector = (ulong)offset / 512;
                int before = pair.Guest.GrantLog.Lendings.Count;
                var written = await pair.Medium.WriteAsync(new Sector512(sector), new DiskBuffer(new[] { page }, offset, length));
                ExpectNoSecret(c, pair.Guest);
                var read = await pair.Medium.ReadAsync(new Sector512(sector), new DiskBuffer(new[] { page }, offset, length));
                ExpectNoSecret(c, pair.Guest);
                PairContext.ExpectOf(Blame.Front, "GT-062", written == DiskResult.Ok && read == DiskResult.Ok, "a write and a read to succeed", $"{written}, {read}");
                PairContext.ExpectOf(Blame.Front, "GT-062", isPersistent || pair.Guest.GrantLog.Lendings.Count > before, "pages granted for them", "none");
                var bytes = new byte[length];
                await page.CopyOutAsync(offset, bytes);
                PairContext.ExpectOf(Blame.Front, "GT-062", Array.TrueForAll(bytes, value => value == Data), "the data that was written", "other data");
            }

            await c.Guest.Memory.FreeAsync(page);
            c.Expect("GT-062", await c.Tools.RemoveAsync(pair.Disk), "the disk to be removed", "not");
            await c.SettleAsync();
            await pair.Front.StopAsync();
            await pair.Back.StopAsync();
        }
    }

    /// <summary>With disks of two backs in use at once, no page is ever granted to both.</summary>
    [Case("GT-063", "GT-008")]
    public static async Task NoPageIsGrantedToTwoPeers(PairContext c)
    {
        var guest = new ObservedDomain(c.Guest);
        guest.GrantLog.Lent = lending => ExpectOnePeer(guest.GrantLog, lending);
        await c.StartBackAsync(BackSettings.For(BlockProfile.Mainline));
        var first = c.Disk(51712);
        await c.UseDriverDomainAsync();
        await c.StartBackAsync(BackSettings.For(BlockProfile.Mainline));
        var front = await c.StartFrontAsync(ObservedPair.FrontOf(isPersistent: true), seenAs: guest);
        await c.AddDiskAsync(first);
        var second = await c.AddDiskAsync(c.Disk(51728));
        await c.ExpectConnectedAsync("GT-063", first);
        await c.ExpectConnectedAsync("GT-063", second);
        for (int round = 0; round < 3; round++)
        {
            var names = (string[])[first.Name, second.Name];
            var writers = names.Select(name => c.Driver.Start(c.Guest.Fibers.Group, $"writer of {name}", () => WriteAsync(front.FindDisk(name)!, round))).ToList();
            foreach (var writer in writers)
            {
                await writer.JoinAsync();
            }

            // The pages of one disk must not be found in the other's pool once it is gone, and neither while it goes.
            c.Expect("GT-063", await c.Tools.RemoveAsync(second), "the second disk to be removed", "not");
            await c.SettleAsync();
            await WriteAsync(front.FindDisk(first.Name)!, round);
            second = await c.AddDiskAsync(c.Disk(51728));
            await c.ExpectConnectedAsync("GT-063", second);
        }

        var peers = guest.GrantLog.Lendings.Select(lending => lending.Peer).Distinct().Count();
        PairContext.ExpectOf(Blame.Front, "GT-063", peers == 2, "pages granted to two backs", $"to {peers}");
    }

    private static async ValueTask WriteAsync(BlockDisk disk, int round)
    {
        for (ulong i = 0; i < 4; i++)
        {
            var result = await disk.WriteAsync(new Sector512((i * 64) + (ulong)round), new byte[4 * 4096]);
            PairContext.ExpectOf(Blame.Back, "GT-063", result == DiskResult.Ok, "a write to succeed", result.ToString());
        }
    }

    private static void ExpectOnePeer(ObservedGrants log, Lending latest)
    {
        var others = log.Lendings.Where(lending => !lending.IsEnded && lending.Page.Frame == latest.Page.Frame && lending.Peer != latest.Peer).ToList();
        PairContext.ExpectOf(Blame.Front, "GT-063", others.Count == 0, $"frame {latest.Page.Frame:x} granted to domain {latest.Peer} alone", $"to domain {(others.Count > 0 ? others[0].Peer : default)} too");
    }

    private static async ValueTask FillAsync(IOwnPage page, int offset, int length)
    {
        var bytes = new byte[4096];
        Array.Fill(bytes, Secret);
        bytes.AsSpan(offset, length).Fill(Data);
        await page.CopyInAsync(0, bytes);
    }

    private static void ExpectNoSecret(PairContext c, ObservedDomain guest)
    {
        var bytes = new byte[4096];
        foreach (var lending in guest.GrantLog.Lendings.Where(lending => !lending.IsEnded))
        {
            c.Guest.Machine.FindPage(lending.Page.Frame)!.CopyOut(0, bytes);
            PairContext.ExpectOf(Blame.Front, "GT-062", !bytes.AsSpan().Contains(Secret), $"no byte beside the data in frame {lending.Page.Frame:x}, which the back may use", "some");
        }
    }
}
