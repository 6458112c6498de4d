namespace Conformance.Adapters.SoftwareXen;

/// <summary>oxenstored.</summary>
public sealed class OXenStoredTarget : SoftwareXenStoreTarget
{
    /// <inheritdoc/>
    public override string Name => OXenStoredProcess.ProgramName;

    /// <inheritdoc/>
    public override string Description => "oxenstored of this machine's Xen package, unmodified, with Debian's configuration";

    private protected override StoreDaemonProcess Launch(InstanceDirectory directory, string program) =>
        new OXenStoredProcess(directory, program);
}
