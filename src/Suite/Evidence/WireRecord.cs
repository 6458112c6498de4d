using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Evidence;

/// <summary>What one record of the exchange tells.</summary>
public enum WireDirection
{
    /// <summary>From the harness to the one under test.</summary>
    Sent,

    /// <summary>From the one under test to the harness.</summary>
    Received,

    /// <summary>Something that happened beside the wire: a domain created, a ring word set, a connection closed.</summary>
    Noted,
}

/// <summary>One line of the exchange between the harness and the one under test.</summary>
/// <param name="Time">Order within the case, from 0.</param>
/// <param name="Party">The harness's side of it: <c>dom0/1</c> for its first socket, <c>dom5</c> for a guest.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Header">The message's header; null for bytes that are no message, and for notes.</param>
/// <param name="Payload">The payload, or the raw bytes; empty for notes.</param>
/// <param name="Note">What happened, in words; empty for a plain message.</param>
public sealed record WireRecord(
    int Time,
    string Party,
    WireDirection Direction,
    XsHeader? Header,
    ReadOnlyMemory<byte> Payload,
    string Note);
