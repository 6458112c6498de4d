using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Control;

/// <summary>
/// A suspend from the kernel's side: everything is stopped in one order, and goes on in the other (CT-010). Runs on a fiber
/// that nobody needs meanwhile (CT-009).
/// </summary>
internal sealed class SuspendSequence(IPlatform platform, ControlSettings settings, IReadOnlyList<DeviceBus> buses)
{
    internal async ValueTask<SuspendOutcome> RunAsync()
    {
        if (settings.Freeze is { } freeze && !await freeze())
        {
            return SuspendOutcome.Refused;
        }

        var outcome = SuspendOutcome.Refused;
        if (await SuspendDevicesAsync())
        {
            outcome = await StandStillAsync() ? SuspendOutcome.Moved : SuspendOutcome.Cancelled;
        }

        if (settings.Thaw is { } thaw)
        {
            await thaw();
        }

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
        await platform.SuspendStoreAsync();
        await platform.MaskInterruptsAsync();
        await platform.SaveGrantsAsync();
        bool isNewWorld = await platform.SuspendAsync();
        if (isNewWorld)
        {
            await platform.RebuildEventsAsync();
            await platform.RebuildGrantsAsync();
        }

        await platform.UnmaskInterruptsAsync();
        if (isNewWorld)
        {
            await platform.ReconnectStoreAsync();
            foreach (var bus in buses)
            {
                bus.Resume();
            }
        }
        else
        {
            await platform.CancelStoreSuspendAsync();
            await CancelDevicesAsync(buses.Count);
        }

        return isNewWorld;
    }

    private async ValueTask CancelDevicesAsync(int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            await buses[i].CancelSuspendAsync();
        }
    }
}
