using Conformance.Exploration.Schedules;
using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>What the process of a reference is asked: one strategy over one scenario. A line of JSON each way.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Scenario">Its name.</param>
/// <param name="Most">How many schedules at most.</param>
public sealed record ProbeRequest(string Strategy, string Scenario, int Most)
{
    /// <summary>The explorer's bound on delays; null for the scenario's own.</summary>
    public int? Delays { get; init; }

    /// <summary>Whether the first run is wanted step by step (<see cref="FirstRun"/>), and nothing else.</summary>
    public bool TellsSteps { get; init; }

    /// <summary>What is changed in the reference first; null when it stays as it is.</summary>
    public MethodUpdate? Update { get; init; }

    /// <summary>The file for the schedule of a failure, made simpler; null when nobody wants it.</summary>
    public string? ScheduleFile { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Schedules">The runs, the failing one included.</param>
/// <param name="Seconds">The time of the processor that they took.</param>
/// <param name="Rule">What the last run broke; null when nothing failed.</param>
/// <param name="Message">What was expected and what came.</param>
/// <param name="Compiled">The metadata tokens of the reference's methods that were executed for the first time since the process began or they were changed.</param>
public sealed record ProbeAnswer(long Schedules, double Seconds, string? Rule, string? Message, IReadOnlyList<int> Compiled)
{
    /// <summary>The steps of the first run; null unless they were asked for.</summary>
    public IReadOnlyList<string>? Steps { get; init; }

    /// <summary>The failing order as it was found; null unless a file was asked for.</summary>
    public OrderSize? Found { get; init; }

    /// <summary>The failing order as it was kept, made simpler; null unless a file was asked for.</summary>
    public OrderSize? Kept { get; init; }
}
