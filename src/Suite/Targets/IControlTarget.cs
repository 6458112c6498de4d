using Conformance.Reference.Control;
using Conformance.Reference.Ports;

namespace Conformance.Suite.Targets;

/// <summary>Someone who plays the part of a guest's kernel that ends, stops and moves it as the tool stack asks.</summary>
public interface IControlTarget : ITarget
{
    /// <summary>Starts the driver in a domain.</summary>
    ValueTask<IControlUnderTest> StartControlAsync(ControlStage stage);
}

/// <summary>Where a control driver runs.</summary>
/// <param name="Domain">Its domain.</param>
/// <param name="Platform">The machine below it.</param>
/// <param name="Settings">The operating system around it, as far as it can be told.</param>
/// <param name="Devices">The drivers of the domain's devices, started by the same target, in the order of their suspend.</param>
public sealed record ControlStage(IDomain Domain, IPlatform Platform, ControlSettings Settings, IReadOnlyList<IFrontUnderTest> Devices);

/// <summary>A control driver that runs.</summary>
public interface IControlUnderTest
{
    /// <summary>How many suspends have ended.</summary>
    int Suspends { get; }

    /// <summary>How the last suspend ended; null before the first has.</summary>
    SuspendOutcome? LastSuspend { get; }
}
