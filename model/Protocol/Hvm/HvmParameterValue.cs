namespace Conformance.Model.Protocol.Hvm;

/// <summary>What a parameter's value says.</summary>
public static class HvmParameterValue
{
    /// <summary>
    /// Whether a frame or port is there at all: 0 is a parameter that nobody set, all ones one that was set to nothing
    /// (HV-006).
    /// </summary>
    public static bool IsAvailable(ulong value) => value is not (0 or ulong.MaxValue);

    /// <summary>The port that a parameter tells, or <see cref="PortNumber.None"/>.</summary>
    public static PortNumber PortOf(ulong value) =>
        IsAvailable(value) && value < uint.MaxValue ? new PortNumber((uint)value) : PortNumber.None;
}
