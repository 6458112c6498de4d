using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Domains that shut down and go on, and domains that misbehave and live on.</summary>
public static class ResumeCases
{
    /// <summary>After RESUME a later shutdown is told again, as often as this happens.</summary>
    [Case("XS-089", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ShutdownAfterResumeIsToldAgain(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, tools) = (await c.CreateGuestAsync(), await c.ToolStackAsync());
        for (int round = 0; round < 3; round++)
        {
            await guest.Domain.ShutdownAsync(ShutdownReason.Suspend);
            c.Log.Note($"dom{guest.Id}", "domain suspended");
            var told = await witness.Session.NextEventAsync();
            c.Expect(told.Path == DeathWatch.Release, $"an event {DeathWatch.Release} after suspension number {round}", $"{told}");
            await guest.Domain.ResumeAsync();
            c.Log.Note($"dom{guest.Id}", "domain resumed");
            await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Resume, guest.Id), "RESUME");
            c.ExpectEvents(await witness.Session.SettledEventsAsync(), "after RESUME");
        }
    }

    /// <summary>Without RESUME a second shutdown is not told, and the destruction after it is.</summary>
    [Case("XS-089", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task SecondShutdownWithoutResumeIsNotTold(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        await guest.Domain.ShutdownAsync(ShutdownReason.Suspend);
        c.Log.Note($"dom{guest.Id}", "domain suspended");
        _ = await witness.Session.NextEventAsync();
        await guest.Domain.ResumeAsync();
        c.Log.Note($"dom{guest.Id}", "domain resumed; the store is not told");
        await guest.Session.RoundTripAsync();
        await guest.Domain.ShutdownAsync(ShutdownReason.PowerOff);
        c.Log.Note($"dom{guest.Id}", "domain shut down");
        c.ExpectEvents(await witness.Session.SettledEventsAsync(), "for a second shutdown without RESUME");
        await guest.Domain.DestroyAsync();
        c.Log.Note($"dom{guest.Id}", "domain destroyed");
        var told = await witness.Session.NextEventAsync();
        c.Expect("XS-088", told.Path == DeathWatch.Release, $"an event {DeathWatch.Release} after the destruction", $"{told}");
    }

    /// <summary>RESUME of a domain that the store does not know is an error.</summary>
    [Case("XS-089", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ResumeOfAnUnknownDomainIsRefused(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var stranger = await c.CreateDomainAsync();
        var reply = await tools.AboutDomainAsync(XsMessageType.Resume, stranger.Id);
        c.Expect(reply.IsError, "an error for RESUME of a domain that was not introduced", reply.Summary);
    }

    /// <summary>A guest that announces a message too long is cut off silently: it is told as gone only when it really goes.</summary>
    [Case("XS-090", "XS-013", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-325, Z-047")]
    public static Task DomainWithAnOversizeMessageIsNotToldAsGone(StoreContext c) =>
        MisbehaveAsync(c, guest => guest.Session.SendAsync(
            new XsHeader(XsMessageType.Read, 1, 0, XsLimits.PayloadMax + 1), new byte[64]));

    /// <summary>The same holds for a guest that breaks its ring's counters.</summary>
    [Case("XS-090", "XS-006", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-325, Z-047")]
    public static Task DomainWithBrokenCountersIsNotToldAsGone(StoreContext c) =>
        MisbehaveAsync(c, async guest =>
        {
            uint consumer = await guest.Domain.Page.LoadAsync(XsInterfacePage.RequestConsumer);
            await guest.Domain.Page.StoreAsync(XsInterfacePage.RequestProducer, consumer + XsInterfacePage.RingSize + 1);
            c.Log.Note($"dom{guest.Id}", "request producer set 1025 ahead of the consumer");
            await guest.Domain.Line.NotifyAsync();
        });

    private static async Task MisbehaveAsync(StoreContext c, Func<StoreGuest, Task> misbehave)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, tools) = (await c.CreateGuestAsync(), await c.ToolStackAsync());
        await c.ExpectOkAsync(guest.Session.WriteAsync("data", "kept"), "WRITE by the guest");
        await misbehave(guest);
        for (int i = 0; i < 5; i++)
        {
            await tools.RoundTripAsync();
        }

        c.ExpectEvents(await witness.Session.SettledEventsAsync(), "for a domain that misbehaves and lives");
        await c.ExpectTextAsync("kept", tools.ReadAsync($"{guest.Home}/data"), "READ of a node of the domain that lives");
        var bystander = await c.CreateGuestAsync();
        await c.ExpectOkAsync(bystander.Session.WriteAsync("data", "v"), "WRITE by another guest");
        await guest.Domain.DestroyAsync();
        c.Log.Note($"dom{guest.Id}", "domain destroyed");
        var told = await witness.Session.NextEventAsync();
        c.Expect(told.Path == DeathWatch.Release, $"an event {DeathWatch.Release} when the domain really died", $"{told}");
        c.ExpectEvents(await witness.Session.SettledEventsAsync(), "besides that one");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync($"{guest.Home}/data"), "READ of a node of the dead domain", "XS-060");
    }
}
