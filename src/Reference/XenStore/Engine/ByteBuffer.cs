namespace Conformance.Reference.XenStore.Engine;

/// <summary>A growing array of bytes that is filled, read and emptied again without giving its memory back.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>At least <paramref name="count"/> bytes of room; <see cref="Advance"/> tells how many were filled.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends the bytes and a NUL.</summary>
    public void AppendString(ReadOnlySpan<byte> bytes)
    {
        var span = Reserve(bytes.Length + 1);
        bytes.CopyTo(span);
        span[bytes.Length] = 0;
        Length += bytes.Length + 1;
    }
}
