using Conformance.Exploration.Scenarios;
using Conformance.Reference.Ports;

namespace Conformance.Tests.Unit.Cli;

/// <summary>Somebody's front, whose name a test gives.</summary>
public sealed class NamedFront : FrontExperiment
{
    /// <summary>The name.</summary>
    public static string Given { get; set; } = "named";

    /// <inheritdoc/>
    public override string Name => Given;

    /// <inheritdoc/>
    protected override ValueTask DriveAsync(IDomain domain, string node) => default;
}

/// <summary>Another of the same assembly.</summary>
public sealed class OtherFront : FrontExperiment
{
    /// <inheritdoc/>
    public override string Name => "other";

    /// <inheritdoc/>
    protected override ValueTask DriveAsync(IDomain domain, string node) => default;
}
