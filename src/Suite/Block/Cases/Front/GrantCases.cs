using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>What a front lets the back touch, when, and for how long.</summary>
public static class GrantCases
{
    /// <summary>Pages of a write can be read and not written, those of a read can be written; when the user has its answer neither is granted any more.</summary>
    [Case("BF-010", "BF-037", "BF-002", Guards = "Z-256, Z-204")]
    public static async Task PagesAreGrantedAsNeededAndNoLonger(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        foreach (bool isRead in new[] { true, false })
        {
            var pages = await scene.AllocateAsync(3);
            var buffer = new DiskBuffer(pages, 0, 3 * 4096);
            var user = scene.Start(() => isRead ? scene.Disk.ReadAsync(default, buffer) : scene.Disk.WriteAsync(default, buffer));
            var request = await scene.Ring.TakeAsync();
            foreach (var segment in request.Segments)
            {
                var read = await c.Control.Grants.CopyFromAsync(c.Guest.Id, segment.Grant, 0, new byte[16]);
                var write = await c.Control.Grants.CopyToAsync(c.Guest.Id, segment.Grant, 0, new byte[16]);
                c.Expect("BF-037", read == GrantStatus.Okay && (write == GrantStatus.Okay) == isRead, $"a page of a {(isRead ? "read" : "write")} to be readable and {(isRead ? "" : "not ")}writable", $"{read} and {write}");
            }

            await scene.Ring.AnswerAsync(request);
            await user.JoinAsync();
            user.Expect("BF-010", c, DiskResult.Ok);
            foreach (var segment in request.Segments)
            {
                var late = await c.Control.Grants.CopyFromAsync(c.Guest.Id, segment.Grant, 0, new byte[16]);
                c.Expect("BF-010", late != GrantStatus.Okay, "a page that is the user's again", "one that the back can still read");
            }
        }
    }

