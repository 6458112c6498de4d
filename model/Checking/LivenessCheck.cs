namespace Conformance.Model.Checking;

/// <summary>
/// Looks for a run on which something begins and never comes to its end: one that rests where no step must be taken, or
/// goes round for ever without being unfair.
/// </summary>
internal sealed class LivenessCheck<TState>(PropertySet<TState> properties, Search<TState> search, StateGraph graph)
    where TState : unmanaged
{
    /// <summary>Bytes it needs beside the search, at the most.</summary>
    public static long BytesFor(long states) => Region.BytesFor(states) + Components.BytesFor(states);

    /// <summary>Looks for a run that breaks a property.</summary>
    /// <returns>The ids of its states from where the obligation begins, and to which of them it returns; null if there is none.</returns>
    public (List<uint> States, int? LoopsTo)? Find(LeadsTo<TState> property)
    {
        using var region = Region.Of(
            graph, search.LevelEnds, number => property.From(in search.Table[graph.Id(number)]), number => property.To(in search.Table[graph.Id(number)]));
        for (uint place = 0; place < region.Count; place++)
        {
            if (graph.MayRest(region.State(place)))
            {
                return (Ids(region.PathTo(place)), null);
            }
        }

        using var cycles = new FairCycles(graph, region, properties.Assumptions);
        if (cycles.Find() is not { } component)
        {
            return null;
        }

        List<uint> path = region.PathTo(region.Place(component[0]));
        int loop = path.Count - 1;
        path.AddRange(new FairTour(graph, properties.Assumptions, component).Round());
        return (Ids(path), loop);
    }

    private List<uint> Ids(List<uint> numbers) => numbers.ConvertAll(graph.Id);
}
