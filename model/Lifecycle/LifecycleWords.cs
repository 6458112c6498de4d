using Conformance.Model.Checking;
using Conformance.Model.Trace;

namespace Conformance.Model.Lifecycle;

/// <summary>Steps and states of the lifecycle model in words.</summary>
internal static class LifecycleWords
{
    private static readonly string[] DeviceNames = ["first", "second"];

    public static StepText Describe(in LifecycleState before, StepId step, in LifecycleState after)
    {
        string who = LifecycleParticipant.Names[step.Participant];
        string device = DeviceNames[step.Argument & 1];
        var (code, text) = (LifecycleCode)step.Code switch
        {
            LifecycleCode.Ask => (StepCode.Write, $"writes {(Command)step.Argument} to control/shutdown"),
            LifecycleCode.Cancel => ("", "cancels the suspend: the domain goes on"),
            LifecycleCode.Move => ("", "begins the domain anew in a new world"),
            LifecycleCode.Notice => ("", $"notices the end: {before.Reason}"),
            LifecycleCode.Look => (StepCode.TransactionEnd, before.Current == after.Current ? $"reads {before.Node} and leaves it" : $"takes {after.Current} and empties the node"),
            LifecycleCode.Acknowledge => (StepCode.Write, "empties the node"),
            LifecycleCode.Quiesce => ("", "stops what runs"),
            LifecycleCode.Refuse => ("", "refuses to suspend"),
            LifecycleCode.Freeze => ("", $"freezes the {device} device"),
            LifecycleCode.DeviceRefuses => ("", $"hears the {device} device refuse"),
            LifecycleCode.SuspendStore => ("", "suspends its client of the store"),
            LifecycleCode.Mask => ("", "masks interrupts"),
            LifecycleCode.SaveGrants => ("", "saves its grant table"),
            LifecycleCode.Hypercall => (StepCode.DomainShutdown, "asks the hypervisor to suspend it"),
            LifecycleCode.RebuildEvents => ("", "makes its event channels again"),
            LifecycleCode.RebuildGrants => ("", "makes its grant table again"),
            LifecycleCode.Unmask => ("", "unmasks interrupts"),
            LifecycleCode.ReconnectStore => (StepCode.Reset, "connects to the store and registers its watches again"),
            LifecycleCode.CancelStore => ("", "goes on with its client of the store"),
            LifecycleCode.Thaw => ("", $"lets the {device} device go on"),
            LifecycleCode.Resume => ("", $"resumes the {device} device"),
            LifecycleCode.Finish => ("", "lets everything go on"),
            LifecycleCode.StopDevice => ("", $"stops the {device} device"),
            LifecycleCode.Report => (StepCode.DomainShutdown, $"ends: {(Command)step.Argument}"),
            LifecycleCode.Connect => ("", "connects again"),
            LifecycleCode.Submit => (IoStep.Queue, after.Devices[step.Argument].Request == Request.Held ? "is given a request, which waits" : "is given a request"),
            _ => (IoStep.Done, "completes its request"),
        };
        return new StepText(who, code, text);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Describe(in LifecycleState state) =>
    [
        new("control/shutdown", state.Node.ToString()),
        new("in progress", state.Current.ToString()),
        new("guest", $"{state.Place} [{state.Guest}]"),
        new("outcome", state.Outcome.ToString()),
        new("first device", InWords(state.Devices[0])),
        new("second device", InWords(state.Devices[1])),
        new("domain", state.Domain.ToString()),
        new("tool stack", state.Tool.ToString()),
    ];

    private static string InWords(Device device) => $"{device.Place}{(device.IsOld ? " of an old world" : "")}, request {device.Request}";
}
