namespace Conformance.Exploration.Scenarios;

/// <summary>All scenarios: each interleaving from I-01 to I-75 has one.</summary>
public static class ScenarioCatalogue
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [.. AttachScenarios.All.Concat(CloseScenarios.All).Concat(UseScenarios.All).Concat(DurabilityScenarios.All).Concat(MoveScenarios.All).Concat(RawFrontScenarios.All).Concat(RawBackScenarios.All).Concat(HandoverScenarios.All).Concat(StoreScenarios.All)
            .Concat(StepFailureScenarios.All)
            .OrderBy(scenario => scenario.Name, StringComparer.Ordinal)];

    /// <summary>The one of a name; null when there is none.</summary>
    public static Scenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
