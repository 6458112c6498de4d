using Conformance.Model.Protocol.Events;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Platform.Cases.Events;

/// <summary>How signals reach those who wait for them, and what a move leaves of ports.</summary>
public static class HandlerCases
{
    /// <summary>Who looks after each signal sees what was there before it, in every order of the steps.</summary>
    [Case("EV-012", "EV-004", Guards = "Z-097")]
    public static async Task WaiterSeesWhatWasThereBeforeTheSignal(PlatformContext c)
    {
        var left = await c.CreateDomainAsync();
        var right = await c.CreateDomainAsync();
        var page = await left.Memory.AllocateAsync() ?? throw c.Failure("a page", "none");
        var reference = await left.Grants.GrantAsync(right.Id, page, GrantAccess.ReadWrite);
        var allocated = await left.Events.AllocateUnboundAsync(right.Id);
        c.Expect("EV-002", allocated.Channel is not null, "an unbound port", allocated.Error.ToString());
        var bound = await right.Events.BindInterdomainAsync(left.Id, allocated.Channel.Port);
        c.Expect("EV-003", bound.Channel is not null, "a bound port", bound.Error.ToString());
        var mapping = await right.Grants.MapAsync(left.Id, reference, GrantAccess.ReadWrite);
        c.Expect("GT-022", mapping.Page is not null, "a mapped page", mapping.Status.ToString());
        uint seen = 0;
        right.Fibers.Start("waiter", async () =>
        {
            while (await bound.Channel.WaitAsync())
            {
                seen = await mapping.Page.LoadAsync(0);
            }
        });
        for (uint value = 1; value <= 60; value++)
        {
            await page.StoreAsync(0, value);
            await allocated.Channel.NotifyAsync();
            if (value % 3 == 0)
            {
                await c.SettleAsync();
                c.Expect("EV-012", seen == value, $"value {value} seen after its signal", $"{seen}");
            }
        }

        await bound.Channel.CloseAsync();
    }

    /// <summary>Who waits at a port that is closed is told, and a wait after the close ends at once.</summary>
    [Case("EV-022", "EV-023")]
    public static async Task CloseEndsTheWait(PlatformContext c)
    {
        var domain = await c.CreateDomainAsync();
        var allocated = await domain.Events.AllocateUnboundAsync(c.Control.Id);
        c.Expect("EV-002", allocated.Channel is not null, "an unbound port", allocated.Error.ToString());
        bool? answer = null;
        domain.Fibers.Start("waiter", async () => answer = await allocated.Channel.WaitAsync());
        await c.SettleAsync();
        c.Expect("EV-013", answer is null, "a wait that goes on without a signal", "an end");
        await allocated.Channel.CloseAsync();
        await c.SettleAsync();
        c.Expect("EV-022", answer == false, "the wait ended by the close", $"{answer}");
        c.Expect("EV-022", !await allocated.Channel.WaitAsync(), "no wait at a closed port", "one");
        c.Expect("EV-022", domain.Machine.Events.Find(allocated.Channel.Port.Value) is null, "the port free", "taken");
    }

    /// <summary>After a move every port of before is closed, their other ends are unbound, and the store has a new one.</summary>
    [Case("EV-021", "EV-018", "EV-022", Guards = "Z-174")]
    public static Task MoveClosesEveryPort(PlatformContext c)
    {
        foreach (var flavour in Enum.GetValues<DomainFlavour>())
        {
            var scene = new EventScene(c, new DomainOptions { Flavour = flavour });
            var channels = Enumerable.Range(0, 4).Select(_ => scene.Channel()).ToList();
            var oldStore = scene.Left.StorePort;
            channels[0].Right.Send();
            scene.Hypervisor.Shutdown(scene.Left, ShutdownReason.Suspend);
            scene.Hypervisor.Restore(scene.Left);
            c.Expect("EV-021", scene.Left.Events.Count == 1 && scene.Left.StorePort != oldStore && scene.Left.HasPort(scene.Left.StorePort), "one port, a new one for the store", $"{scene.Left.Events.Count}");
            c.Expect("EV-021", !scene.Left.StorePort.IsPending, "no event from before the move", "one");
            foreach (var (left, right) in channels)
            {
                c.Expect("EV-021", left.State == PortState.Closed && left.Send() == Model.Protocol.Errno.EINVAL && !left.IsPending, "a port of before to be closed and useless", left.State.ToString());
                scene.ExpectState("EV-021", right, PortState.Unbound, "its other end", scene.Left);
            }

            var (fresh, peer) = scene.Channel();
            var count = EventScene.Count(peer);
            fresh.Send();
            c.Expect("EV-021", count() == 1 && !channels.Exists(channel => channel.Right.IsPending), "a signal by a new port to its own peer alone", $"{count()}");
        }

        return Task.CompletedTask;
    }

    /// <summary>A suspension that was cancelled leaves every port as it was, with its bit.</summary>
    [Case("GT-061", "EV-008")]
    public static Task CancelledSuspendKeepsPorts(PlatformContext c)
    {
        var scene = new EventScene(c);
        var (left, right) = scene.Channel();
        right.Send();
        scene.Hypervisor.Shutdown(scene.Left, ShutdownReason.Suspend);
        scene.Hypervisor.Resume(scene.Left);
        c.Expect("GT-061", left.Peer == right && left.IsPending, "the channel as it was, pending", $"{left.State}");
        left.Send();
        c.Expect("EV-005", right.IsPending, "a signal by the port of before", "none");
        return Task.CompletedTask;
    }
}
