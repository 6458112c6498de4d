namespace Conformance.Model.Protocol.Control;

/// <summary>The nodes below a domain's home through which a tool stack and a guest's kernel talk (xenstore-paths).</summary>
public static class ControlNodes
{
    /// <summary>A command for the guest; the guest empties it (CT-001, CT-003).</summary>
    public const string Shutdown = "control/shutdown";

    /// <summary>A key for the guest's kernel; the guest empties it (CT-008).</summary>
    public const string SysRq = "control/sysrq";

    /// <summary>1 when the guest acts on poweroff and halt (CT-006).</summary>
    public const string FeaturePowerOff = "control/feature-poweroff";

    /// <summary>1 when the guest acts on reboot (CT-006).</summary>
    public const string FeatureReboot = "control/feature-reboot";

    /// <summary>1 when the guest acts on suspend (CT-006).</summary>
    public const string FeatureSuspend = "control/feature-suspend";

    /// <summary>A port of the guest's whose event asks for a suspend (CT-014).</summary>
    public const string SuspendEventChannel = "device/suspend/event-channel";

    /// <summary>How much memory the guest is to have, in KiB.</summary>
    public const string MemoryTarget = "memory/target";
}
