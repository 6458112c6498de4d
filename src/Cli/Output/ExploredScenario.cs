using System.Text.Json.Serialization;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Output;

/// <summary>What exploring one scenario covered and found.</summary>
internal sealed record ExploredScenario
{
    public required string Scenario { get; init; }

    public required string Title { get; init; }

    public required string Bounds { get; init; }

    /// <summary>The different states with a choice; null when they were not counted.</summary>
    public required long? States { get; init; }

    public required long Transitions { get; init; }

    public required long Runs { get; init; }

    /// <summary>The orders that were covered, a number of any length; or <c>endless</c>.</summary>
    public required string Interleavings { get; init; }

    public required bool Exhaustive { get; init; }

    public required IReadOnlyList<string> CutOffBy { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Whether it was cut off by its share of the time for all, not by a bound of its own.</summary>
    [JsonIgnore]
    public bool LacksTime { get; init; }

    /// <summary>The runs that came to their end, rather than to a state that was known or to a bound.</summary>
    public required long Ended { get; init; }

    /// <summary>Whether any run came to its end, where what must hold there is looked at: otherwise nothing holds and nothing fails.</summary>
    public bool Ran => Ended > 0;

    /// <summary>Whether the connection model judged its runs, and what of them not: <c>yes</c>, <c>yes, but for …</c>, <c>no: …</c>.</summary>
    public required string Judged { get; init; }

    /// <summary>How two runs of one order differed first; null when they did not, as they must not.</summary>
    public string? NotRepeatable { get; init; }

    public string? Kind { get; init; }

    public string? Rule { get; init; }

    /// <summary>Who broke the rule, as `xenconf judge` names him; null where that cannot be told.</summary>
    public string? Blame { get; init; }

    public string? Message { get; init; }

    /// <summary>The failing order as it was found; null when none fails.</summary>
    public OrderSize? Found { get; init; }

    /// <summary>The failing order as it was kept, which is the simplest that was found to fail alike.</summary>
    public OrderSize? Kept { get; init; }

    public IReadOnlyList<string> Files { get; init; } = [];
}

internal sealed record Explored(uint? Seed, IReadOnlyList<ExploredScenario> Scenarios);

internal sealed record ListedScenario(string Scenario, string Title, IReadOnlyList<string> Clauses, string Bounds);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Explored))]
[JsonSerializable(typeof(List<ListedScenario>))]
internal sealed partial class ExploreContext : JsonSerializerContext;
