using System.Globalization;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>
/// The store's end of a ring. When it finds nothing to do it sleeps until it is signalled, as a real store does, so a client
/// that leaves it asleep is not served; and it signals each of its own updates.
/// </summary>
internal sealed class ServerRing(ISharedPage page, IEventLine line) : IStoreEnd
{
    private bool waitsForRoom;

    public async ValueTask<bool> HasBytesAsync() => await FilledAsync(XsInterfacePage.RequestProducer, XsInterfacePage.RequestConsumer) > 0;

    public async ValueTask<string?> FindLostSignalAsync()
    {
        uint requests = await FilledAsync(XsInterfacePage.RequestProducer, XsInterfacePage.RequestConsumer);
        uint responses = await FilledAsync(XsInterfacePage.ResponseProducer, XsInterfacePage.ResponseConsumer);
        return requests > 0 ? string.Create(CultureInfo.InvariantCulture, $"{requests} request bytes lie in the ring without a signal")
            : waitsForRoom && responses < XsInterfacePage.RingSize ? "there is room for responses again without a signal"
            : null;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            uint filled = await FilledAsync(XsInterfacePage.RequestProducer, XsInterfacePage.RequestConsumer);
            uint consumer = await page.LoadAsync(XsInterfacePage.RequestConsumer);
            int offset = (int)(consumer % XsInterfacePage.RingSize);
            int count = Math.Min(Math.Min((int)filled, XsInterfacePage.RingSize - offset), buffer.Length);
            if (count > 0)
            {
                await page.CopyOutAsync(XsInterfacePage.Requests + offset, buffer[..count]);
                await page.StoreAsync(XsInterfacePage.RequestConsumer, consumer + (uint)count);
                await line.NotifyAsync();
                return count;
            }

            await line.WaitAsync(cancellation);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            uint filled = await FilledAsync(XsInterfacePage.ResponseProducer, XsInterfacePage.ResponseConsumer);
            uint producer = await page.LoadAsync(XsInterfacePage.ResponseProducer);
            int offset = (int)(producer % XsInterfacePage.RingSize);
            int count = Math.Min(Math.Min(XsInterfacePage.RingSize - (int)filled, XsInterfacePage.RingSize - offset), bytes.Length);
            if (count == 0)
            {
                waitsForRoom = true;
                await line.WaitAsync(cancellation);
                waitsForRoom = false;
                continue;
            }

            await page.CopyInAsync(XsInterfacePage.Responses + offset, bytes[..count]);
            await page.StoreAsync(XsInterfacePage.ResponseProducer, producer + (uint)count);
            await line.NotifyAsync();
            bytes = bytes[count..];
        }
    }

    public ValueTask DisposeAsync() => default;

    private async ValueTask<uint> FilledAsync(int producerWord, int consumerWord)
    {
        uint producer = await page.LoadAsync(producerWord);
        uint consumer = await page.LoadAsync(consumerWord);
        uint filled = producer - consumer;
        return filled <= XsInterfacePage.RingSize ? filled : throw CaseOutcome.Fail(new("XS", 5), Blame.Client, string.Create(
            CultureInfo.InvariantCulture,
            $"expected at most {XsInterfacePage.RingSize} bytes in a queue; came the counters {producer} (producer, word {producerWord}) and {consumer} (consumer, word {consumerWord})"));
    }
}
