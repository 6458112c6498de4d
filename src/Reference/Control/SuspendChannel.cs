using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Control;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Control;

/// <summary>The port through which a tool stack may ask for a suspend without the store (CT-014). Nobody must have it.</summary>
internal sealed class SuspendChannel(IDomain domain, Action asked)
{
    /// <summary>Makes a port and tells of it; where that is not allowed there is none.</summary>
    internal async ValueTask OfferAsync()
    {
        var result = await domain.Events.AllocateUnboundAsync(DomainId.Zero);
        if (result.Channel is not { } channel)
        {
            return;
        }

        try
        {
            await domain.Store.WriteTextAsync(ControlNodes.SuspendEventChannel, $"{channel.Port}");
        }
        catch (StoreException)
        {
            await channel.CloseAsync();
            return;
        }

        domain.Fibers.Start("control suspend port", () => ServeAsync(channel));
    }

    private async ValueTask ServeAsync(IEventChannel channel)
    {
        while (await channel.WaitAsync())
        {
            asked();
        }
    }
}
