using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Cases.Grants;
using Conformance.Suite.Block.Observed;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Events;

/// <summary>What drivers do with their event channels.</summary>
public static class ChannelDutyCases
{
    /// <summary>Both drivers close each of their ports once and leave it alone afterwards, whoever ends the connection.</summary>
    [Case("EV-023", "EV-022", Guards = "Z-124")]
    public static async Task EveryPortIsClosedOnceAndLeftAlone(PairContext c)
    {
        foreach (string end in (string[])["tool stack", "front", "back", "front first"])
        {
            var pair = await ObservedPair.ConnectAsync(c, "EV-023", isPersistent: true);
            await pair.ExpectDataAsync("EV-023", 8, 8192);
            int frontPorts = pair.Guest.EventLog.Channels.Count;
            int backPorts = pair.BackDomain.EventLog.Channels.Count;
            c.Expect("EV-023", frontPorts > 0 && backPorts > 0, "a port at each end", $"{frontPorts} and {backPorts}");
            await EndAsync(c, pair, end);
            ExpectClosed(Blame.Front, pair.Guest, end);
            ExpectClosed(Blame.Back, pair.BackDomain, end);
        }
    }

    /// <summary>A connection that fails half-way, at whichever map, leaves no port open and none closed twice.</summary>
    [Case("EV-023", "EV-026", Guards = "Z-237, Z-017")]
    public static async Task FailedConnectionLeavesNoPort(PairContext c)
    {
        for (int failing = 0; failing < 17; failing += 4)
        {
            int count = 0;
            var pair = await ObservedPair.BeginAsync(c, isPersistent: true, prepare: made =>
                made.BackDomain.GrantLog.Refusal = (_, _) => count++ == failing ? Model.Protocol.Grants.GrantStatus.GeneralError : null);
            await c.SettleAsync();
            await EndAsync(c, pair, "tool stack");
            ExpectClosed(Blame.Front, pair.Guest, $"tool stack after map {failing} failed");
            ExpectClosed(Blame.Back, pair.BackDomain, $"tool stack after map {failing} failed");
        }
    }

    /// <summary>Signals without work, between requests and amid them, disturb neither end.</summary>
    [Case("EV-013", Guards = "Z-095")]
    public static async Task SignalsWithoutWorkAreTolerated(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "EV-013", isPersistent: false);
        var toBack = pair.Guest.EventLog.Channels[^1];
        var toFront = pair.BackDomain.EventLog.Channels[^1];
        bool isOver = false;
        var noise = c.Driver.Start(c.Control.Fibers.Group, "noise", async () =>
        {
            for (int i = 0; i < 200 && !isOver; i++)
            {
                await toBack.NotifyAsync();
                await toFront.NotifyAsync();
            }
        });
        for (ulong i = 0; i < 6; i++)
        {
            await pair.ExpectDataAsync("EV-013", i * 16, 4096);
        }

        isOver = true;
        await noise.JoinAsync();
        for (int i = 0; i < 5; i++)
        {
            await toBack.NotifyAsync();
            await toFront.NotifyAsync();
            await c.SettleAsync();
            c.Expect("EV-013", await c.ReadAsync($"{pair.Disk.BackNode}/state") == $"{(int)XenbusState.Connected}", "the back to stay connected", "another state");
            PairContext.ExpectOf(Blame.Front, "EV-013", await c.ReadAsync($"{pair.Disk.FrontNode}/state") == $"{(int)XenbusState.Connected}", "the front to stay connected", "another state");
            await pair.ExpectDataAsync("EV-013", (ulong)i, 512);
        }
    }

    /// <summary>Requests one at a time and several at once are all answered: no signal is lost in any of the orders.</summary>
    [Case("EV-012")]
    public static async Task NoSignalIsLostBetweenTheEnds(PairContext c)
    {
        var pair = await ObservedPair.ConnectAsync(c, "EV-012", isPersistent: true);
        int answered = 0;
        for (int round = 0; round < 12; round++)
        {
            var users = Enumerable.Range(0, (round % 4) + 1)
                .Select(user => c.Driver.Start(c.Guest.Fibers.Group, $"user {user}", () => UseAsync(pair.Medium, user)))
                .ToList();
            foreach (var user in users)
            {
                await user.JoinAsync();
            }
        }

        c.Expect("EV-012", answered == 90, "90 requests answered", $"{answered}");

        async ValueTask UseAsync(BlockDisk disk, int user)
        {
            for (int i = 0; i < 3; i++)
            {
                var result = await disk.WriteAsync(new Sector512((ulong)(user * 64)), new byte[1024]);
                c.Expect("EV-012", result == DiskResult.Ok, "a write to succeed", result.ToString());
                answered++;
            }
        }
    }

    private static async ValueTask EndAsync(PairContext c, ObservedPair pair, string end)
    {
        if (end == "front first")
        {
            await pair.Front.StopAsync();
        }
        else if (end == "front")
        {
            await pair.Front.StopAsync();
            await pair.Back.StopAsync();
        }
        else if (end == "back")
        {
            await pair.Back.StopAsync();
            await pair.Front.StopAsync();
        }

        await c.Tools.RemoveAsync(pair.Disk);
        await c.SettleAsync();
        if (end is "tool stack" or "front first")
        {
            await pair.Back.StopAsync();
            if (end == "tool stack")
            {
                await pair.Front.StopAsync();
            }
        }
    }

    private static void ExpectClosed(Blame who, ObservedDomain domain, string end)
    {
        foreach (var channel in domain.EventLog.Channels)
        {
            PairContext.ExpectOf(who, "EV-023", channel.Closes == 1, $"port {channel.Port} closed once when the {end} ends the connection", $"{channel.Closes} times");
            PairContext.ExpectOf(who, "EV-022", channel.LateSignals == 0, $"no signal by port {channel.Port} after its close when the {end} ends the connection", $"{channel.LateSignals}");
        }
    }
}
