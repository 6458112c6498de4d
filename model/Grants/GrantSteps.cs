namespace Conformance.Model.Grants;

/// <summary>Who takes steps in the grant model.</summary>
internal static class GrantParticipant
{
    public const byte Owner = 0;
    public const byte Peer = 1;
    public const byte Hypervisor = 2;
    public const byte ToolStack = 3;
    public static readonly string[] Names = ["owner", "peer", "hypervisor", "tool stack"];
}

/// <summary>The steps of the grant model.</summary>
internal enum GrantCode : byte
{
    Claim,
    Fill,
    FillReadOnly,
    Publish,
    Return,
    Inspect,
    Swap,
    Free,
    Retry,
    BeginBatch,
    EndBatch,
    Wait,
    Call,
    Cancel,
    Reserve,
    Map,
    MapWritable,
    Use,
    Unmap,
    Unpin,
    Copy,
    CopyWritable,
    EndCopy,
    Understand,
    OwnerDies,
    PeerDies,
    Reap,
    Reuse,
}
