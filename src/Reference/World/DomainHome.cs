using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.World;

/// <summary>A domain's home in the store, as a tool stack makes it: readable by the domain, with what is its own to write.</summary>
internal static class DomainHome
{
    private static readonly string[] Own =
    [
        "device", "backend", "error", "data", ControlNodes.Shutdown, ControlNodes.SysRq,
        ControlNodes.FeaturePowerOff, ControlNodes.FeatureReboot, ControlNodes.FeatureSuspend,
    ];

    /// <summary>Makes it anew; nothing of an earlier one stays.</summary>
    internal static ValueTask MakeAsync(IStoreClient control, DomainId domain) => control.InTransactionAsync(async transaction =>
    {
        string home = $"/local/domain/{domain}";
        await control.MakeDirectoryAsync(home, transaction);
        await control.RemoveAsync(home, transaction);
        await control.MakeDirectoryAsync(home, transaction);
        await control.SetPermissionsAsync(home, [new XsPermission(DomainId.Zero, XsAccess.None), new XsPermission(domain, XsAccess.Read)], transaction);
        foreach (string own in Own)
        {
            await control.WriteAsync($"{home}/{own}", ReadOnlyMemory<byte>.Empty, transaction);
            await control.SetPermissionsAsync($"{home}/{own}", [new XsPermission(domain, XsAccess.None)], transaction);
        }
    });
}
