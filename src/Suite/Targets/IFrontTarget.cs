using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Targets;

/// <summary>Someone who plays block fronts.</summary>
public interface IFrontTarget : ITarget
{
    /// <summary>Starts a front driver in a domain: it uses every block device that the tool stack makes for it.</summary>
    ValueTask<IFrontUnderTest> StartFrontAsync(FrontStage stage);
}

/// <summary>Where a front driver runs and what it can do.</summary>
/// <param name="Domain">Its domain, and all that it may touch.</param>
/// <param name="Settings">What it can do, as far as it can be told.</param>
public sealed record FrontStage(IDomain Domain, FrontSettings Settings)
{
    /// <summary>Where its devices leave their path, as far as they can be made to.</summary>
    public DeviationPlan Plan { get; init; } = DeviationPlan.None;

    /// <summary>Ends the domain, for a plan that wants that.</summary>
    public Func<ValueTask>? Die { get; init; }
}

/// <summary>A front driver that runs.</summary>
public interface IFrontUnderTest
{
    /// <summary>The disk of a device by its name, such as <c>51712</c>; null while there is none.</summary>
    BlockDisk? FindDisk(string name);

    /// <summary>Waits as the boot of the domain does for its devices (XB-044).</summary>
    /// <returns>False when that took too long.</returns>
    ValueTask<bool> WaitForBootAsync();

    /// <summary>Asks whether the domain may be suspended (CT-010).</summary>
    ValueTask<bool> SuspendAsync();

    /// <summary>The suspend did not happen (CT-012).</summary>
    ValueTask CancelSuspendAsync();

    /// <summary>The domain runs in a new world (RS-002).</summary>
    void Resume();

    /// <summary>Unloads the driver: it closes its devices and lets go of everything.</summary>
    ValueTask StopAsync();
}
