using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.States;

/// <summary>The state nodes: which are written, when, and what those of a front in odd states lead to.</summary>
public static class StateCases
{
    /// <summary>A back goes its path in decimal states, writes only its own, and is Connected with the ring mapped and the port bound.</summary>
    [Case("XB-009", "XB-001", "XB-004", "XB-051", "XB-057")]
    public static async Task BacksKeepToTheirPath(BackContext c)
    {
        var own = new List<string?>();
        var disk = c.Disk();
        await c.StartBackAsync();
        await c.Tools.AddAsync(disk);
        await c.Store.WatchAsync(new StoreWatch($"{disk.BackNode}/state", async _ =>
        {
            string? state = await c.ReadAsync($"{disk.BackNode}/state");
            if (own.Count == 0 || own[^1] != state)
            {
                own.Add(state);
            }
        }));
        await c.Tools.HotplugAsync(disk, Reference.Block.DiskRequest.MediumOf(disk));
        var front = new ScriptedFront(c, disk);
        await front.OfferAsync();
        await front.ExpectBackAsync("XB-009", XenbusState.Connected);
        c.Expect("XB-051", !await front.Guest.Grants.TryRevokeAsync(front.Ring.References[0]), "the ring mapped when the back is Connected", "it is not");
        c.Expect("XB-004", await c.ReadAsync($"{disk.FrontNode}/state") == "3", "the front's state as the front wrote it", $"{await c.ReadAsync($"{disk.FrontNode}/state")}");
        await front.SetStateAsync(XenbusState.Connected);
        await front.SetStateAsync(XenbusState.Closing);
        await front.ExpectBackAsync("XB-009", XenbusState.Closing);
        await front.SetStateAsync(XenbusState.Closed);
        await front.ExpectBackAsync("XB-009", XenbusState.Closed);
        await c.SettleAsync();
        string path = string.Join(" ", own);
        c.Expect("1 2 4 5 6".EndsWith(path, StringComparison.Ordinal) && path.EndsWith("4 5 6", StringComparison.Ordinal), "states 1 2 4 5 6", path);
        c.Expect("XB-004", await c.ReadAsync($"{disk.FrontNode}/state") == "6", "the front's state as the front wrote it", $"{await c.ReadAsync($"{disk.FrontNode}/state")}");
    }

    /// <summary>A front that goes from Initialising to Initialised or Connected without waiting is served with the default of all it left out.</summary>
    [Case("XB-010", "XB-011", "XB-014", "NG-007", "NG-048")]
    public static async Task FrontsThatSkipStatesAreServed(BackContext c)
    {
        uint number = 51712;
        foreach (bool isLate in new[] { false, true })
        {
            foreach (var state in new[] { XenbusState.Initialised, XenbusState.Connected })
            {
                var disk = c.Disk(number += 16);
                var back = isLate ? null : await c.StartBackAsync();
                await c.Tools.AddAsync(disk);
                var front = new ScriptedFront(c, disk);
                await front.MakeRingsAsync();
                await front.PublishAsync();
                await front.SetStateAsync(state);
                await c.Tools.HotplugAsync(disk, Reference.Block.DiskRequest.MediumOf(disk));
                back ??= await c.StartBackAsync();
                await front.ExpectBackAsync(state == XenbusState.Connected ? "XB-011" : "XB-010", XenbusState.Connected);
                await front.ExpectServedAsync("XB-011", $"to a front that went straight to {state}");
                await back.StopAsync();
            }
        }
    }

