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
