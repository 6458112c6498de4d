namespace Conformance.Model.Checking;

/// <summary>
/// Looks for a run that goes round for ever within a region and treats no assumption unfairly: strongly connected
/// components, from which those states are taken that a strong assumption forbids, until what is left has everything.
/// </summary>
internal sealed class FairCycles : IDisposable
{
    private readonly StateGraph _graph;
    private readonly Region _region;
    private readonly ulong _weak;
    private readonly ulong _strong;
    private readonly Components _components;
    private readonly Stack<(uint[] Places, uint Label)> _work = new();
    private uint _best = Components.None;
    private uint _entry = Region.None;

    public FairCycles(StateGraph graph, Region region, IReadOnlyList<Fairness> assumptions)
    {
        _graph = graph;
        _region = region;
        _components = new Components(graph, region);
        for (int i = 0; i < assumptions.Count; i++)
        {
            ulong bit = 1UL << i;
            _weak |= assumptions[i].Strength == FairnessStrength.Weak ? bit : 0;
            _strong |= assumptions[i].Strength == FairnessStrength.Strong ? bit : 0;
        }
    }

    /// <summary>Of the components in which a fair run can stay for ever, the one that is reached soonest.</summary>
    /// <returns>Its states, the one by which it is entered first; null if there is none.</returns>
    public IReadOnlyList<uint>? Find()
    {
        _components.FindAll(_components.LabelAll(), Examine);
        while (_work.TryPop(out (uint[] Places, uint Label) rest))
        {
            _components.FindIn(rest.Places, rest.Label, Examine);
        }

        return _best == Components.None ? null : [.. _components.PlacesOf(_best, _entry).Select(_region.State)];
    }

    public void Dispose() => _components.Dispose();

    private void Examine(ReadOnlySpan<uint> places, uint label)
    {
        ulong everywhere = ulong.MaxValue;
        ulong somewhere = 0;
        ulong taken = 0;
        uint entry = Region.None;
        foreach (uint place in places)
        {
            ulong enabled = _graph.Enabled(_region.State(place));
            everywhere &= enabled;
            somewhere |= enabled;
            taken |= Taken(place, label);
            entry = Math.Min(entry, place);
        }

        if ((_weak & everywhere & ~taken) != 0)
        {
            // Every run that stays here could always take a step that it never takes; so could one in a part of it.
            return;
        }

        ulong forbidden = _strong & somewhere & ~taken;
        if (forbidden != 0)
        {
            uint[] rest = [.. places.ToArray().Where(place => (_graph.Enabled(_region.State(place)) & forbidden) == 0)];
            _work.Push((rest, _components.Label(rest)));
        }
        else if (entry < _entry)
        {
            (_best, _entry) = (label, entry);
        }
    }

    private ulong Taken(uint place, uint label)
    {
        ulong taken = 0;
        uint state = _region.State(place);
        ReadOnlySpan<uint> targets = _graph.Targets(state);
        for (int step = 0; step < targets.Length; step++)
        {
            uint target = _region.Place(targets[step]);
            if (target != Region.None && _components.LabelOf(target) == label)
            {
                taken |= _graph.Groups(state, step);
            }
        }

        return taken;
    }
}