    /// <summary>A front's state that is written again and again is acted on once: nothing is mapped or bound twice, and the data path goes on.</summary>
    [Case("XB-015", "XB-016", "XB-017", "XB-014")]
    public static async Task RepeatedStatesDoNothing(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var pages = await front.GrantManyAsync(3);
        storage.Holds = true;
        for (int i = 0; i < pages.Length; i++)
        {
            // A connection that is made anew would first wait for what is under way.
            await front.SetStateAsync(XenbusState.Initialised);
            await c.SettleAsync();
            await front.SetStateAsync(XenbusState.Connected);
            await c.SettleAsync();
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, (ulong)i, 8, pages[i].Segment()));
            await front.Ring.PublishAsync();
            await c.SettleAsync();
            c.Expect("XB-016", storage.Held.Count == i + 1, $"{i + 1} requests under way after the state was repeated", $"{storage.Held.Count}");
        }

        await storage.ReleaseAllAsync();
        await Rings.IndexCases.ExpectEachOnceAsync(c, front.Ring, [0, 1, 2]);
        for (int i = 0; i < 20; i++)
        {
            await front.SetStateAsync(i % 3 == 0 ? XenbusState.Initialised : XenbusState.Connected);
            await front.SetStateAsync(XenbusState.Connected);
            if (i % 5 == 0)
            {
                await c.SettleAsync();
            }

            await front.ExpectServedAsync("XB-016", "after the front repeated its state");
        }

        c.Expect("XB-015", await front.ReadBackAsync("state") == "4", "the back Connected", $"state {await front.ReadBackAsync("state")}");
        await front.CloseAsync();
        await front.ExpectLetGoAsync("XB-015", "after the close: each page was mapped once");
    }

    /// <summary>States that no front has, or that are not meant for a back, harm nothing; the front is served when it goes on.</summary>
    [Case("XB-048", "XB-049", "XB-050", Guards = "Z-012")]
    public static async Task OddStatesOfTheFrontAreSurvived(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (string odd in (string[])["7", "8", "9", "99", "4294967296", "18446744073709551617", "-1", "", "x", "4x", " 4"])
        {
            var disk = c.Disk(number += 16);
            var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
            await front.ExpectBackAsync("XB-009", XenbusState.InitWait);
            await front.WriteAsync("state", odd);
            await c.SettleAsync();
            string? state = await front.ReadBackAsync("state");
            c.Expect(state is "2" or "5" or "6", $"the back to wait, or to close, where the front's state is '{odd}'", $"state {state}");
            c.Expect("XB-049", state == "2" || odd is not ("7" or "8"), $"a back that waits on where the front's state is {odd}", $"state {state}");
            if (state == "2")
            {
                await front.ConnectAsync();
                await front.ExpectServedAsync("XB-048", $"after the front's state was '{odd}'");
                if (odd is "7" or "8")
                {
                    await front.WriteAsync("state", odd);
                    await c.SettleAsync();
                    state = await front.ReadBackAsync("state");
                    c.Expect("XB-049", state is "4", $"a connection that state {odd} of the front does not end", $"state {state}");
                    await front.ExpectServedAsync("XB-049", $"while the front's state is {odd}");
                }
            }
        }
    }

    /// <summary>A front in InitWait is no cause for an exception: what a back does then is its own choice, and ends in order.</summary>
    [Case("XB-050", "XB-039")]
    public static async Task AFrontInInitWaitIsSurvived(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        await front.SetStateAsync(XenbusState.InitWait);
        await c.SettleAsync();
        string? state = await front.ReadBackAsync("state");
        c.Expect(state is "4" or "5" or "6", "the back Connected still, or closing", $"state {state}");
        await front.SetStateAsync(XenbusState.Closed);
        await front.ExpectBackAsync("XB-050", XenbusState.Closed);
        await front.ExpectLetGoAsync("XB-039", "after the close");
    }

    /// <summary>Both ends in Closing at once come to Closed.</summary>
    [Case("XB-022", "XB-018")]
    public static async Task BothClosingConverge(BackContext c)
    {
        await c.StartBackAsync();
        for (uint round = 0; round < 6; round++)
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * round))));
            await front.ConnectAsync();
            var tools = c.Control.Fibers.Start("tool stack", async () => await c.Tools.AskToCloseAsync(front.Disk));
            for (int i = c.Random.Next(30); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            await front.SetStateAsync(XenbusState.Closing);
            await tools.JoinAsync();
            await front.SetStateAsync(XenbusState.Closed);
            await front.ExpectBackAsync("XB-022", XenbusState.Closed);
            await front.ExpectLetGoAsync("XB-022", "when both are Closed");
        }
    }

    /// <summary>The tool stack asks a back without a live front to close, at any point before the connection: it closes by itself.</summary>
    [Case("XB-029", "XB-030", "XB-028", "XB-025")]
    public static async Task ABackWithoutAFrontClosesByItself(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (string? state in (string?[])["1", "2", "6", null])
        {
            var disk = c.Disk(number += 16);
            await c.AddDiskAsync(disk);
            await c.ExpectStateAsync("XB-009", disk.BackNode, XenbusState.InitWait);
            if (state is null)
            {
                await c.Store.RemoveAsync(disk.FrontNode);
            }
            else
            {
                await c.WriteAsync($"{disk.FrontNode}/state", state);
            }

            await c.Tools.AskToCloseAsync(disk);
            await c.ExpectStateAsync("XB-029", disk.BackNode, XenbusState.Closed);
            await c.SettleAsync();
            c.Expect("XB-028", await c.ReadAsync($"{disk.BackNode}/hotplug-status") is null, "no hotplug-status after a close with online 0", "it is there");
            c.Expect("XB-027", await c.Tools.RemoveAsync(disk), "the tool stack to take the device away", "it could not");
        }
    }

    /// <summary>Nodes of the back's directory that are no state change nothing, and its own state is what the store says.</summary>
    [Case("XB-031", "XB-030", Guards = "Z-026")]
    public static async Task OtherNodesOfTheDirectoryChangeNothing(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int i = 0; i < 5; i++)
        {
            await c.WriteAsync($"{front.Disk.BackNode}/note", $"{i}");
            await c.WriteAsync($"{front.Disk.BackNode}/online", "1");
        }

        await c.SettleAsync();
        c.Expect(await front.ReadBackAsync("state") == "4", "the back Connected", $"state {await front.ReadBackAsync("state")}");
        await front.ExpectServedAsync("XB-031", "after other nodes were written");
        await c.WriteAsync($"{front.Disk.BackNode}/state", "5");
        await c.WriteAsync($"{front.Disk.BackNode}/note", "more");
        await c.SettleAsync();
        c.Expect(await front.ReadBackAsync("state") is "5", "the state that the tool stack wrote", $"state {await front.ReadBackAsync("state")}");
        await front.CloseAsync("XB-031");
        await front.ExpectLetGoAsync("XB-031", "after the close");
    }

    /// <summary>A back that starts beside a front which is Closing or Closed closes without harm, and begins when the front does.</summary>
    [Case("XB-062", "XB-053", "XB-025")]
    public static async Task StaleFrontsAreClosedAndRevived(BackContext c)
    {
        uint number = 51712;
        foreach (var stale in new[] { XenbusState.Closing, XenbusState.Closed })
        {
            var disk = c.Disk(number += 16);
            await c.Tools.AddAsync(disk);
            var front = new ScriptedFront(c, disk);
            await front.SetStateAsync(stale);
            await c.Tools.HotplugAsync(disk, Reference.Block.DiskRequest.MediumOf(disk));
            var back = await c.StartBackAsync();
            await c.SettleAsync();
            await front.SetStateAsync(XenbusState.Closed);
            await front.ExpectBackAsync("XB-062", XenbusState.Closed);
            await front.SetStateAsync(XenbusState.Initialising);
            await front.ConnectAsync();
            await front.ExpectServedAsync("XB-062", $"after the front was {stale} when the back started");
            await back.StopAsync();
        }
    }
}
