using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>A back that breaks the ring or answers what was not asked: the device is given up, the guest goes on.</summary>
public static class RingFaultCases
{
    /// <summary>A response producer beyond what was asked, behind what was taken, or a whole ring ahead ends the use of the ring.</summary>
    [Case("RG-016", "BF-007", "XB-040", Guards = "XSA-391")]
    public static async Task AResponseProducerOutOfRangeDisablesTheDevice(FrontContext c)
    {
        uint[] wrong = [3, uint.MaxValue, 33, 34, 0x8000_0000, 1000, 0xFFFF_FFE0, 4];
        await ExpectDisabledAsync(c, "RG-016", async (scene, _) =>
        {
            await scene.Ring.StoreAsync(SharedRing.ResponseProducer, wrong[c.Order]);
            await scene.Ring.NotifyAsync();
        });
    }

    /// <summary>A response to a number that no request can have is a fault, not an index.</summary>
    [Case("BF-005", "BF-007", Guards = "XSA-391")]
    public static async Task AResponseToANumberOutOfRangeDisablesTheDevice(FrontContext c)
    {
        ulong[] wrong = [32, 33, ulong.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, 0xFFFF_FFFF, 512];
        await ExpectDisabledAsync(c, "BF-005", async (scene, requests) =>
        {
            await scene.Ring.PutAsync(new BlkifResponse(wrong[c.Order], requests[0].Operation, BlkifStatus.Ok));
            await scene.Ring.PublishAsync();
        });
    }

    /// <summary>A number whose low half is that of a request out there is another number: all 64 bits count.</summary>
    [Case("BI-014", "BF-005")]
    public static async Task AllBitsOfTheNumberCount(FrontContext c) =>
        await ExpectDisabledAsync(c, "BI-014", async (scene, requests) =>
        {
            await scene.Ring.PutAsync(new BlkifResponse(requests[0].Id | (1UL << (32 + (4 * c.Order % 32))), requests[0].Operation, BlkifStatus.Ok));
            await scene.Ring.PublishAsync();
        });

    /// <summary>A response to a request that was not made, or was answered before, is a fault.</summary>
    [Case("BF-005", "BF-007", "BF-004", Guards = "XSA-391")]
    public static async Task AResponseToARequestThatIsNotOutDisablesTheDevice(FrontContext c) =>
        await ExpectDisabledAsync(c, "BF-005", async (scene, requests) =>
        {
            if (c.Order % 2 == 0)
            {
                await scene.Ring.PutAsync(requests[0]);
                await scene.Ring.PutAsync(requests[0]);
            }
            else
            {
                ulong idle = Enumerable.Range(0, 32).Select(id => (ulong)id).First(id => requests.All(request => request.Id != id));
                await scene.Ring.PutAsync(new BlkifResponse(idle, BlkifOperation.Read, BlkifStatus.Ok));
            }

            await scene.Ring.PublishAsync();
        });

    /// <summary>A response that names another operation than the request's is a fault.</summary>
    [Case("BF-006", "BF-007")]
    public static async Task AResponseToAnotherOperationDisablesTheDevice(FrontContext c)
    {
        byte[] wrong = [1, 2, 3, 5, 4, 7, 255, 6];
        await ExpectDisabledAsync(c, "BF-006", async (scene, requests) =>
        {
            await scene.Ring.PutAsync(new BlkifResponse(requests[1].Id, (BlkifOperation)wrong[c.Order], BlkifStatus.Ok));
            await scene.Ring.PublishAsync();
        });
    }

    /// <summary>A response that is rewritten while it is read is believed as it was copied: never half of one and half of the other.</summary>
    [Case("BF-008", Guards = "XSA-391, Z-243")]
    public static async Task AResponseThatChangesIsReadOnce(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 8).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        var requests = await scene.Ring.TakeManyAsync(8);
        bool isOver = false;
        var spoiler = c.Control.Fibers.Start("spoiler", async () =>
        {
            for (int i = 0; !isOver && i < 2000; i++)
            {
                await scene.Ring.Pages[0].StoreAsync(64, i % 2 == 0 ? (uint)requests[0].Id : 0xDEAD_BEEF);
            }
        });
        await scene.Ring.PutAsync(requests[0]);
        await scene.Ring.PublishAsync();
        await scene.Ring.NotifyAsync();
        await spoiler.JoinAsync();
        isOver = true;
        await c.SettleAsync();
        var state = await scene.Back.ReadFrontStateAsync();
        bool isTaken = state == XenbusState.Connected && users.Count(user => user.Result == DiskResult.Ok) == 1;
        bool isRefused = state == XenbusState.Closed && users.All(user => user.Result is DiskResult.Gone or DiskResult.BufferLost);
        c.Expect("BF-008", isTaken || isRefused, "one response taken as it was, or the device given up", $"{state}, results {string.Join(' ', users.Select(user => $"{user.Result}"))}");
    }

    /// <summary>After a fault the front neither reads nor writes the ring, and new I/O fails at once.</summary>
    [Case("BF-007", "BF-025")]
    public static async Task ADisabledDeviceTouchesTheRingNoMore(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var disk = scene.Disk;
        var user = scene.Read(0, new byte[512]);
        await scene.Ring.TakeAsync();
        await scene.Ring.StoreAsync(SharedRing.ResponseProducer, 77);
        await scene.Ring.NotifyAsync();
        await c.SettleAsync();
        user.Expect("BF-007", c, DiskResult.Gone, DiskResult.Error, DiskResult.BufferLost);
        var before = new byte[SharedRing.PageSize];
        var after = new byte[SharedRing.PageSize];
        await scene.Ring.Memory.CopyOutAsync(0, before);
        var late = scene.Start(() => disk.ReadAsync(default, new byte[512]));
        await scene.Ring.NotifyAsync();
        await c.SettleAsync();
        late.Expect("BF-025", c, DiskResult.Gone);
        await scene.Ring.Memory.CopyOutAsync(0, after);
        c.Expect("BF-007", before.AsSpan().SequenceEqual(after), "a ring that the front leaves alone", "changes");
    }

    /// <summary>Two requests are out and two were answered; something wrong is then done; all must end, with an error node, nothing held and the system alive.</summary>
    private static async Task ExpectDisabledAsync(FrontContext c, string clause, Func<FrontScene, List<ScriptedRequest>, ValueTask> offend)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var users = new[] { scene.Read(1, new byte[512]), scene.Read(2, new byte[512]) };
        var requests = await scene.Ring.TakeManyAsync(2);
        await offend(scene, requests);
        await c.SettleAsync();
        c.Expect(clause, users.All(user => user.Result is not null), "all that is outstanding to end", $"results {string.Join(' ', users.Select(user => user.Result?.ToString() ?? "none"))}");
        c.Expect(clause, users.Any(user => user.Result is not DiskResult.Ok), "what the back did not answer to fail", "all reads are said to have succeeded");
        var state = await scene.Back.ReadFrontStateAsync();
        c.Expect(clause, state is XenbusState.Closing or XenbusState.Closed, "a closed device after the fault", $"{state}");
        await scene.Back.ExpectErrorAsync("BF-007");
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-007");
    }
}
