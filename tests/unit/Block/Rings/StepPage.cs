using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>A page that writes its steps down, and lets the peer act before any of them.</summary>
internal sealed class StepPage(RingPages pages, int index) : ISharedPage
{
    private readonly MemoryPage memory = new();

    public async ValueTask<uint> LoadAsync(int offset)
    {
        await StepAsync($"load {Place(offset)}");
        return await memory.LoadAsync(offset);
    }

    public async ValueTask StoreAsync(int offset, uint value)
    {
        await StepAsync($"store {Place(offset)} {value}");
        await memory.StoreAsync(offset, value);
    }

    public async ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        await StepAsync($"out {Place(offset)} {destination.Length}");
        await memory.CopyOutAsync(offset, destination);
    }

    public async ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        await StepAsync($"in {Place(offset)} {source.Length}");
        await memory.CopyInAsync(offset, source);
    }

    public MemoryPage Memory => memory;

    private int Place(int offset) => (index * MemoryPage.Size) + offset;

    private async ValueTask StepAsync(string step)
    {
        pages.Steps.Add(step);
        if (pages.AreAsynchronous)
        {
            await Task.Yield();
        }

        pages.BeforeStep?.Invoke(step);
    }
}
