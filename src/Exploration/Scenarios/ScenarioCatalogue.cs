namespace Conformance.Exploration.Scenarios;

/// <summary>All scenarios, and what is not among them with the reason.</summary>
public static class ScenarioCatalogue
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [.. AttachScenarios.All.Concat(CloseScenarios.All).Concat(UseScenarios.All).Concat(MoveScenarios.All).Concat(RawFrontScenarios.All).Concat(HandoverScenarios.All)
            .Concat(StepFailureScenarios.All)
            .OrderBy(scenario => scenario.Name, StringComparer.Ordinal)];

    /// <summary>The interleavings that have no scenario here, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> NotExpressed { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["I-44"] = "a reset of the store reaches the reference client by its daemon, which is not explored",
        ["I-58"] = "the store of a world has no domain that could resume",
    };

    /// <summary>The one of a name; null when there is none.</summary>
    public static Scenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
