using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>The state in which a client finds its interface page; by default as a fresh page of zeros.</summary>
public sealed record RingPlan
{
    /// <summary>Both counters of the request queue, which is empty.</summary>
    public uint RequestCounter { get; init; }

    /// <summary>The counter of response bytes taken, and of those put but for <see cref="Stale"/>.</summary>
    public uint ResponseCounter { get; init; }

    /// <summary>What lies in the response queue from a former user of the page.</summary>
    public ReadOnlyMemory<byte> Stale { get; init; }

    /// <summary>What every other byte of both queues holds.</summary>
    public byte Fill { get; init; }

    /// <summary>The word server_features.</summary>
    public uint Features { get; init; }

    /// <summary>The word connection.</summary>
    public XsConnectionState Connection { get; init; }

    internal async Task ApplyAsync(ISharedPage page)
    {
        byte[] queue = new byte[XsInterfacePage.RingSize];
        Array.Fill(queue, Fill);
        await page.CopyInAsync(XsInterfacePage.Requests, queue);
        for (int i = 0; i < Stale.Length; i++)
        {
            queue[(ResponseCounter + (uint)i) % XsInterfacePage.RingSize] = Stale.Span[i];
        }

        await page.CopyInAsync(XsInterfacePage.Responses, queue);
        await page.StoreAsync(XsInterfacePage.RequestProducer, RequestCounter);
        await page.StoreAsync(XsInterfacePage.RequestConsumer, RequestCounter);
        await page.StoreAsync(XsInterfacePage.ResponseConsumer, ResponseCounter);
        await page.StoreAsync(XsInterfacePage.ResponseProducer, ResponseCounter + (uint)Stale.Length);
        await page.StoreAsync(XsInterfacePage.ServerFeatures, Features);
        await page.StoreAsync(XsInterfacePage.Connection, (uint)Connection);
    }
}
