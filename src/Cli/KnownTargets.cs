using Conformance.Adapters;
using Conformance.Adapters.Sockets;
using Conformance.Suite.Targets;

namespace Conformance.Cli;

/// <summary>The targets that this program can ask, by name.</summary>
internal static class KnownTargets
{
    public static TargetDirectory All { get; } = new(
    [
        .. TargetCatalogue.All.Select(TargetEntry.Of),
        new TargetEntry(SocketTarget.Prefix.TrimEnd(':'), "PATH", "any XenStore daemon that listens at a Unix socket", path => new SocketTarget(path)),
    ]);
}
