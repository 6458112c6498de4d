using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Bytes;

/// <summary>Streams at the edges of the framing, run every time.</summary>
public class FixedStreams
{
    private static readonly byte[] Read = CutStream.Message(XsMessageType.Read, 1, 0, "/\0"u8.ToArray());

    public static TheoryData<string, byte[], int> Streams { get; } = new()
    {
        { "a header in two parts", Read, 15 },
        { "a header alone, then its payload", Read, 16 },
        { "a payload in two parts", Read, 17 },
        { "no payload", CutStream.Message(XsMessageType.GetFeature, 1, 0, []), 16 },
        { "the largest payload", CutStream.Message(XsMessageType.Write, 1, 0, [(byte)'/', (byte)'a', 0, .. new byte[4093]]), 1000 },
        { "one byte too many announced", [.. Read, .. CutStream.Message(XsMessageType.Read, 2, 0, [], 4097), .. Read], 7 },
        { "a length that is negative as a signed number", CutStream.Message(XsMessageType.Read, 2, 0, [], uint.MaxValue), 16 },
        { "two requests in one piece, and half a third", [.. Read, .. Read, .. Read[..10]], int.MaxValue },
        { "a type that is negative as a signed number", CutStream.Message((XsMessageType)uint.MaxValue, 1, 0, "/\0"u8.ToArray()), 16 },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Stream_IsServedOnTheSocketAndTheRing_AsIfItCameWhole(string name, byte[] bytes, int piece)
    {
        var stream = new CutStream([bytes], [piece]);
        Assert.True(await SocketProperties.FindWrongAsync(stream) is null, name);
        Assert.True(RingBytesProperties.FindWrong(stream) is null, name);
        Assert.True(MessageBufferProperties.FindWrong(stream) is null, name);
    }
}
