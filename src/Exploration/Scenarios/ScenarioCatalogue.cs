namespace Conformance.Exploration.Scenarios;

/// <summary>All scenarios, in the order of their names.</summary>
public static class ScenarioCatalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [AttachScenarios.Plain];

    /// <summary>The one of a name; null when there is none.</summary>
    public static Scenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
