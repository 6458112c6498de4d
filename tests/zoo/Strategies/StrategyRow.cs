using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Conformance.Exploration.Engine;
using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>What the strategies said of one mutant.</summary>
/// <param name="Key">Tells whether it still holds (<see cref="KeyOf"/>).</param>
/// <param name="Mutant">Its name.</param>
/// <param name="Methods">The methods with another body; empty when the mutant is something else.</param>
/// <param name="Scenarios">Those that can execute it; no strategy was asked when there is none.</param>
/// <param name="Verdicts">One for each strategy; empty when none was asked.</param>
public sealed record StrategyRow(string Key, string Mutant, IReadOnlyList<string> Methods, IReadOnlyList<string> Scenarios, IReadOnlyList<StrategyVerdict> Verdicts)
{
    private static readonly Lazy<string> Surroundings = new(() => string.Join('\n',
        Resources.Names("source/").Select(Resources.Read)
            .Append(typeof(Explorer).Module.ModuleVersionId.ToString())
            .Append(string.Join(',', HealthyRuns.Scenarios))
            .Concat(Strategy.All.Select(strategy => $"{strategy} {strategy.Most}"))));

    /// <summary>Whether a strategy was asked.</summary>
    [JsonIgnore]
    public bool IsReached => Scenarios.Count > 0;

    /// <summary>Whether one found it.</summary>
    [JsonIgnore]
    public bool IsKilled => Verdicts.Any(verdict => verdict.IsKill);

    /// <summary>What a row depends on: the mutant, the reference, the explorer, and the scenarios with their budgets.</summary>
    public static string KeyOf(Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Surroundings.Value + Resources.Read($"mutants/{mutant.Group}/{mutant.Name}.diff"))));
    }
}
