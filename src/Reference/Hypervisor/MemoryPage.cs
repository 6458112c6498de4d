using System.Runtime.InteropServices;

namespace Conformance.Reference.Hypervisor;

/// <summary>A page of ordinary memory. Words are aligned, so a load or store of one is never torn. Any thread.</summary>
public sealed class MemoryPage : ISharedPage
{
    /// <summary>Bytes of a page.</summary>
    public const int Size = 4096;

    private readonly uint[] _words = new uint[Size / sizeof(uint)];

    /// <inheritdoc/>
    public ValueTask<uint> LoadAsync(int offset) => new(Volatile.Read(ref Word(offset)));

    /// <inheritdoc/>
    public ValueTask StoreAsync(int offset, uint value)
    {
        Volatile.Write(ref Word(offset), value);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        Bytes(offset, destination.Length).CopyTo(destination.Span);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        source.Span.CopyTo(Bytes(offset, source.Length));
        return default;
    }

    private ref uint Word(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % sizeof(uint), 0, nameof(offset));
        return ref _words[offset / sizeof(uint)];
    }

    private Span<byte> Bytes(int offset, int count) => MemoryMarshal.AsBytes(_words.AsSpan()).Slice(offset, count);
}
