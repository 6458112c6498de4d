using Conformance.Exploration.Engine;

namespace Conformance.Exploration.Scenarios;

/// <summary>An experiment that can be offered to a user: it says what happens in it, and how far it is explored.</summary>
public interface IScenario : IExperiment
{
    /// <summary>What happens, in a few words.</summary>
    string Title { get; }

    /// <summary>The clauses that it is about.</summary>
    IReadOnlyList<string> Clauses { get; }

    /// <summary>How far it is explored unless somebody says otherwise.</summary>
    Bounds Bounds { get; }

    /// <summary>The same with each run held against the connection model too; null where nobody said what the model may expect of it.</summary>
    IExperiment? Judged => null;
}
