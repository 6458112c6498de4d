using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Backpressure;

/// <summary>
/// The guest's end of a ring that puts requests of one size again and again, as many as there is room for, without
/// taking any reply. Its request ids count from 0. Replies can be read through the guest's session, while nothing is put.
/// </summary>
internal sealed class BusyRing
{
    private readonly StoreContext c;
    private readonly IGuestDomain domain;
    private readonly XsMessageType type;
    private readonly Func<int, byte[]> payloadOf;
    private readonly uint first;

    private BusyRing(StoreContext c, IGuestDomain domain, XsMessageType type, Func<int, byte[]> payloadOf, uint first)
    {
        this.c = c;
        this.domain = domain;
        this.type = type;
        this.payloadOf = payloadOf;
        Size = XsHeader.Size + payloadOf(0).Length;
        this.first = first;
    }

    /// <summary>Requests put so far.</summary>
    public int Put { get; private set; }

    private int Size { get; }

    /// <summary>Begins at the place where the guest's queue is now; it must be empty.</summary>
    public static Task<BusyRing> StartAsync(StoreContext c, IGuestDomain domain, XsMessageType type, byte[] payload) =>
        StartAsync(c, domain, type, _ => payload);

    /// <summary>The same with payloads that differ from request to request, and are equally long.</summary>
    public static async Task<BusyRing> StartAsync(StoreContext c, IGuestDomain domain, XsMessageType type, Func<int, byte[]> payloadOf)
    {
        uint producer = await domain.Page.LoadAsync(XsInterfacePage.RequestProducer);
        return new BusyRing(c, domain, type, payloadOf, producer);
    }

    /// <summary>Puts whole requests while there is room, at most so many.</summary>
    /// <returns>How many were put.</returns>
    public async Task<int> PutAsync(int most = int.MaxValue)
    {
        int put = 0;
        uint producer = await domain.Page.LoadAsync(XsInterfacePage.RequestProducer);
        while (put < most)
        {
            uint used = producer - await domain.Page.LoadAsync(XsInterfacePage.RequestConsumer);
            c.Expect("XS-005", used <= XsInterfacePage.RingSize, $"at most {XsInterfacePage.RingSize} bytes in the queue", $"{used}");
            if (XsInterfacePage.RingSize - used < Size)
            {
                break;
            }

            await CopyAsync(producer, Put + put);
            producer += (uint)Size;
            put++;
        }

        if (put > 0)
        {
            await domain.Page.StoreAsync(XsInterfacePage.RequestProducer, producer);
            await domain.Line.NotifyAsync();
        }

        Put += put;
        return put;
    }

    /// <summary>Whole requests that the store has taken so far.</summary>
    public async Task<int> TakenAsync() =>
        (int)(await domain.Page.LoadAsync(XsInterfacePage.RequestConsumer) - first) / Size;

    /// <summary>Throws away all that the store has put for the guest.</summary>
    public async Task DiscardRepliesAsync()
    {
        uint producer = await domain.Page.LoadAsync(XsInterfacePage.ResponseProducer);
        if (producer != await domain.Page.LoadAsync(XsInterfacePage.ResponseConsumer))
        {
            await domain.Page.StoreAsync(XsInterfacePage.ResponseConsumer, producer);
            await domain.Line.NotifyAsync();
        }
    }

    /// <summary>
    /// Puts requests until the store has stopped taking them, shown by many round trips of another connection during
    /// which it took none, or until it has taken more than <paramref name="most"/>.
    /// </summary>
    /// <returns>How many requests it has taken.</returns>
    public async Task<int> PutUntilStoppedAsync(int most)
    {
        var tools = await c.ToolStackAsync();
        int taken = 0;
        for (int idle = 0; idle < 50 && taken <= most; idle++)
        {
            int put = await PutAsync();
            await tools.RoundTripAsync();
            int now = await TakenAsync();
            idle = put > 0 || now != taken ? 0 : idle;
            taken = now;
        }

        c.Log.Note($"dom{domain.Id}", $"put {Put} requests; the store took {taken}");
        return taken;
    }

    private async Task CopyAsync(uint producer, int request)
    {
        byte[] payload = payloadOf(request);
        byte[] message = StorePayload.Message(type, (uint)request, payload);
        c.Log.Add($"dom{domain.Id}", WireDirection.Sent, XsHeader.Read(message), payload);
        int offset = (int)(producer % XsInterfacePage.RingSize);
        int whole = Math.Min(Size, XsInterfacePage.RingSize - offset);
        await domain.Page.CopyInAsync(XsInterfacePage.Requests + offset, message.AsMemory(0, whole));
        if (whole < Size)
        {
            await domain.Page.CopyInAsync(XsInterfacePage.Requests, message.AsMemory(whole));
        }
    }
}
