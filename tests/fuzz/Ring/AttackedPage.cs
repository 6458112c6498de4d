using System.Buffers.Binary;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Fuzz.Ring;

/// <summary>
/// A page that its guest changes between any two steps of the store. It holds the store to the layout: whole words of
/// the page, copies inside one queue, and stores to nothing but the store's own words (XS-003, XS-027).
/// </summary>
internal sealed class AttackedPage(PageAttack attack) : ISharedPage
{
    private static readonly int[] StoreWords =
    [
        XsInterfacePage.RequestConsumer, XsInterfacePage.ResponseProducer, XsInterfacePage.ServerFeatures, XsInterfacePage.Connection, XsInterfacePage.Error,
    ];

    private readonly byte[] _bytes = new byte[XsInterfacePage.Size];
    private int _next;

    /// <summary>Steps of the store so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The error that the store told last, whatever stands in the page now.</summary>
    public uint ToldError { get; private set; }

    /// <summary>The first access that the layout does not allow, or null.</summary>
    public string? Violation { get; private set; }

    public ValueTask<uint> LoadAsync(int offset)
    {
        Step();
        Judge(offset % 4 == 0 && offset is >= XsInterfacePage.RequestConsumer and <= XsInterfacePage.EventChannelPort, $"load of {offset}");
        return new(BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset)));
    }

    public ValueTask StoreAsync(int offset, uint value)
    {
        Step();
        Judge(StoreWords.Contains(offset), $"store to {offset}");
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);
        ToldError = offset == XsInterfacePage.Error ? value : ToldError;
        return default;
    }

    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        Step();
        Judge(offset >= XsInterfacePage.Requests && offset + destination.Length <= XsInterfacePage.Responses, $"copy of {destination.Length} bytes from {offset}");
        _bytes.AsSpan(offset, destination.Length).CopyTo(destination.Span);
        return default;
    }

    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        Step();
        Judge(offset >= XsInterfacePage.Responses && offset + source.Length <= XsInterfacePage.RequestConsumer, $"copy of {source.Length} bytes to {offset}");
        source.Span.CopyTo(_bytes.AsSpan(offset));
        return default;
    }

    private void Step()
    {
        for (; _next < attack.Writes.Count && attack.Writes[_next].Step <= Steps; _next++)
        {
            var write = attack.Writes[_next];
            if (write.IsWord)
            {
                var word = _bytes.AsSpan(write.Offset, 4);
                BinaryPrimitives.WriteUInt32LittleEndian(word, write.Value + (write.Adds ? BinaryPrimitives.ReadUInt32LittleEndian(word) : 0));
            }
            else
            {
                _bytes[write.Offset] = (byte)(write.Value + (write.Adds ? _bytes[write.Offset] : 0));
            }
        }

        Steps++;
    }

    private void Judge(bool isAllowed, string access) => Violation ??= isAllowed ? null : access;
}