    /// <summary>A back that rewrites the entry while it is made does not turn a page of a write into one it can write.</summary>
    [Case("BF-037", "BF-036", Guards = "Z-256")]
    public static async Task DirectionIsTheFrontsOwnKnowledge(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        bool isOver = false;
        var meddler = c.Control.Fibers.Start("meddling back", async () =>
        {
            for (int i = 0; i < 4000 && !isOver; i++)
            {
                await scene.Ring.Memory.CopyInAsync(64 + (i % 32 * 112), new byte[] { 0 });
            }
        });
        var pages = await scene.AllocateAsync(8);
        var users = pages.Select((page, i) => scene.Start(() => scene.Disk.WriteAsync(new Sector512((ulong)i), new DiskBuffer(new[] { page }, 0, 512)))).ToArray();
        var requests = await scene.Ring.TakeManyAsync(8);
        isOver = true;
        await meddler.JoinAsync();
        foreach (var request in requests)
        {
            var write = await c.Control.Grants.CopyToAsync(c.Guest.Id, request.Segments[0].Grant, 0, new byte[16]);
            c.Expect("BF-037", write != GrantStatus.Okay, "a page that the back may only read", "one that it may write");
            await scene.Ring.PutAsync(new BlkifResponse(request.Id, BlkifOperation.Write, BlkifStatus.Ok));
        }

        await scene.Ring.PublishAsync();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("BF-036", c, DiskResult.Ok));
    }

    /// <summary>A back that answers and still maps the page: the page is not given back as if all were well.</summary>
    [Case("BF-010", "XB-021", "BF-007", Guards = "Z-204")]
    public static async Task AMappedPageIsNotTheUsersAgain(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var pages = await scene.AllocateAsync(1);
        var user = scene.Start(() => scene.Disk.ReadAsync(default, new DiskBuffer(pages, 0, 4096)));
        var request = await scene.Ring.TakeAsync();
        var kept = await c.Control.Grants.MapAsync(c.Guest.Id, request.Segments[0].Grant, GrantAccess.ReadWrite);
        c.Expect("BF-010", kept.Status == GrantStatus.Okay, "the page to be mapped", $"{kept.Status}");
        await scene.Ring.AnswerAsync(request);
        await c.SettleAsync();
        user.Expect("BF-010", c, DiskResult.BufferLost);
        await kept.Page!.StoreAsync(0, 1);
        await c.Control.Grants.UnmapAsync(kept.Page);
        var reuse = await c.Control.Grants.MapAsync(c.Guest.Id, request.Segments[0].Grant, GrantAccess.ReadWrite);
        c.Guest.GrantTable.RetryDeferred();
        c.Expect("BF-010", reuse.Status == GrantStatus.Okay || c.Guest.GrantTable.DeferredCount == 0, "the grant to end once it is let go", "one that is kept for ever");
    }

    /// <summary>To a back that is not trusted nothing but the data of a request is shown: bounce pages hold zeroes or that data, and never the user's page.</summary>
    [Case("BF-030", "NG-041", Guards = "XSA-403, Z-122")]
    public static async Task AnUntrustedBackSeesTheDataAndNothingElse(FrontContext c)
    {
        var disk = c.Disk();
        disk = disk with { FrontNodes = new Dictionary<string, string>(disk.FrontNodes) { [BlockNodes.Trusted] = "0" } };
        var back = new ScriptedBack(c, disk);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(disk);
        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        byte[] secret = [.. Enumerable.Repeat((byte)0x5E, 4096)];
        for (int round = 0; round < 6; round++)
        {
            bool isRead = round % 2 == 0;
            int sectors = 1 + c.Random.Next(7);
            var pages = await scene.AllocateAsync(1);
            await pages[0].CopyInAsync(0, secret);
            byte[] data = [.. Enumerable.Repeat((byte)(round + 1), sectors * 512)];
            await pages[0].CopyInAsync(512, data);
            var user = scene.Start(() => isRead ? scene.Disk.ReadAsync(default, new DiskBuffer(pages, 512, data.Length)) : scene.Disk.WriteAsync(default, new DiskBuffer(pages, 512, data.Length)));
            var request = await scene.Ring.TakeAsync();
            var seen = new byte[4096];
            c.Expect("NG-041", await c.Control.Grants.CopyFromAsync(c.Guest.Id, request.Segments[0].Grant, 0, seen) == GrantStatus.Okay, "a granted page", "none");
            c.Expect("BF-030", !seen.AsSpan().Contains((byte)0x5E), "a page without anything else of the user's", "the user's other bytes");
            int at = request.Segments[0].Offset;
            if (!isRead)
            {
                c.Expect("BF-030", seen.AsSpan(at, data.Length).SequenceEqual(data), "the data of the write", "something else");
            }

            // What earlier requests left in such a page is the back's already, or it is zero.
            await scene.Ring.ServeAsync(request);
            await user.JoinAsync();
            user.Expect("BF-030", c, DiskResult.Ok);
            var found = new byte[4096];
            await pages[0].CopyOutAsync(0, found);
            bool isWhole = found.AsSpan(0, 512).SequenceEqual(secret.AsSpan(0, 512)) && found.AsSpan(512 + data.Length).SequenceEqual(secret.AsSpan(512 + data.Length))
                && found.AsSpan(512, data.Length).SequenceEqual(isRead ? back.Medium.AsSpan(0, data.Length) : data);
            c.Expect("NG-041", isWhole, "the user's page to have what was read and what was there, each in its place", "others");
        }
    }

    /// <summary>A trusted back, or one of which nothing is said, works on the user's own pages.</summary>
    [Case("NG-041", "BF-014")]
    public static async Task ATrustedBackWorksOnTheUsersPages(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var pages = await scene.AllocateAsync(1);
        var user = scene.Start(() => scene.Disk.ReadAsync(default, new DiskBuffer(pages, 1024, 512)));
        var request = await scene.Ring.TakeAsync();
        c.Expect("BF-014", request.Segments is [{ FirstSector: 2, LastSector: 2 }], "sector 2 of the page, as in the user's buffer", $"{request.Segments[0]}");
        await c.Control.Grants.CopyToAsync(c.Guest.Id, request.Segments[0].Grant, 1024, new byte[] { 42 });
        var found = new byte[1];
        await pages[0].CopyOutAsync(1024, found);
        c.Expect("NG-041", found[0] == 42, "the user's page itself", "another");
        await scene.Ring.AnswerAsync(request);
        await user.JoinAsync();
        user.Expect("NG-041", c, DiskResult.Ok);
    }

    /// <summary>The ring's pages are let go when the back has let go, and not before; nothing is left then.</summary>
    [Case("XB-021", "BF-026", "BF-003", Guards = "Z-257")]
    public static async Task RingPagesStayUntilTheBackLetsGo(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.MaxRingPageOrder, "1"));
        scene.Back.Serve();
        await scene.ExpectServesAsync("XB-021");
        await scene.Ring.StoreAsync(4092, 0x1234_5678);
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.ExpectStateAsync("XB-018", scene.Back.Disk.FrontNode, XenbusState.Closed);
        await c.SettleAsync();
        var fresh = await scene.AllocateAsync(64);
        foreach (var page in fresh)
        {
            await page.StoreAsync(4092, 0xFFFF_FFFF);
        }

        uint found = await scene.Ring.LoadAsync(4092);
        c.Expect("XB-021", found == 0x1234_5678, "ring pages that nobody else uses while the back maps them", $"{found:x}");
        uint event1 = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("XB-021", event1 > 0, "the ring as it was", $"req_prod {event1}");
        foreach (var page in fresh)
        {
            await c.Guest.Memory.FreeAsync(page);
        }

        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("XB-021");
    }
}
