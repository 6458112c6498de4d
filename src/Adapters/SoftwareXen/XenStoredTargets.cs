using Conformance.Suite.Targets;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A real store daemon under software Xen: every world is a process of its own.</summary>
public abstract class SoftwareXenStoreTarget : IStoreTarget
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public bool HasGuests => true;

    /// <inheritdoc/>
    public bool IsFresh => true;

    /// <inheritdoc/>
    public Availability Probe()
    {
        SoftwareXenRequirements found = SoftwareXenRequirements.Check(Name);
        return found.IsMet
            ? new Availability(true, $"{Name} of Xen {found.XenVersion} ({found.ProgramPath}), unmodified, under software Xen")
            : new Availability(false, string.Join(' ', found.Missing));
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreWorld> StartAsync(CancellationToken cancellation)
    {
        SoftwareXenRequirements found = SoftwareXenRequirements.Check(Name);
        return found.IsMet
            ? await SoftwareXenWorld.StartAsync(directory => Launch(directory, found.ProgramPath!), cancellation)
            : throw new IOException(string.Join(' ', found.Missing));
    }

    /// <summary>Starts the process.</summary>
    private protected abstract StoreDaemonProcess Launch(InstanceDirectory directory, string program);
}

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
