using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Tests.Unit.Store;

public sealed class MessageBufferTests
{
    [Theory]
    [Trait("Clause", "XS-015")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4112)]
    [InlineData(100_000)]
    public void Stream_CutAnywhere_GivesTheSameMessages(int chunk)
    {
        int[] lengths = [0, 4096, 1, 0, 0, 4095, 16, 100, 4096, 4096, 3];
        var stream = new MemoryStream();
        foreach (var (length, id) in lengths.Select((length, id) => (length, id)))
        {
            stream.Write(Message((uint)id, (uint)length));
        }

        var buffer = new MessageBuffer();
        var found = new List<(uint Id, int Length)>();
        ReadOnlySpan<byte> rest = stream.ToArray();
        while (!rest.IsEmpty)
        {
            var free = buffer.Free.Span;
            int count = Math.Min(Math.Min(chunk, rest.Length), free.Length);
            Assert.NotEqual(0, count);
            rest[..count].CopyTo(free);
            buffer.Filled(count);
            rest = rest[count..];
            while (buffer.TryTake(out var header, out var payload) == MessageStatus.Whole)
            {
                Assert.Equal(-1, payload.IndexOfAnyExcept((byte)header.RequestId));
                found.Add((header.RequestId, payload.Length));
            }
        }

        Assert.Equal(lengths.Select((length, id) => ((uint)id, length)), found);
        Assert.True(buffer.IsEmpty);
    }

    [Theory]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-130")]
    [InlineData(4097u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFF0u)]
    [InlineData(uint.MaxValue)]
    public void Header_ThatAnnouncesTooMuch_IsOversized_BeforeAnyPayload(uint length)
    {
        var buffer = new MessageBuffer();
        var header = new byte[XsHeader.Size];
        new XsHeader(XsMessageType.Read, 1, 0, length).Write(header);
        header.CopyTo(buffer.Free);
        buffer.Filled(XsHeader.Size - 1);
        Assert.Equal(MessageStatus.Incomplete, buffer.Status);
        buffer.Filled(1);
        Assert.Equal(MessageStatus.Oversized, buffer.TryTake(out _, out var payload));
        Assert.True(payload.IsEmpty);
    }

    [Fact]
    [Trait("Clause", "XS-015")]
    public void EmptyPayload_IsWholeAtOnce()
    {
        var buffer = new MessageBuffer();
        Message(9, 0).CopyTo(buffer.Free);
        buffer.Filled(XsHeader.Size);
        Assert.Equal(MessageStatus.Whole, buffer.TryTake(out var header, out _));
        Assert.Equal(9u, header.RequestId);
    }

    [Fact]
    public void Buffer_RefusesWhatItCannotHold()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageBuffer(MessageBuffer.MessageMax - 1));
        var buffer = new MessageBuffer();
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Filled(MessageBuffer.MessageMax + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Filled(-1));
        buffer.Filled(20);
        buffer.Clear();
        Assert.True(buffer.IsEmpty);
    }

    private static byte[] Message(uint id, uint length)
    {
        var bytes = new byte[XsHeader.Size + length];
        Array.Fill(bytes, (byte)id);
        new XsHeader(XsMessageType.Write, id, 0, length).Write(bytes);
        return bytes;
    }
}
