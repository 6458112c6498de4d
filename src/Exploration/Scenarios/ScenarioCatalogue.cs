namespace Conformance.Exploration.Scenarios;

/// <summary>All scenarios, and what is not among them with the reason.</summary>
public static class ScenarioCatalogue
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [.. AttachScenarios.All.Concat(CloseScenarios.All).Concat(UseScenarios.All).Concat(MoveScenarios.All)
            .Concat(StepFailureScenarios.All)
            .OrderBy(scenario => scenario.Name, StringComparer.Ordinal)];

    /// <summary>The interleavings that have no scenario here, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> NotExpressed { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["I-03"] = "needs a back that is Connected to a front before; see I-32",
        ["I-09"] = "the binding fails by plan in I-08 (B9.0); a port that the front closes meanwhile is I-12",
        ["I-13"] = "the reference front keeps to what the back offers; a front that does not is a scripted one of the suite",
        ["I-14"] = "needs a second back with other limits in the same directory",
        ["I-15"] = "the reference front writes one naming scheme; the other one is written by the suite's scripted front",
        ["I-31"] = "needs a back that is gone without any clean-up in a domain that lives",
        ["I-32"] = "needs a second kernel in the domain of the first",
        ["I-33"] = "as I-32",
        ["I-42"] = "needs a second domain with the number of the first; run in seeded orders by the suite",
        ["I-43"] = "needs several guests; run in seeded orders by the suite",
        ["I-44"] = "a reset of the store reaches the reference client by its daemon, which is not explored",
        ["I-58"] = "the store of a world has no domain that could resume",
        ["I-61"] = "the smallest ring of the reference holds 32 requests: the run that fills it is too long to explore",
        ["I-63"] = "as I-61",
        ["I-64"] = "part of I-60: the storage completes inside the submission",
        ["I-65"] = "needs a peer that rewrites entries; a scripted one of the suite does",
        ["I-66"] = "as I-65",
        ["I-67"] = "as I-65",
        ["I-68"] = "as I-65",
        ["I-69"] = "as I-65",
        ["I-71"] = "needs a clock of idle time between two requests that race; run in seeded orders by the suite",
        ["I-72"] = "needs a medium that changes its size; run in seeded orders by the suite",
        ["I-73"] = "as I-65",
        ["I-74"] = "as I-65",
    };

    /// <summary>The one of a name; null when there is none.</summary>
    public static Scenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
