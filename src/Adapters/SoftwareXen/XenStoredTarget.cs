namespace Conformance.Adapters.SoftwareXen;

/// <summary>C xenstored.</summary>
public sealed class XenStoredTarget : SoftwareXenStoreTarget
{
    /// <inheritdoc/>
    public override string Name => XenStoredProcess.ProgramName;

    /// <inheritdoc/>
    public override string Description => "C xenstored of this machine's Xen package, unmodified, with its default settings";

    private protected override StoreDaemonProcess Launch(InstanceDirectory directory, string program) =>
        new XenStoredProcess(directory, program);
}
