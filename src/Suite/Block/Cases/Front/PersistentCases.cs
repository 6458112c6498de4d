using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>Grants that stay in use from request to request.</summary>
public static class PersistentCases
{
    /// <summary>Persistent grants are used only when both ends offer them for this connection, whatever the back writes later.</summary>
    [Case("NG-031", "BF-010")]
    public static async Task BothEndsDecideOnce(FrontContext c)
    {
        bool front = c.Order % 2 == 0;
        bool back = c.Order % 4 < 2;
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { IsPersistent = front, PersistentIdle = null }, (BlockNodes.FeaturePersistent, back ? "1" : "0"));
        c.Expect("NG-031", await scene.Back.ReadFrontAsync(BlockNodes.FeaturePersistent) == (front ? "1" : null), $"feature-persistent {(front ? "1" : "absent")}", "else");
        await scene.Back.PublishAsync((BlockNodes.FeaturePersistent, back ? "0" : "1"));
        await c.SettleAsync();
        scene.Back.Serve();
        await scene.ExpectServesAsync("NG-031");
        var grant = scene.Back.Served[0].Segments[0].Grant;
        var late = await c.Control.Grants.CopyFromAsync(c.Guest.Id, grant, 0, new byte[16]);
        c.Expect("NG-031", (late == GrantStatus.Okay) == (front && back), front && back ? "a grant that stays" : "a grant that ends with its request", $"{late}");
    }

    /// <summary>A reference that stays always leads to the same page, is used by one request at a time, and is used again.</summary>
    [Case("BF-027", "BF-028", "NG-031")]
    public static async Task AReferenceKeepsItsPage(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { PersistentIdle = null }, (BlockNodes.FeaturePersistent, "1"));
        c.Random.NextBytes(scene.Back.Medium);
        var mapped = new Dictionary<GrantRef, IMappedPage>();
        var busy = new HashSet<GrantRef>();
        int reused = 0;
        for (int round = 0; round < 10; round++)
        {
            var buffers = Enumerable.Range(0, 6).Select(_ => new byte[4096]).ToArray();
            var users = buffers.Select((buffer, i) => scene.Read((ulong)i * 8, buffer)).ToArray();
            var requests = await scene.Ring.TakeManyAsync(6);
            foreach (var segment in requests.SelectMany(request => request.Segments))
            {
                c.Expect("BF-027", busy.Add(segment.Grant), "a reference that no other request out there uses", $"{segment.Grant} twice");
                reused += mapped.ContainsKey(segment.Grant) ? 1 : 0;
            }

            foreach (var request in requests)
            {
                await MoveAsync(scene, mapped, request);
                await scene.Ring.AnswerAsync(request);
            }

            await c.SettleAsync();
            busy.Clear();
            for (int i = 0; i < 6; i++)
            {
                users[i].Expect("BF-027", c, DiskResult.Ok);
                c.Expect("BF-027", scene.Back.Medium.AsSpan(i * 4096, 4096).SequenceEqual(buffers[i]), "the data that was put into the page mapped long ago", "other data");
            }

            // A back may unmap what it likes at any time (BF-028).
            if (round % 3 == 2)
            {
                var (reference, page) = mapped.First();
                mapped.Remove(reference);
                await c.Control.Grants.UnmapAsync(page);
            }
        }

        c.Expect("BF-027", reused > 30, "references that are used again", $"{reused} times of 54");
        foreach (var page in mapped.Values)
        {
            await c.Control.Grants.UnmapAsync(page);
        }

        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-028");
    }

    /// <summary>After an hour without I/O, as this front is told, the references that stay are given back.</summary>
    [Case("BF-029")]
    public static async Task IdleReferencesAreGivenBack(FrontContext c)
    {
        var settings = FrontSettings.For(BlockProfile.Mainline) with { PersistentIdle = TimeSpan.FromHours(1) };
        var scene = await FrontScene.ConnectAsync(c, settings, (BlockNodes.FeaturePersistent, "1"));
        scene.Back.Serve();
        int idle = GuestHoldings.Of(c.Guest).Grants;
        await scene.ExpectServesAsync("BF-029");
        int busy = GuestHoldings.Of(c.Guest).Grants;
        c.Expect("BF-029", busy > idle, "references that stay after their request", $"{busy} in use as before");
        await c.Driver.DelayAsync(TimeSpan.FromHours(4));
        int later = GuestHoldings.Of(c.Guest).Grants;
        c.Expect("BF-029", later == idle, $"{idle} references in use when nothing was done for long", $"{later}");
        await scene.ExpectServesAsync("BF-029");
    }

    private static async ValueTask MoveAsync(FrontScene scene, Dictionary<GrantRef, IMappedPage> mapped, ScriptedRequest request)
    {
        var c = scene.Case;
        foreach (var segment in request.Segments)
        {
            if (!mapped.TryGetValue(segment.Grant, out var page))
            {
                var mapping = await c.Control.Grants.MapAsync(c.Guest.Id, segment.Grant, GrantAccess.ReadWrite);
                c.Expect("BF-027", mapping.Status == GrantStatus.Okay, "a page that can be written, as a reference that stays must", $"{mapping.Status}");
                mapped.Add(segment.Grant, page = mapping.Page!);
            }

            await page.CopyInAsync(segment.Offset, scene.Back.Medium.AsMemory((int)request.Sector.Value * 512, segment.Length));
        }
    }
}
