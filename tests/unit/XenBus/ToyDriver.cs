using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.XenBus;

/// <summary>A driver without rings: it walks the states and notes what the bus asks of it.</summary>
internal sealed class ToyDriver(bool isFront) : IDeviceDriver
{
    public string Type => "toy";

    public List<ToyDevice> Devices { get; } = [];

    /// <summary>Fails the attach of the devices with these names.</summary>
    public HashSet<string> Failing { get; } = [];

    /// <summary>Leaves the devices with these names alone.</summary>
    public HashSet<string> Foreign { get; } = [];

    public ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        if (Foreign.Contains(device.Name))
        {
            return new((IDeviceInstance?)null);
        }

        var toy = new ToyDevice(this, device, isFront);
        Devices.Add(toy);
        return new(toy);
    }
}

internal sealed class ToyDevice(ToyDriver driver, XenBusDevice device, bool isFront) : IDeviceInstance
{
    public XenBusDevice Device => device;

    public List<string> Calls { get; } = [];

    public bool AgreesToSuspend { get; set; } = true;

    public async ValueTask AttachAsync()
    {
        Calls.Add("attach");
        if (driver.Failing.Contains(device.Name))
        {
            throw new DeviceFailure(Errno.ENOMEM, "no room for a toy");
        }

        if (!isFront)
        {
            await device.SwitchStateAsync(XenbusState.InitWait);
        }
    }

    public async ValueTask PeerChangedAsync(XenbusState peer)
    {
        Calls.Add($"peer {peer}");
        switch (peer)
        {
            case XenbusState.InitWait when isFront && device.State == XenbusState.Initialising:
                await device.SwitchStateAsync(XenbusState.Initialised);
                break;
            case XenbusState.Initialised or XenbusState.Connected when !isFront && device.State is XenbusState.InitWait:
                await device.SwitchStateAsync(XenbusState.Connected);
                break;
            case XenbusState.Connected when isFront && device.State == XenbusState.Initialised:
                await device.SwitchStateAsync(XenbusState.Connected);
                break;
            case XenbusState.Closing when isFront && device.State is not (XenbusState.Closed or XenbusState.Initialising):
                await device.SwitchStateAsync(XenbusState.Closing);
                await device.CloseAsync(isPeerGone: false);
                break;
            case XenbusState.Closing when !isFront:
                await device.SwitchStateAsync(XenbusState.Closing);
                break;
            case XenbusState.Closed or XenbusState.Unknown when device.State is not (XenbusState.Closed or XenbusState.Initialising):
                await device.CloseAsync(isPeerGone: peer == XenbusState.Unknown);
                break;
        }
    }

    public ValueTask CloseAsync() => Note("close");

    public ValueTask DisconnectAsync(bool isPeerGone) => Note("disconnect");

    public ValueTask DetachAsync() => Note("detach");

    public ValueTask<bool> SuspendAsync()
    {
        Calls.Add("suspend");
        return new(AgreesToSuspend);
    }

    public ValueTask CancelSuspendAsync() => Note("cancel");

    public ValueTask ResumeAsync() => Note("resume");

    private ValueTask Note(string call)
    {
        Calls.Add(call);
        return ValueTask.CompletedTask;
    }
}
