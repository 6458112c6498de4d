using System.Buffers.Binary;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>The pages of a ring under test, with a record of the steps on them and a way round the steps.</summary>
internal sealed class RingPages
{
    private readonly StepPage[] pages;

    public RingPages(int count = 1)
    {
        pages = [.. Enumerable.Range(0, count).Select(i => new StepPage(this, i))];
        Memory = new RingMemory([.. pages]);
    }

    public RingMemory Memory { get; }

    public List<string> Steps { get; } = [];

    /// <summary>Whether every step is completed later than it is begun.</summary>
    public bool AreAsynchronous { get; init; }

    /// <summary>What happens before a step takes effect.</summary>
    public Action<string>? BeforeStep { get; set; }

    /// <summary>A word of the header as the peer sees and writes it, without a step.</summary>
    public uint this[int headerOffset]
    {
        get => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(headerOffset, 4));
        set
        {
            byte[] word = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            Fill(headerOffset, word);
        }
    }

    public byte[] Bytes(int offset, int count)
    {
        byte[] all = new byte[pages.Length * MemoryPage.Size];
        for (int i = 0; i < pages.Length; i++)
        {
            AtOnce(pages[i].Memory.CopyOutAsync(0, all.AsMemory(i * MemoryPage.Size, MemoryPage.Size)));
        }

        return all[offset..(offset + count)];
    }

    public void Fill(int offset, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int at = offset + i;
            AtOnce(pages[at / MemoryPage.Size].Memory.CopyInAsync(at % MemoryPage.Size, bytes.AsMemory(i, 1)));
        }
    }

    /// <summary>The steps since the last call.</summary>
    public string[] TakeSteps()
    {
        string[] taken = [.. Steps];
        Steps.Clear();
        return taken;
    }

    /// <summary>An entry of the given size in which every byte is the given one.</summary>
    public static byte[] Entry(byte value, int size = 112) => [.. Enumerable.Repeat(value, size)];

    private static void AtOnce(ValueTask copy) => Assert.True(copy.IsCompletedSuccessfully, "plain memory answers at once");
}
