namespace Conformance.Tests.Fuzz.Hypervisor;

internal enum EventActionKind
{
    Allocate,
    Bind,
    Send,
    Close,
    Mask,
    Unmask,
    Consume,
    Reset,
}

/// <summary>One step of a script: who does it, to whom, and with which port number.</summary>
internal sealed record EventAction(EventActionKind Kind, int Who, int Whom, uint Port);
