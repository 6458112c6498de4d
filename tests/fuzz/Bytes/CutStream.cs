using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;

namespace Conformance.Tests.Fuzz.Bytes;

/// <summary>A stream of bytes to a store, and the lengths of the pieces in which it is sent, in turn.</summary>
internal sealed record CutStream(IReadOnlyList<byte[]> Parts, IReadOnlyList<int> Pieces)
{
    private static readonly string[] Payloads =
        ["/a\0", "/local/domain/1/a\0value", "a/b\0", "a\0", "\0", "", "T\0", "F\0", "1\0", "a\0b1\0", "/\0", "a\0t\0", "//\0", "a"];

    public static Arbitrary<CutStream> Any { get; } = RandomInput.Of(30, Make, Shrink);

    public byte[] Bytes => field ??= [.. Parts.SelectMany(part => part)];

    /// <summary>The stream as it is sent.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Cut()
    {
        int piece = 0;
        for (int at = 0; at < Bytes.Length; piece++)
        {
            int count = Math.Min(Pieces[piece % Pieces.Count], Bytes.Length - at);
            yield return Bytes.AsMemory(at, count);
            at += count;
        }
    }

    /// <summary>What a reader must find, found in the plainest way: whole messages, and whether one announces too much.</summary>
    public (List<(XsHeader Header, byte[] Payload)> Messages, bool IsOversized) Read()
    {
        var messages = new List<(XsHeader Header, byte[] Payload)>();
        int at = 0;
        while (Bytes.Length - at >= 16)
        {
            uint Word(int index) => BitConverter.ToUInt32(Bytes, at + (4 * index));
            uint length = Word(3);
            if (length > 4096)
            {
                return (messages, true);
            }

            if (at + 16 + length > Bytes.Length)
            {
                break;
            }

            messages.Add((new XsHeader((XsMessageType)Word(0), Word(1), Word(2), length), Bytes[(at + 16)..(at + 16 + (int)length)]));
            at += 16 + (int)length;
        }

        return (messages, false);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join("\n  ", Parts.Select(part => $"[{part.Length}] {Convert.ToHexString(part.AsSpan(0, Math.Min(part.Length, 64)))}"))}\nin pieces of {string.Join(' ', Pieces)}");

    public static byte[] Message(XsMessageType type, uint id, uint transaction, byte[] payload, uint? announced = null)
    {
        var bytes = new byte[XsHeader.Size + payload.Length];
        new XsHeader(type, id, transaction, announced ?? (uint)payload.Length).Write(bytes);
        payload.CopyTo(bytes, XsHeader.Size);
        return bytes;
    }

    private static CutStream Make(Random random, int length)
    {
        var parts = Enumerable.Range(1, length).Select(id => Part(random, (uint)id)).ToArray();
        int[] pieces = random.Next(4) switch
        {
            0 => [1],
            1 => [int.MaxValue],
            _ => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, random.Pick(20, 2000)))],
        };
        return new CutStream(parts, pieces);
    }

    private static byte[] Part(Random random, uint id)
    {
        // A watch is left out: its events would depend on when the client reads.
        var type = random.Next(12) == 0 ? (XsMessageType)(uint)random.NextInt64(1L << 32) : (XsMessageType)random.Pick(1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 20, 21, 22, 23);
        uint transaction = random.Next(4) == 0 ? (uint)random.Next(3) : 0;
        byte[] payload = System.Text.Encoding.Latin1.GetBytes(random.Pick(Payloads));
        return random.Next(40) switch
        {
            0 => Noise(random, random.Next(1, 40)),
            1 => Message(type, id, transaction, payload, (uint)random.Pick(4097, 5000, int.MaxValue, -1, int.MinValue)),
            2 => Message(type, id, transaction, payload, (uint)random.Next(4097)),
            3 or 4 => Message(type, id, transaction, Noise(random, random.Pick(4096, 4095, random.Next(4097)))),
            5 or 6 or 7 => Message(XsMessageType.Write, id, 0, [.. payload, .. Noise(random, random.Next(300))]),
            8 => Message(type, id, transaction, payload)[..random.Next(1, 16)],
            _ => Message(type, id, transaction, payload),
        };
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static IEnumerable<CutStream> Shrink(CutStream stream)
    {
        foreach (var parts in RandomInput.Without(stream.Parts))
        {
            yield return new CutStream(parts, stream.Pieces);
        }

        if (stream.Pieces is not [int.MaxValue])
        {
            yield return new CutStream(stream.Parts, [int.MaxValue]);
        }
    }
}
