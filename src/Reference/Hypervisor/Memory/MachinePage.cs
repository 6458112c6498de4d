using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// A place where a page of memory appears: an own page, or an address at which a foreign one is mapped. Words are
/// aligned, so a load or store of one is never torn; there is no lock. Any thread.
/// </summary>
public abstract class MachinePage : ISharedPage
{
    /// <summary>Bytes of a page.</summary>
    public const int Size = 4096;

    /// <summary>The identity of the memory behind this place, the same wherever it is mapped; 0 for none.</summary>
    public ulong Key { get; private protected set; }

    // Null while nothing is here. A mapping keeps the words themselves, so that memory outlives its owner's use of it.
    internal uint[]? Words { get; private protected set; }

    /// <summary>Whether accesses are answered.</summary>
    public bool IsPresent => Words is not null;

    /// <summary>Loads the 32-bit word at <paramref name="offset"/> bytes, which is a multiple of 4; acquires.</summary>
    /// <exception cref="PageAccessException">Nothing is here.</exception>
    public uint Load(int offset) => Volatile.Read(ref Word(offset));

    /// <summary>Stores the 32-bit word at <paramref name="offset"/> bytes, which is a multiple of 4; a full barrier.</summary>
    /// <exception cref="PageAccessException">Nothing is here, or it is for reading alone.</exception>
    public void Store(int offset, uint value) => Interlocked.Exchange(ref WritableWord(offset), value);

    /// <summary>Stores <paramref name="value"/> if the word is <paramref name="comparand"/>; returns what it was. A full barrier.</summary>
    /// <exception cref="PageAccessException">Nothing is here, or it is for reading alone.</exception>
    public uint CompareExchange(int offset, uint value, uint comparand) =>
        Interlocked.CompareExchange(ref WritableWord(offset), value, comparand);

    /// <summary>Copies bytes out of the page.</summary>
    /// <exception cref="PageAccessException">Nothing is here.</exception>
    public void CopyOut(int offset, Span<byte> destination) => Bytes(offset, destination.Length).CopyTo(destination);

    /// <summary>Copies bytes into the page.</summary>
    /// <exception cref="PageAccessException">Nothing is here, or it is for reading alone.</exception>
    public void CopyIn(int offset, ReadOnlySpan<byte> source)
    {
        CheckWritable();
        source.CopyTo(Bytes(offset, source.Length));
    }

    /// <inheritdoc/>
    public ValueTask<uint> LoadAsync(int offset) => new(Load(offset));

    /// <inheritdoc/>
    public ValueTask StoreAsync(int offset, uint value)
    {
        Store(offset, value);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        CopyOut(offset, destination.Span);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        CopyIn(offset, source.Span);
        return default;
    }

    /// <summary>Why nothing can be accessed, in one line.</summary>
    private protected abstract string DescribeAbsence();

    /// <summary>Refuses a store that the place does not take.</summary>
    private protected virtual void CheckWritable()
    {
    }

    internal ref uint Word(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % sizeof(uint), 0, nameof(offset));
        return ref (Words ?? ThrowAbsent())[offset / sizeof(uint)];
    }

    internal Span<byte> Bytes(int offset, int count) =>
        MemoryMarshal.AsBytes((Words ?? ThrowAbsent()).AsSpan()).Slice(offset, count);

    internal Span<byte> WritableBytes(int offset, int count)
    {
        CheckWritable();
        return Bytes(offset, count);
    }

    private ref uint WritableWord(int offset)
    {
        CheckWritable();
        return ref Word(offset);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint[] ThrowAbsent() => throw new PageAccessException(DescribeAbsence());
}
