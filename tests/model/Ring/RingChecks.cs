using Conformance.Model.Checking;
using Conformance.Model.Ring;

namespace Conformance.Tests.Model.Ring;

/// <summary>Checks of one ring or a mutant of it.</summary>
internal static class RingChecks
{
    public static CheckReport Check(RingShape shape, RingMutation mutation = default, bool isLive = false) =>
        new Checker<RingState>(new RingModel("ring", shape, mutation)).Check(new CheckOptions { ChecksLiveness = isLive });

    /// <summary>The safety properties that are broken, each with a counterexample.</summary>
    public static IReadOnlyList<string> Broken(CheckReport report)
    {
        var broken = report.Properties
            .Where(property => property.Verdict == PropertyVerdict.Broken && property.Kind != PropertyKind.Reachability)
            .ToList();
        Assert.All(broken, property => Assert.NotEmpty(property.Counterexample!.Steps));
        return [.. broken.Select(property => property.Name)];
    }
}
