namespace Conformance.Reference.Control;

/// <summary>How a suspend ended.</summary>
public enum SuspendOutcome
{
    /// <summary>The operating system or a device refused; nothing happened (CT-011).</summary>
    Refused,

    /// <summary>The domain stood still and went on where it was (CT-012).</summary>
    Cancelled,

    /// <summary>The domain went on in a new world (CT-013).</summary>
    Moved,
}
