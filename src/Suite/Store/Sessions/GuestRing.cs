using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Suite.Store.Sessions;

/// <summary>
/// The guest's end of a ring as a test needs it: unlike the reference client's it waits for no connection word, throws
/// nothing away, and does nothing on its own, so that a case can put the page into any state before and between.
/// </summary>
internal sealed class GuestRing(ISharedPage page, IEventLine line) : IStoreTransport
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            uint producer = await page.LoadAsync(XsInterfacePage.ResponseProducer);
            uint consumer = await page.LoadAsync(XsInterfacePage.ResponseConsumer);
            uint available = producer - consumer;
            if (available > XsInterfacePage.RingSize)
            {
                throw new IOException($"the response counters are invalid: producer {producer}, consumer {consumer}");
            }

            int offset = (int)(consumer % XsInterfacePage.RingSize);
            int count = Math.Min(Math.Min((int)available, XsInterfacePage.RingSize - offset), buffer.Length);
            if (count > 0)
            {
                await page.CopyOutAsync(XsInterfacePage.Responses + offset, buffer[..count]);
                await page.StoreAsync(XsInterfacePage.ResponseConsumer, consumer + (uint)count);
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
            uint producer = await page.LoadAsync(XsInterfacePage.RequestProducer);
            uint consumer = await page.LoadAsync(XsInterfacePage.RequestConsumer);
            uint used = producer - consumer;
            if (used > XsInterfacePage.RingSize)
            {
                throw new IOException($"the request counters are invalid: producer {producer}, consumer {consumer}");
            }

            int offset = (int)(producer % XsInterfacePage.RingSize);
            int count = Math.Min(Math.Min(XsInterfacePage.RingSize - (int)used, XsInterfacePage.RingSize - offset), bytes.Length);
            if (count == 0)
            {
                await line.WaitAsync(cancellation);
                continue;
            }

            await page.CopyInAsync(XsInterfacePage.Requests + offset, bytes[..count]);
            await page.StoreAsync(XsInterfacePage.RequestProducer, producer + (uint)count);
            await line.NotifyAsync();
            bytes = bytes[count..];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
