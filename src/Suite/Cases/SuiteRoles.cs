using Conformance.Suite.Block;
using Conformance.Suite.Control;
using Conformance.Suite.Platform;
using Conformance.Suite.Store;
using Conformance.Suite.StoreClient;

namespace Conformance.Suite.Cases;

/// <summary>The roles that this build has cases for.</summary>
public static class SuiteRoles
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ICaseRole> All { get; } = 
    [
        new StoreRole(), new StoreClientRole(), new PlatformRole(), new BackRole(), new FrontRole(), new PairRole(), new ControlRole(),
    ];
}
