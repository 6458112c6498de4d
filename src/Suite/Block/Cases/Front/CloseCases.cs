using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>How a connection ends.</summary>
public static class CloseCases
{
    /// <summary>A back that closes is followed to Closed when nobody uses the disk; what is asked later fails, and nothing stays.</summary>
    [Case("XB-018", "BF-025", "BF-026", "XB-022")]
    public static async Task AClosingBackIsFollowed(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For((BlockProfile)(c.Order % 3)));
        scene.Back.Serve();
        await scene.ExpectServesAsync("XB-018");
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.ExpectStateAsync("XB-018", scene.Back.Disk.FrontNode, XenbusState.Closed);
        var late = scene.Read(0, new byte[512]);
        await c.SettleAsync();
        late.Expect("BF-025", c, DiskResult.Gone);
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-026");
    }

    /// <summary>What is outstanding when the back closes is answered, or fails; it is not forgotten, and new I/O does not go out.</summary>
    [Case("BF-039", "XB-018", "BF-025", Guards = "Z-258")]
    public static async Task OutstandingIoIsNotForgotten(FrontContext c)
    {
        bool answers = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 40).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        var requests = await scene.Ring.TakeManyAsync(32);
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(5));
        foreach (var request in answers ? requests : [])
        {
            await scene.Ring.AnswerAsync(request);
        }

        await c.ExpectStateAsync("XB-018", scene.Back.Disk.FrontNode, XenbusState.Closed);
        await c.SettleAsync();
        c.Expect("BF-039", users.All(user => user.Ends == 1), "all 40 reads to end once", $"{users.Count(user => user.Ends == 1)}");
        int done = users.Count(user => user.Result == DiskResult.Ok);
        c.Expect("BF-039", answers ? done >= 32 : done == 0, answers ? "the 32 reads that were answered to succeed" : "none to succeed", $"{done}");
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-039");
    }

    /// <summary>With users a close by the back is refused with EBUSY and I/O goes on; with the last of them it takes place.</summary>
    [Case("BF-023", "XB-023", "XB-024", "BF-041", Guards = "Z-034")]
    public static async Task UsersHoldUpAClose(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        await scene.Disk.OpenAsync();
        await scene.Disk.OpenAsync();
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await scene.Back.ExpectFrontRestsAsync("BF-023", XenbusState.Connected);
        await scene.Back.ExpectErrorAsync("BF-023", Errno.EBUSY);
        await scene.ExpectServesAsync("XB-024");
        await scene.Disk.CloseAsync();
        await scene.Back.ExpectFrontRestsAsync("XB-023", XenbusState.Connected);
        await scene.ExpectServesAsync("XB-024");
        await scene.Disk.CloseAsync();
        await c.ExpectStateAsync("XB-023", scene.Back.Disk.FrontNode, XenbusState.Closed);
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("XB-023");
    }

    /// <summary>A wish to close that the back took back does not close when the last user goes.</summary>
    [Case("XB-023", "BF-041")]
    public static async Task AWishTakenBackDoesNotClose(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        await scene.Disk.OpenAsync();
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.SettleAsync();
        await scene.Back.SetStateAsync(XenbusState.Connected);
        await c.SettleAsync();
        await scene.Disk.CloseAsync();
        await scene.Back.ExpectFrontRestsAsync("XB-023", XenbusState.Connected);
        await scene.ExpectServesAsync("XB-023");
    }

    /// <summary>The last user goes at the very moment when the back closes: closed once, in every order.</summary>
    [Case("BF-041", "XB-023", "XB-018", Guards = "Z-263")]
    public static async Task LastCloseAndClosingAtOnceCloseOnce(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        await scene.ExpectServesAsync("BF-041");
        await scene.Disk.OpenAsync();
        var states = new List<string?>();
        var user = c.Guest.Fibers.Start("last user", async () =>
        {
            for (int i = 0; i < c.Order; i++)
            {
                await c.Driver.YieldAsync();
            }

            await scene.Disk.CloseAsync();
        });
        await scene.Back.SetStateAsync(XenbusState.Closing);
        while (states.LastOrDefault() != "6" && states.Count < 500)
        {
            states.Add(await scene.Back.ReadFrontAsync("state"));
        }

        await user.JoinAsync();
        await scene.Back.ExpectFrontRestsAsync("BF-041", XenbusState.Closed);
        int changes = states.Zip(states.Skip(1)).Count(pair => pair.First != pair.Second);
        c.Expect("BF-041", changes <= 2, "Connected, Closing, Closed, each once at most", string.Join(' ', states.Distinct()));
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-041");
    }

    /// <summary>A back that is Closed of a sudden has let go: users or not, the front ends what is outstanding and closes.</summary>
    [Case("BF-024", "BF-039", "XB-014")]
    public static async Task AClosedBackIsTakenAsClosing(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For((BlockProfile)(c.Order % 3)));
        if (c.Order % 2 == 0)
        {
            await scene.Disk.OpenAsync();
        }

        var user = scene.Write(0, scene.Random(4096));
        await scene.Ring.TakeAsync();
        await scene.Back.UnmapAsync();
        await scene.Back.SetStateAsync(XenbusState.Closed);
        await c.ExpectStateAsync("BF-024", scene.Back.Disk.FrontNode, XenbusState.Closed);
        await c.SettleAsync();
        user.Expect("BF-039", c, DiskResult.Gone, DiskResult.Error);
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-024");
    }

    /// <summary>Both ends close at the same time and both end Closed.</summary>
    [Case("XB-022", "XB-018", "XB-030")]
    public static async Task BothEndsClosingAtOnceConverge(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        await c.Store.WriteAsync($"{scene.Back.Disk.FrontNode}/state", "5"u8.ToArray());
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.ExpectStateAsync("XB-022", scene.Back.Disk.FrontNode, XenbusState.Closed);
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("XB-022");
    }

    /// <summary>A front whose own state somebody sets to Closing closes when it has no users, and with its last user when it has.</summary>
    [Case("XB-030", "XB-023", "XB-031")]
    public static async Task AWriteToTheOwnStateIsNoticed(FrontContext c)
    {
        bool hasUser = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        await c.WriteAsync($"{scene.Back.Disk.FrontNode}/unrelated", "5");
        await scene.ExpectServesAsync("XB-031");
        if (hasUser)
        {
            await scene.Disk.OpenAsync();
        }

        await c.WriteAsync($"{scene.Back.Disk.FrontNode}/state", "5");
        if (hasUser)
        {
            await scene.Back.ExpectFrontRestsAsync("XB-023", XenbusState.Connected);
            await scene.ExpectServesAsync("XB-023");
            await scene.Disk.CloseAsync();
        }

        await c.ExpectStateAsync("XB-030", scene.Back.Disk.FrontNode, XenbusState.Closed);
    }

    /// <summary>A close before the connection is made, at each of its states, ends Closed and holds nothing.</summary>
    [Case("BF-026", "BF-003", "XB-018", Guards = "Z-132")]
    public static async Task ACloseBeforeConnectedIsAClose(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(back.Disk);
        await c.SettleAsync();
        await back.SetStateAsync(XenbusState.InitWait);
        for (int i = 0; i < c.Order * 12; i++)
        {
            await c.Driver.YieldAsync();
        }

        await back.SetStateAsync(XenbusState.Closing);
        await c.ExpectStateAsync("XB-018", back.Disk.FrontNode, XenbusState.Closed);
        await back.RemoveAsync();
        before.ExpectSame("BF-003", c);
    }
}
