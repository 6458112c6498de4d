using Conformance.Model.Protocol.Control;
using Conformance.Reference.Control;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Control.Cases;

/// <summary>A guest without devices that stands still and goes on.</summary>
public static class SuspendCases
{
    /// <summary>A cancelled suspend leaves the guest running where it was; the next suspend is noticed again once the store was told.</summary>
    [Case("CT-012", "CT-016", "XS-142")]
    public static async Task CancelledSuspendLeavesTheGuestRunning(ControlContext c)
    {
        var control = await c.StartControlAsync();
        for (int i = 1; i <= 3; i++)
        {
            c.Expect("CT-012", await c.Commands.SuspendAsync(c.Guest), "a guest that stands still", "it runs on");
            await c.Commands.ResumeAsync(c.Guest);
            await c.SettleAsync();
            c.Expect("CT-012", control.Suspends == i && control.LastSuspend == SuspendOutcome.Cancelled, $"cancelled suspend {i}", $"{control.Suspends} {control.LastSuspend}");
        }

        c.Expect("CT-016", await c.Commands.AskAsync(c.Guest, ShutdownCommand.PowerOff) && await c.Commands.WaitForShutdownAsync(c.Guest) == ShutdownReason.PowerOff, "an end that is noticed", "it is not");
    }

    /// <summary>A guest that moved obeys on the new host as on the old.</summary>
    [Case("CT-013", "XS-141", "CT-006")]
    public static async Task GuestThatMovedObeysAsBefore(ControlContext c)
    {
        var control = await c.StartControlAsync();
        for (int i = 1; i <= 2; i++)
        {
            c.Expect("CT-013", await c.Commands.SuspendAsync(c.Guest), "a guest that stands still", "it runs on");
            var time = DateTimeOffset.UnixEpoch.AddDays(20_000 * i).AddMilliseconds(i);
            await c.World.SetWallClockAsync(time);
            await c.Commands.RestoreAsync(c.Guest, []);
            await c.SettleAsync();
            c.Expect("CT-013", control.Suspends == i && control.LastSuspend == SuspendOutcome.Moved, $"move {i}", $"{control.Suspends} {control.LastSuspend}");
            c.Expect("CT-013", c.Guest.WallClock == time, $"the new host's wall clock {time:O}", $"{c.Guest.WallClock:O}");
            c.Expect("CT-013", c.Guest.Console.IsPresent && c.Guest.Console == c.Guest.Machine.ConsolePage, "the new host's console page", "that of the host before");
        }

        c.Expect("CT-006", await c.ReadAsync($"/local/domain/{c.Guest.Id}/{ControlNodes.FeatureSuspend}") == "1", "features said anew", "they are not");
        c.Expect("XS-141", await c.Commands.AskAsync(c.Guest, ShutdownCommand.Reboot) && await c.Commands.WaitForShutdownAsync(c.Guest) == ShutdownReason.Reboot, "a command obeyed on the new host", "it is not");
    }

    /// <summary>An operating system that does not want to stand still refuses, and everything runs on.</summary>
    [Case("CT-010", "CT-011")]
    public static async Task RefusedSuspendChangesNothing(ControlContext c)
    {
        bool isWilling = false;
        int thawed = 0;
        var control = await c.StartControlAsync(new ControlSettings
        {
            Freeze = () => new ValueTask<bool>(isWilling),
            Thaw = () =>
            {
                thawed++;
                return default;
            },
        });
        c.Expect("CT-011", !await c.Commands.SuspendAsync(c.Guest), "a guest that runs on", "it stands still");
        c.Expect("CT-011", control.LastSuspend == SuspendOutcome.Refused && await c.World.FindShutdownAsync(c.Guest) is null, "a refusal", $"{control.LastSuspend}");
        isWilling = true;
        c.Expect("CT-010", await c.Commands.SuspendAsync(c.Guest), "a guest that stands still when it wants to", "it runs on");
        await c.Commands.ResumeAsync(c.Guest);
        await c.SettleAsync();
        c.Expect("CT-010", thawed == 1, "what was frozen to go on, once", $"{thawed} times");
    }

    /// <summary>A suspend asked for through the port is the same as one through the node.</summary>
    [Case("CT-014")]
    public static async Task PortAsksForASuspendAsTheNodeDoes(ControlContext c)
    {
        await c.Store.WriteAsync($"/local/domain/{c.Guest.Id}/device/suspend", ReadOnlyMemory<byte>.Empty);
        var control = await c.StartControlAsync(new ControlSettings { OffersSuspendChannel = true });
        await c.SettleAsync();
        bool isOffered = await c.ReadAsync($"/local/domain/{c.Guest.Id}/{ControlNodes.SuspendEventChannel}") is not null;
        for (int i = 1; i <= 2; i++)
        {
            c.Expect("CT-014", await c.Commands.SuspendAsync(c.Guest), "a guest that stands still", "it runs on");
            await c.Commands.ResumeAsync(c.Guest);
            await c.SettleAsync();
        }

        c.Expect("CT-014", control.Suspends == 2 && isOffered, "two suspends through an offered port", $"{control.Suspends}, port {(isOffered ? "offered" : "not offered")}");
    }
}
