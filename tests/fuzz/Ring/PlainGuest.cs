using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>A guest's end of a ring that does what the specification says, without waiting.</summary>
internal sealed class PlainGuest(ISharedPage page)
{
    private readonly List<byte> _received = [];

    public byte[] Received => [.. _received];

    /// <summary>Puts what fits into the request queue; the number of bytes.</summary>
    public int Put(ReadOnlyMemory<byte> bytes)
    {
        uint producer = Load(XsInterfacePage.RequestProducer);
        int room = XsInterfacePage.RingSize - (int)(producer - Load(XsInterfacePage.RequestConsumer));
        int offset = (int)(producer % XsInterfacePage.RingSize);
        int count = Math.Min(Math.Min(room, bytes.Length), XsInterfacePage.RingSize - offset);
        RingStore.Run(page.CopyInAsync(XsInterfacePage.Requests + offset, bytes[..count]));
        RingStore.Run(page.StoreAsync(XsInterfacePage.RequestProducer, producer + (uint)count));
        return count;
    }

    /// <summary>Puts bytes for which there is room.</summary>
    public void PutAll(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Put(bytes)..];
        }
    }

    /// <summary>Takes all that lies in the response queue.</summary>
    public void Take()
    {
        uint consumer = Load(XsInterfacePage.ResponseConsumer);
        for (uint producer = Load(XsInterfacePage.ResponseProducer); consumer != producer; consumer++)
        {
            var one = new byte[1];
            RingStore.Run(page.CopyOutAsync(XsInterfacePage.Responses + (int)(consumer % XsInterfacePage.RingSize), one));
            _received.Add(one[0]);
        }

        RingStore.Run(page.StoreAsync(XsInterfacePage.ResponseConsumer, consumer));
    }

    public uint Load(int offset) => RingStore.Run(page.LoadAsync(offset));
}
