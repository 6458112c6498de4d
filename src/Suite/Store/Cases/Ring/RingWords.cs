using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>
/// One look at the words of an interface page (XS-003). The words are loaded one after the other while the daemon works:
/// first the ones that it stores last, so that a look which sees a reset completed also sees what the reset did.
/// </summary>
/// <param name="RequestConsumer">Bytes the store has taken.</param>
/// <param name="RequestProducer">Bytes the guest has put.</param>
/// <param name="ResponseConsumer">Bytes the guest has taken.</param>
/// <param name="ResponseProducer">Bytes the store has put.</param>
/// <param name="Features">What the store offers.</param>
/// <param name="Connection">Whether a reset is under way.</param>
/// <param name="Error">Why the store gave up on the ring.</param>
public readonly record struct RingWords(
    uint RequestConsumer,
    uint RequestProducer,
    uint ResponseConsumer,
    uint ResponseProducer,
    XsServerFeatures Features,
    XsConnectionState Connection,
    XsRingError Error)
{
    /// <summary>Request bytes that the store has not taken yet.</summary>
    public uint Requests => RequestProducer - RequestConsumer;

    /// <summary>Response bytes that the guest has not taken yet.</summary>
    public uint Responses => ResponseProducer - ResponseConsumer;

    /// <summary>Loads the words.</summary>
    public static async Task<RingWords> LoadAsync(IGuestDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var page = domain.Page;
        var connection = (XsConnectionState)await page.LoadAsync(XsInterfacePage.Connection);
        var error = (XsRingError)await page.LoadAsync(XsInterfacePage.Error);
        return new RingWords(
            await page.LoadAsync(XsInterfacePage.RequestConsumer),
            await page.LoadAsync(XsInterfacePage.RequestProducer),
            await page.LoadAsync(XsInterfacePage.ResponseConsumer),
            await page.LoadAsync(XsInterfacePage.ResponseProducer),
            (XsServerFeatures)await page.LoadAsync(XsInterfacePage.ServerFeatures),
            connection,
            error);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"req_cons {RequestConsumer}, req_prod {RequestProducer}, rsp_cons {ResponseConsumer}, rsp_prod {ResponseProducer}, "
        + $"server_features {(uint)Features}, connection {(uint)Connection}, error {(uint)Error}";
}
