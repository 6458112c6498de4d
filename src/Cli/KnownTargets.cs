using Conformance.Adapters.SoftwareXen;
using Conformance.Suite.Targets;

namespace Conformance.Cli;

/// <summary>The targets that this program can ask, by name.</summary>
internal static class KnownTargets
{
    public static TargetCatalogue All { get; } = new(
    [
        TargetEntry.Of(new XenStoredTarget()),
        TargetEntry.Of(new OXenStoredTarget()),
    ]);
}
