using Conformance.Adapters.Embedded;
using Conformance.Adapters.Sockets;
using Conformance.Adapters.SoftwareXen;
using Conformance.Suite.Targets;

namespace Conformance.Adapters;

/// <summary>All targets this build knows, by name.</summary>
public static class TargetCatalogue
{
    /// <summary>Those with a fixed name, the default first.</summary>
    public static IReadOnlyList<ITarget> All { get; } = [new ReferenceTarget(), new XenStoredTarget(), new OXenStoredTarget()];

    /// <summary>How the names read that carry a parameter, for help and completion.</summary>
    public static IReadOnlyList<string> Patterns { get; } = [SocketTarget.Prefix + "PATH"];

    /// <summary>The target of that name, or null.</summary>
    public static ITarget? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(SocketTarget.Prefix, StringComparison.Ordinal) && name.Length > SocketTarget.Prefix.Length
            ? new SocketTarget(name[SocketTarget.Prefix.Length..])
            : All.FirstOrDefault(target => target.Name == name);
    }
}
