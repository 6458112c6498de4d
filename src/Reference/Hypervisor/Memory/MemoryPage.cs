namespace Conformance.Reference.Hypervisor;

/// <summary>A page of ordinary memory, as its owner has it. Any thread.</summary>
public sealed class MemoryPage : MachinePage
{
    /// <summary>Makes a zeroed page that belongs to no domain.</summary>
    public MemoryPage()
        : this(key: 0, frame: 0)
    {
    }

    internal MemoryPage(ulong key, ulong frame)
    {
        Frame = frame;
        Memory = null!;
        Place(new PageMemory(key, new uint[Size / sizeof(uint)]));
    }

    /// <summary>Its frame number in its owner's memory.</summary>
    public ulong Frame { get; }

    /// <summary>How many mappings and copies of others hold the memory; while there are any it must not be reused (GT-008).</summary>
    public int Pins => Memory.Pins;

    internal PageMemory Memory { get; private set; }

    /// <summary>The owner gave the page back: its accesses end here, those through mappings do not.</summary>
    internal void Free() => Words = null;

    /// <summary>The same bytes in other memory, as after a move to another host; mappings keep the memory left behind.</summary>
    internal void MoveTo(ulong key) => Place(new PageMemory(key, (uint[])Memory.Words.Clone()));

    private void Place(PageMemory memory)
    {
        Memory = memory;
        Words = memory.Words;
        Key = memory.Key;
    }

    private protected override string DescribeAbsence() =>
        $"expected a page that was not freed, got page {Key} (frame {Frame:x}); do not touch a page after giving it back";
}
