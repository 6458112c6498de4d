using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Control;

/// <summary>
/// A suspend from the kernel's side: everything is stopped in one order, and goes on in the other (CT-010). Runs on a fiber
/// that nobody needs meanwhile (CT-009).
/// </summary>
internal sealed class SuspendSequence(IPlatform platform, ControlSettings settings, IReadOnlyList<DeviceBus> buses, ConnectionPath path)
{
    private const string Guest = "the guest";

    internal async ValueTask<SuspendOutcome> RunAsync()
    {
        if (!await TryAsync(ControlStep.Freeze, settings.Freeze ?? (static () => new ValueTask<bool>(true))))
        {
            return SuspendOutcome.Refused;
        }

        var outcome = SuspendOutcome.Refused;
        if (await TryAsync(ControlStep.SuspendDevices, SuspendDevicesAsync))
        {
            outcome = await StandStillAsync() ? SuspendOutcome.Moved : SuspendOutcome.Cancelled;
        }

        await TakeAsync(ControlStep.Thaw, settings.Thaw ?? (static () => default));
        return outcome;
    }

    /// <summary>One bus after the other; when one refuses, those before it go on (CT-011).</summary>
    private async ValueTask<bool> SuspendDevicesAsync()
    {
        for (int i = 0; i < buses.Count; i++)
        {
            if (!await buses[i].SuspendAsync())
            {
                await CancelDevicesAsync(i);
                return false;
            }
        }

        return true;
    }

    /// <summary>From the last request to the store to the first device that goes on.</summary>
    /// <returns>Whether the world is a new one.</returns>
    private async ValueTask<bool> StandStillAsync()
    {
        await TakeAsync(ControlStep.SuspendStore, platform.SuspendStoreAsync);
        await TakeAsync(ControlStep.MaskInterrupts, platform.MaskInterruptsAsync);
        await TakeAsync(ControlStep.SaveGrants, platform.SaveGrantsAsync);
        bool isNewWorld = false;
        await TakeAsync(ControlStep.Suspend, async () => isNewWorld = await platform.SuspendAsync());
        if (isNewWorld)
        {
            await TakeAsync(ControlStep.RebuildSharedInfo, platform.RebuildSharedInfoAsync);
            await TakeAsync(ControlStep.RebuildEvents, platform.RebuildEventsAsync);
            await TakeAsync(ControlStep.RebuildGrants, platform.RebuildGrantsAsync);
            await TakeAsync(ControlStep.FindConsole, platform.FindConsoleAsync);
            await TakeAsync(ControlStep.SetClock, platform.SetClockAsync);
        }

        await TakeAsync(ControlStep.UnmaskInterrupts, platform.UnmaskInterruptsAsync);
        if (isNewWorld)
        {
            await TakeAsync(ControlStep.ReconnectStore, platform.ReconnectStoreAsync);
            await TakeAsync(ControlStep.ResumeDevices, ResumeDevices);
        }
        else
        {
            await TakeAsync(ControlStep.CancelStore, platform.CancelStoreSuspendAsync);
            await CancelDevicesAsync(buses.Count);
        }

        return isNewWorld;
    }

    private ValueTask ResumeDevices()
    {
        foreach (var bus in buses)
        {
            bus.Resume();
        }

        return default;
    }

    private ValueTask CancelDevicesAsync(int count) => TakeAsync(ControlStep.CancelDevices, async () =>
    {
        for (int i = count - 1; i >= 0; i--)
        {
            await buses[i].CancelSuspendAsync();
        }
    });

    private ValueTask TakeAsync(string step, Func<ValueTask> body) => path.TakeAsync(step, Guest, body);

    /// <summary>Takes a step that may refuse the suspend; one that fails by plan refuses it too.</summary>
    private async ValueTask<bool> TryAsync(string step, Func<ValueTask<bool>> body)
    {
        bool isWilling = true;
        try
        {
            await TakeAsync(step, async () => isWilling = await body());
        }
        catch (DeviceFailure)
        {
            return false;
        }

        return isWilling;
    }
}
