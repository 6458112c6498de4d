using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>
/// The obligations of the product table as one model: checked in each of its systems, and reported together. An obligation
/// holds if it holds in all of them, and every cell that has one must be reached in some.
/// </summary>
public sealed class ObligationModel : IModel
{
    private readonly IReadOnlyList<ConnectionSystem> _systems;

    /// <summary>The model.</summary>
    /// <param name="systems">What to check them in; null for <see cref="Obligations.Systems"/>.</param>
    public ObligationModel(IReadOnlyList<ConnectionSystem>? systems = null) => _systems = systems ?? Obligations.Systems;

    /// <inheritdoc/>
    public string Name => "connection/cells";

    /// <inheritdoc/>
    public string Summary => "What is owed in each cell of the table of both ends' states, in every theme of the environment.";

    /// <inheritdoc/>
    public CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default)
    {
        var reports = new List<CheckReport>();
        foreach (var system in _systems)
        {
            reports.Add(new Checker<ConnectionState>(new ObligationSystem(system)).Check(options, progress, stop));
        }

        return new CheckReport(Name, _systems[0].Participants, Sum(reports), [.. Join(reports)]);
    }

    private static IEnumerable<PropertyResult> Join(List<CheckReport> reports)
    {
        foreach (var group in reports.SelectMany(report => report.Properties).Where(property => property.Kind != PropertyKind.Deadlock).GroupBy(property => (property.Kind, property.Name)))
        {
            bool isReach = group.Key.Kind == PropertyKind.Reachability;
            var broken = group.Where(property => property.Verdict == PropertyVerdict.Broken).MinBy(property => property.Counterexample?.Steps.Count ?? int.MaxValue);
            yield return isReach
                ? group.FirstOrDefault(property => property.Verdict == PropertyVerdict.Holds) ?? group.First()
                : broken ?? group.FirstOrDefault(property => property.Verdict == PropertyVerdict.Unknown) ?? group.First();
        }
    }

    private static CheckStatistics Sum(List<CheckReport> reports)
    {
        var all = reports.ConvertAll(report => report.Statistics);
        long distinct = all.Sum(one => one.Distinct);
        return new CheckStatistics(
            all.Sum(one => one.Initial), distinct, all.Sum(one => one.Generated), all.Max(one => one.Depth),
            all.Sum(one => one.MeanOutDegree * one.Distinct) / distinct, all.Max(one => one.MaxOutDegree),
            TimeSpan.FromTicks(all.Sum(one => one.Elapsed.Ticks)), all.Max(one => one.Memory),
            all.TrueForAll(one => one.IsExhaustive), all.Find(one => one.StoppedBy is not null)?.StoppedBy);
    }
}
