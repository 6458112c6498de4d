using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Ports;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Requests;

/// <summary>The front's pages: bad references, and when the back lets go.</summary>
public static class GrantCases
{
    /// <summary>One bad reference among good ones fails its request, and every good one is let go of.</summary>
    [Case("BB-011", "BB-012", "BB-009", Guards = "Z-252, Z-118, Z-119, Z-130, Z-149, Z-117, Z-011")]
    public static async Task OneBadReferenceFailsItsRequestAndKeepsNothing(BackContext c)
    {
        foreach (string persistent in (string[])["0", "1"])
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (persistent == "1" ? 16u : 0))), new FrontPlan().With(BlockNodes.FeaturePersistent, persistent));
            await front.ConnectAsync();
            for (int bad = 0; bad < 11; bad += 5)
            {
                foreach (uint wrong in (uint[])[0, 7, 500, 100_000, uint.MaxValue])
                {
                    var pages = await front.GrantManyAsync(11);
                    var segments = pages.Select(page => page.Segment()).ToArray();
                    segments[bad] = new BlkifSegment(new GrantRef(wrong), 0, 7);
                    var response = await front.AskAsync(BlkifOperation.Read, 8, segments);
                    c.Expect("BB-012", response.Status == BlkifStatus.Error, $"a read whose page {bad} is reference {wrong} to fail", $"{response}");
                    if (persistent == "0")
                    {
                        await front.ExpectDataLetGoAsync("BB-011", $"after page {bad} could not be mapped");
                    }
                }
            }

            await front.ExpectServedAsync("BB-009", "after bad references");
            await front.CloseAsync("BB-011");
            await front.ExpectLetGoAsync("BB-011", "after the close");
            await back.StopAsync();
        }
    }

    /// <summary>A page that may only be read is no place to read a disk into, and a good one to write from.</summary>
    [Case("BB-012", "BB-009")]
    public static async Task PagesThatMayOnlyBeReadAreNotWritten(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync(GrantAccess.ReadOnly);
        await page.FillAsync(0x2D);
        var read = await front.AskAsync(BlkifOperation.Read, 8, page.Segment());
        c.Expect(read.Status == BlkifStatus.Error, "a read into a page granted for reading alone to fail", $"{read}");
        c.Expect((await page.ReadAsync()).AsSpan().IndexOfAnyExcept((byte)0x2D) < 0, "the page unchanged", "a changed one");
        var write = await front.AskAsync(BlkifOperation.Write, 8, page.Segment());
        c.Expect("BB-009", write.Status == BlkifStatus.Ok && !SegmentCases.MediumIsZero(c, 8, 1), "a write from it to be done", $"{write}");
        await front.ExpectDataLetGoAsync("BB-013", "after the responses");
    }

    /// <summary>When a response can be seen, the pages of its request are not in use, and what was read is in them.</summary>
    [Case("BB-013", "BB-014", "BB-011")]
    public static async Task PagesAreLetGoOfBeforeTheResponse(BackContext c)
    {
        var bytes = new byte[4096 * 16];
        Array.Fill(bytes, (byte)0xB7);
        c.Medium.Write(0, bytes);
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int round = 0; round < 10; round++)
        {
            var pages = await front.GrantManyAsync(5);
            foreach (var operation in new[] { BlkifOperation.Read, BlkifOperation.Write })
            {
                var response = await front.AskAsync(operation, 8, [.. pages.Select(page => page.Segment())]);
                c.Expect("BB-013", response.Status == BlkifStatus.Ok, $"{operation} to be done", $"{response}");
                foreach (var page in pages)
                {
                    bool isThere = (await page.ReadAsync()).AsSpan().IndexOfAnyExcept((byte)0xB7) < 0;
                    c.Expect("BB-014", isThere, "the data in the page when the response is there", "not all of it");
                }
            }

            await front.ExpectDataLetGoAsync("BB-013", "as soon as the response is there");
        }
    }

    /// <summary>Grants stay mapped where both ends want that, writable, up to a limit, the least recently used first to go; none outlives the connection.</summary>
    [Case("BB-032", "NG-031")]
    public static async Task PersistentGrantsStayUpToALimit(BackContext c)
    {
        var settings = BackSettings.For(BlockProfile.Mainline) with { PersistentGrantsMax = 4 };
        var front = await ScriptedFront.ConnectedAsync(c, new FrontPlan().With(BlockNodes.FeaturePersistent, "1"), settings);
        var pages = await front.GrantManyAsync(6);
        foreach (int i in (int[])[0, 1, 2, 3, 0, 4, 0])
        {
            await pages[i].FillAsync((byte)(i + 1));
            var write = await front.AskAsync(BlkifOperation.Write, (ulong)(8 * i), pages[i].Segment());
            c.Expect(write.Status == BlkifStatus.Ok, $"a write from page {i} to be done", $"{write}");
        }

        // What was mapped for a write serves a read: it is mapped writable.
        var read = await front.AskAsync(BlkifOperation.Read, 8, pages[0].Segment());
        c.Expect(read.Status == BlkifStatus.Ok && (await pages[0].ReadAsync())[0] == 2, "a read into a page that is mapped already", $"{read}");
        c.Expect(await front.TryRevokeAsync(pages[1]), "the least recently used of five grants let go of, where four stay", "it is in use");
        foreach (int i in (int[])[0, 2, 3, 4])
        {
            c.Expect("NG-031", !await front.TryRevokeAsync(pages[i]), $"grant {i} to stay in use", "it was let go of");
        }

        await front.CloseAsync("BB-032");
        await front.ExpectLetGoAsync("BB-032", "after the close");
    }

    /// <summary>Without the front's wish no grant stays, whatever the node says but a number above zero.</summary>
    [Case("NG-031", "NG-023", "BB-013")]
    public static async Task GrantsStayOnlyIfBothEndsWantThat(BackContext c)
    {
        uint number = 51712;
        foreach (var (wish, offers) in ((string?, bool)[])[(null, true), ("0", true), ("", true), ("x", true), ("1", false)])
        {
            var back = await c.StartBackAsync(BackSettings.For(BlockProfile.Mainline) with { OffersPersistent = offers });
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan().With(BlockNodes.FeaturePersistent, wish));
            await front.ConnectAsync();
            await front.ExpectServedAsync("NG-031", $"with feature-persistent '{wish}' of the front");
            await front.ExpectDataLetGoAsync("NG-023", $"with feature-persistent '{wish}' of the front and {(offers ? "an" : "no")} offer");
            await back.StopAsync();
        }
    }

    /// <summary>The decision holds for the connection: the node is not read again, and counts for the next one.</summary>
    [Case("NG-031", "BB-048")]
    public static async Task PersistenceIsDecidedOnceAConnection(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        await front.WriteAsync(BlockNodes.FeaturePersistent, "1");
        await front.ExpectServedAsync("NG-031", "after the node changed");
        await front.ExpectDataLetGoAsync("NG-031", "in a connection that began without persistence");
        await front.CloseAsync();
        front.Plan = front.Plan.With(BlockNodes.FeaturePersistent, "1");
        await front.ReconnectAsync();
        await front.WriteAsync(BlockNodes.FeaturePersistent, "0");
        var page = await front.GrantAsync();
        await front.AskAsync(BlkifOperation.Write, 8, page.Segment());
        c.Expect("BB-048", !await front.TryRevokeAsync(page), "a grant to stay in a connection that began with persistence", "it was let go of");
        await front.CloseAsync();
        await front.ExpectLetGoAsync("BB-032", "after the close");
    }

    /// <summary>A reference that could not be mapped once is tried again when it is good.</summary>
    [Case("BB-033", "BB-011", Guards = "Z-118, Z-119")]
    public static async Task AReferenceThatFailedIsNotRemembered(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, new FrontPlan().With(BlockNodes.FeaturePersistent, "1"));
        var reservation = (await front.Guest.Grants.ReserveAsync(1))!;
        var own = (await front.Guest.Memory.AllocateAsync())!;
        var reference = await front.Guest.Grants.GrantAsync(front.Disk.Back, own, GrantAccess.ReadWrite, reservation);
        c.Expect(await front.Guest.Grants.TryRevokeAsync(reference, reservation), "a grant that nobody uses to end", "it is in use");
        var page = new FrontPage(own, reference);
        await page.FillAsync(0x4E);
        var bad = await front.AskAsync(BlkifOperation.Write, 8, page.Segment());
        c.Expect(bad.Status == BlkifStatus.Error, "a write from a reference that grants nothing to fail", $"{bad}");
        var again = await front.Guest.Grants.GrantAsync(front.Disk.Back, own, GrantAccess.ReadWrite, reservation);
        c.Expect(again == reference, "the same reference", $"{again}");
        var good = await front.AskAsync(BlkifOperation.Write, 8, page.Segment());
        c.Expect(good.Status == BlkifStatus.Ok && !SegmentCases.MediumIsZero(c, 15, 1), "a write from it to be done once it grants a page", $"{good}");
        await front.CloseAsync();
        c.Expect(await front.Guest.Grants.TryRevokeAsync(reference), "the grant let go of after the close", "it is in use");
        await front.ExpectLetGoAsync("BB-033", "after the close");
    }

    /// <summary>Equal reference numbers of two domains are two pages.</summary>
    [Case("BB-033", "BB-024")]
    public static async Task ReferencesBelongToTheirDomain(BackContext c)
    {
        var other = await c.CreateDomainAsync();
        var otherMedium = new MemoryMedium("other", new SectorCount512(4096));
        c.Media.Add("/media/other", otherMedium);
        var plan = new FrontPlan().With(BlockNodes.FeaturePersistent, "1");
        var front = await ScriptedFront.ConnectedAsync(c, plan);
        var second = new ScriptedFront(c, await c.AddDiskAsync(DiskRequest.Make(51712, "/media/other", other.Id, c.Control.Id)), plan, other);
        await second.ConnectAsync();
        var (mine, theirs) = (await front.GrantAsync(), await second.GrantAsync());
        while (mine.Reference != theirs.Reference)
        {
            (mine, theirs) = mine.Reference.Value < theirs.Reference.Value ? (await front.GrantAsync(), theirs) : (mine, await second.GrantAsync());
        }

        await mine.FillAsync(0x11);
        await theirs.FillAsync(0x22);
        var first = await front.AskAsync(BlkifOperation.Write, 8, mine.Segment());
        var then = await second.AskAsync(BlkifOperation.Write, 8, theirs.Segment());
        c.Expect(first.Status == BlkifStatus.Ok && then.Status == BlkifStatus.Ok, "a write of each domain to be done", $"{first}, {then}");
        var (a, b) = (new byte[4096], new byte[4096]);
        c.Medium.Read(4096, a);
        otherMedium.Read(4096, b);
        c.Expect(a.AsSpan().IndexOfAnyExcept((byte)0x11) < 0 && b.AsSpan().IndexOfAnyExcept((byte)0x22) < 0, "each disk with its own domain's data", $"{a[0]:x2} and {b[0]:x2}");
        await front.CloseAsync();
        await front.ExpectLetGoAsync("BB-032", "after the close of one");
        await second.ExpectServedAsync("BB-024", "after the close of the other");
    }
}
