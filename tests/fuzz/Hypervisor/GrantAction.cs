namespace Conformance.Tests.Fuzz.Hypervisor;

internal enum GrantActionKind
{
    Grant,
    Map,
    Unmap,
    Copy,
    End,
    Retry,
    Scribble,
    KillMapper,
}

/// <summary>One step of a script; the numbers choose among what there is.</summary>
internal sealed record GrantAction(GrantActionKind Kind, int First, int Second);
