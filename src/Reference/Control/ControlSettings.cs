using Conformance.Model.Protocol.Control;
using Conformance.Reference.Deviations;

namespace Conformance.Reference.Control;

/// <summary>What the operating system around a control driver does; each part may be left out.</summary>
public sealed record ControlSettings
{
    /// <summary>Stops what must not run during a suspend (first in CT-010); false refuses, and then it stopped nothing.</summary>
    public Func<ValueTask<bool>>? Freeze { get; init; }

    /// <summary>Lets go on what <see cref="Freeze"/> stopped.</summary>
    public Func<ValueTask>? Thaw { get; init; }

    /// <summary>Ends what runs, before the devices are closed and the domain ends.</summary>
    public Func<ShutdownCommand, ValueTask>? End { get; init; }

    /// <summary>Acts on a key of the kernel's.</summary>
    public Action<char>? PressKey { get; init; }

    /// <summary>Whether to offer a port for suspends as well (CT-014).</summary>
    public bool OffersSuspendChannel { get; init; }

    /// <summary>Where the driver leaves its path.</summary>
    public DeviationPlan Plan { get; init; } = DeviationPlan.None;

    /// <summary>Ends the domain, for a plan that wants that.</summary>
    public Func<ValueTask>? Die { get; init; }
}
