using System.Buffers.Binary;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Hypervisor;
using Conformance.Tests.Fuzz.Machinery;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>
/// A page of a ring whose peer changes it between any two steps. It holds the end under test to the layout: whole words
/// of the header, stores to nothing but its own words, copies inside the 32 entries.
/// </summary>
internal sealed class AttackedRing : ISharedPage
{
    private const int LastEntryEnd = 64 + (32 * 112);

    private readonly Random random;
    private readonly int[] ownWords;
    private readonly byte[] bytes = new byte[MemoryPage.Size];

    public AttackedRing(Random random, int[] ownWords)
    {
        this.random = random;
        this.ownWords = ownWords;
        Memory = new RingMemory(this);
    }

    public RingMemory Memory { get; }

    public int Steps { get; private set; }

    /// <summary>The first thing that was not allowed, or null.</summary>
    public string? Violation { get; private set; }

    public ValueTask<uint> LoadAsync(int offset)
    {
        Step();
        Judge(offset is 0 or 4 or 8 or 12, $"load of {offset}");
        return new(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset)));
    }

    public ValueTask StoreAsync(int offset, uint value)
    {
        Step();
        Judge(ownWords.Contains(offset), $"store to {offset}");
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        return default;
    }

    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        Step();
        Judge(offset >= 64 && offset + destination.Length <= LastEntryEnd, $"copy of {destination.Length} bytes from {offset}");
        bytes.AsSpan(offset, destination.Length).CopyTo(destination.Span);
        return default;
    }

    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        Step();
        Judge(offset >= 64 && offset + source.Length <= LastEntryEnd, $"copy of {source.Length} bytes to {offset}");
        source.Span.CopyTo(bytes.AsSpan(offset));
        return default;
    }

    public void Judge(bool isAllowed, string what) => Violation ??= isAllowed ? null : what;

    private void Step()
    {
        Steps++;
        var word = bytes.AsSpan(4 * random.Next(4), 4);
        switch (random.Next(60))
        {
            case 0:
                BinaryPrimitives.WriteUInt32LittleEndian(word, (uint)random.NextInt64(1L << 32));
                break;
            case < 20:
                // Small moves keep a ring alive for longer than one pass.
                BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) + (uint)random.Pick(1, 1, 2, 5, 31, -1));
                break;
            case < 40:
                bytes[random.Next(64, bytes.Length)] = (byte)random.Next(256);
                break;
            default:
                break;
        }
    }
}
