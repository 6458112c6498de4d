using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Wire;

/// <summary>What a <see cref="MessageBuffer"/> holds at its front.</summary>
public enum MessageStatus
{
    /// <summary>Less than one message: more bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Whole,

    /// <summary>A header that announces more than <see cref="XsLimits.PayloadMax"/> bytes (XS-013, XS-014).</summary>
    Oversized,
}

/// <summary>
/// Cuts a byte stream into messages, wherever it was split (XS-015). Its memory is fixed: a header is judged before
/// its payload is waited for, so no announced length is ever allocated. Not thread-safe.
/// </summary>
public sealed class MessageBuffer
{
    /// <summary>Bytes of the largest message.</summary>
    public const int MessageMax = XsHeader.Size + XsLimits.PayloadMax;

    private readonly byte[] _bytes;
    private int _start;
    private int _end;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">Bytes to hold; at least one largest message.</param>
    public MessageBuffer(int capacity = MessageMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, MessageMax);
        _bytes = new byte[capacity];
    }

    /// <summary>Whether nothing at all is held.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Where to put the next bytes; empty only while a whole message is held. Valid until the next call.</summary>
    public Memory<byte> Free
    {
        get
        {
            Compact();
            return _bytes.AsMemory(_end);
        }
    }

    /// <summary>What is at the front.</summary>
    public MessageStatus Status
    {
        get
        {
            if (_end - _start < XsHeader.Size)
            {
                return MessageStatus.Incomplete;
            }

            uint length = XsHeader.Read(_bytes.AsSpan(_start)).Length;
            return length > XsLimits.PayloadMax ? MessageStatus.Oversized
                : _end - _start >= XsHeader.Size + (int)length ? MessageStatus.Whole
                : MessageStatus.Incomplete;
        }
    }

    /// <summary>Counts bytes that were put into <see cref="Free"/>.</summary>
    public void Filled(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _end), nameof(count));
        _end += count;
    }

    /// <summary>Takes the message at the front if it is whole. The payload is valid until <see cref="Free"/> is asked for.</summary>
    public MessageStatus TryTake(out XsHeader header, out ReadOnlySpan<byte> payload)
    {
        var status = Status;
        header = default;
        payload = default;
        if (status == MessageStatus.Whole)
        {
            header = XsHeader.Read(_bytes.AsSpan(_start));
            payload = _bytes.AsSpan(_start + XsHeader.Size, (int)header.Length);
            _start += XsHeader.Size + (int)header.Length;
        }

        return status;
    }

    /// <summary>Forgets everything held.</summary>
    public void Clear() => _start = _end = 0;

    private void Compact()
    {
        if (_start == _end)
        {
            Clear();
        }
        else if (_start > 0 && _bytes.Length - _end < MessageMax)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }
    }
}
