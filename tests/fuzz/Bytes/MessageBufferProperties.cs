using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Bytes;

/// <summary>The parser of messages, on any bytes cut anywhere.</summary>
public class MessageBufferProperties
{
    /// <summary>What the runtime may take for itself while a stream is parsed; far less than any announced length.</summary>
    private const long Slack = 16 * 1024;

    [Fuzz(1500)]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-015")]
    public Property Parser_FindsTheMessagesOfTheWholeStream_WhereverItIsCut() =>
        Prop.ForAll(CutStream.Any, stream => RandomInput.Check(() => FindWrong(stream)));

    internal static string? FindWrong(CutStream stream)
    {
        var buffer = new MessageBuffer();
        var pieces = stream.Cut().ToArray();
        var found = new List<(XsHeader Header, byte[] Payload)>(100_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long copied = 0;
        var status = MessageStatus.Incomplete;
        foreach (var piece in pieces)
        {
            status = Feed(buffer, piece, found, ref copied);
        }

        if (GC.GetAllocatedBytesForCurrentThread() - before > copied + Slack)
        {
            return $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes were allocated for {stream.Bytes.Length} bytes";
        }

        var (messages, isOversized) = stream.Read();
        if (isOversized != (status == MessageStatus.Oversized))
        {
            return $"the status is {status}";
        }

        return found.Count == messages.Count
            && found.Zip(messages).All(pair => pair.First.Header == pair.Second.Header && pair.First.Payload.AsSpan().SequenceEqual(pair.Second.Payload))
            ? null
            : $"expected {messages.Count} messages, got {found.Count} or others";
    }

    private static MessageStatus Feed(MessageBuffer buffer, ReadOnlyMemory<byte> piece, List<(XsHeader Header, byte[] Payload)> found, ref long copied)
    {
        MessageStatus status;
        while (true)
        {
            while ((status = buffer.TryTake(out var header, out var payload)) == MessageStatus.Whole)
            {
                found.Add((header, payload.ToArray()));
                copied += payload.Length + 64;
            }

            if (status == MessageStatus.Oversized || piece.IsEmpty)
            {
                return status;
            }

            var free = buffer.Free;
            int count = Math.Min(free.Length, piece.Length);
            piece[..count].CopyTo(free);
            buffer.Filled(count);
            piece = piece[count..];
        }
    }
}
