using System.Runtime.InteropServices;

namespace Conformance.Model.Protocol.XenStore;

/// <summary>The 16 bytes before every payload (XS-001; <c>struct xsd_sockmsg</c>, xs_wire.h). Native byte order.</summary>
/// <param name="Type">What the message asks or says; any value may come in.</param>
/// <param name="RequestId">Chosen by the client, echoed by the server; 0 in an event.</param>
/// <param name="TransactionId">0 outside a transaction and in an event.</param>
/// <param name="Length">Bytes of payload that follow; at most <see cref="XsLimits.PayloadMax"/> (XS-012).</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct XsHeader(XsMessageType Type, uint RequestId, uint TransactionId, uint Length)
{
    /// <summary>Bytes of a header on the wire.</summary>
    public const int Size = 16;

    /// <summary>Reads the first <see cref="Size"/> bytes of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than that.</exception>
    public static XsHeader Read(ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, Size);
        return MemoryMarshal.Read<XsHeader>(source);
    }

    /// <summary>Writes the header to the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than that.</exception>
    public void Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size);
        MemoryMarshal.Write(destination, in this);
    }
}
