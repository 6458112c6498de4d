using Conformance.Model.Protocol.Block;
using Conformance.Tests.Fuzz.Machinery;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>An entry of random bytes under some ABI.</summary>
internal sealed record BlkifBytes(BlkifAbi Abi, byte[] Entry, byte Dirt)
{
    public static BlkifBytes Make(Random random)
    {
        byte[] entry = new byte[112];
        random.NextBytes(entry);
        if (random.Next(2) == 0)
        {
            // Counts in the range that counts.
            entry[1] = (byte)random.Next(16);
            entry[3] = (byte)random.Next(20);
        }

        return new(random.Pick(Enum.GetValues<BlkifAbi>()), entry, (byte)random.Next(1, 256));
    }

    /// <summary>Bytes with something in them, to write to.</summary>
    public byte[] Another() => [.. Enumerable.Repeat(Dirt, Entry.Length)];

    /// <summary>
    /// Whether the written bytes are those of the entry up to <paramref name="used"/>, but zero in the padding and behind.
    /// </summary>
    public string? FindWrong(byte[] written, int used, int[] padding)
    {
        int end = Math.Min(written.Length, BlkifRing.EntrySize(Abi));
        for (int i = 0; i < end; i++)
        {
            byte expected = i >= used || padding.Contains(i) ? (byte)0 : Entry[i];
            if (written[i] != expected)
            {
                return $"byte {i} of {Abi}: expected {expected}, got {written[i]}";
            }
        }

        return null;
    }

    public override string ToString() => $"{Abi} {Convert.ToHexString(Entry)}";
}
