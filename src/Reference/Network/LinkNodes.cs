using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Network;

/// <summary>Nodes of a network device's own directory.</summary>
internal static class LinkNodes
{
    /// <summary>Writes nodes and removes others in one transaction, unless the directory is gone (XB-007).</summary>
    /// <returns>False when it is.</returns>
    internal static ValueTask<bool> TryPublishAsync(XenBusDevice device, IReadOnlyList<(string Name, string? Value)> nodes)
    {
        var store = device.Domain.Store;
        return store.InTransactionAsync(async transaction =>
        {
            if (await store.FindAsync($"{device.Node}/state", transaction) is null)
            {
                return false;
            }

            foreach (var (name, value) in nodes)
            {
                if (value is not null)
                {
                    await store.WriteAsync($"{device.Node}/{name}", Encoding.ASCII.GetBytes(value), transaction);
                }
                else if (await store.FindAsync($"{device.Node}/{name}", transaction) is not null)
                {
                    await store.RemoveAsync($"{device.Node}/{name}", transaction);
                }
            }

            return true;
        });
    }

    /// <summary>Whether the peer offers or asks for something: absent or garbage is no.</summary>
    internal static async ValueTask<bool> IsOfferedByPeerAsync(XenBusDevice device, string feature) =>
        await device.Domain.Store.FindAsync($"{device.PeerNode}/{feature}") is { } text && XsNumber.TryParse(text, 1, out ulong value) && value == 1;
}
