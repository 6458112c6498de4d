using Conformance.Adapters.Embedded;
using Conformance.Adapters.Sockets;
using Conformance.Adapters.SoftwareXen;
using Conformance.Suite.Targets;

namespace Conformance.Adapters;

/// <summary>All targets this build knows, the default first.</summary>
public static class TargetCatalogue
{
    /// <summary>The unmodified daemons under software Xen.</summary>
    public static IReadOnlyList<SoftwareXenStoreTarget> RealDaemons { get; } = [new XenStoredTarget(), new OXenStoredTarget()];

    /// <summary>All of them, by name.</summary>
    public static TargetDirectory All { get; } = new(
    [
        TargetEntry.Of(new ReferenceTarget()),
        .. RealDaemons.Select(TargetEntry.Of),
        new TargetEntry(SocketTarget.Scheme, "PATH", "any XenStore daemon that listens at a Unix socket", path => new SocketTarget(path)),
    ]);
}
