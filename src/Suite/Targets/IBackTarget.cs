using Conformance.Model.Protocol;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Targets;

/// <summary>Someone who plays block backs.</summary>
public interface IBackTarget : ITarget
{
    /// <summary>Starts a back driver in a domain: it serves every block device that the tool stack makes there.</summary>
    ValueTask<IBackUnderTest> StartBackAsync(BackStage stage);
}

/// <summary>Where a back driver runs and what it is to offer.</summary>
/// <param name="Domain">Its domain, and all that it may touch.</param>
/// <param name="Media">Finds the media that the tool stack names.</param>
/// <param name="Settings">What it is to offer, as far as it can be told.</param>
public sealed record BackStage(IDomain Domain, IStorageLookup Media, BackSettings Settings)
{
    /// <summary>Where its devices leave their path, as far as they can be made to.</summary>
    public DeviationPlan Plan { get; init; } = DeviationPlan.None;

    /// <summary>Ends the domain, for a plan that wants that.</summary>
    public Func<ValueTask>? Die { get; init; }
}

/// <summary>A back driver that runs.</summary>
public interface IBackUnderTest
{
    /// <summary>Unloads the driver: it closes its devices and lets go of everything.</summary>
    ValueTask StopAsync();

    /// <summary>The back's own domain is about to stand still and move (RS-012).</summary>
    /// <returns>False when the driver refuses; nothing has happened then.</returns>
    ValueTask<bool> SuspendAsync();

    /// <summary>The domain goes on where it was.</summary>
    ValueTask CancelSuspendAsync();

    /// <summary>Has the size of a medium looked at again (NG-036).</summary>
    ValueTask ResizeAsync(DomainId front, string name);
}
