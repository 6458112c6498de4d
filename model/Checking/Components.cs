namespace Conformance.Model.Checking;

/// <summary>
/// Strongly connected components of parts of a region, by Tarjan's algorithm without recursion. A part is the places that
/// bear its label; each component that is found gets a label of its own, so that later searches stay within one.
/// </summary>
internal sealed class Components : IDisposable
{
    /// <summary>The label of places that belong to nothing any more.</summary>
    public const uint None = 0;

    private readonly StateGraph _graph;
    private readonly Region _region;
    private readonly NativeList<uint> _labels = new();
    private readonly NativeList<uint> _index = new();
    private readonly NativeList<uint> _low = new();
    private readonly NativeList<uint> _stack = new();
    private readonly NativeList<(uint Place, int Step)> _calls = new();
    private uint _label;
    private uint _counter;

    public Components(StateGraph graph, Region region)
    {
        _graph = graph;
        _region = region;
        _labels.Fill(region.Count, None);
        _index.Fill(region.Count, 0);
        _low.Fill(region.Count, 0);
    }

    /// <summary>Takes a component: its places, which are in no order, and its label.</summary>
    public delegate void Found(ReadOnlySpan<uint> places, uint label);

    /// <summary>Bytes for a graph of so many states, at the most.</summary>
    public static long BytesFor(long states) => states * 6 * sizeof(uint);

    public uint LabelOf(uint place) => _labels[place];

    /// <summary>Gives places a new label.</summary>
    public uint Label(ReadOnlySpan<uint> places)
    {
        _label++;
        foreach (uint place in places)
        {
            _labels[place] = _label;
        }

        return _label;
    }

    /// <summary>Gives all places a new label.</summary>
    public uint LabelAll()
    {
        _labels.Fill(_region.Count, ++_label);
        return _label;
    }

    /// <summary>Places of a label from one on.</summary>
    public IEnumerable<uint> PlacesOf(uint label, uint first)
    {
        for (uint place = first; place < _region.Count; place++)
        {
            if (_labels[place] == label)
            {
                yield return place;
            }
        }
    }

    /// <summary>Finds the components of the whole region, which bears one label.</summary>
    public void FindAll(uint label, Found found)
    {
        for (uint place = 0; place < _region.Count; place++)
        {
            FindFrom(place, label, found);
        }
    }

    /// <summary>Finds the components of a part.</summary>
    public void FindIn(uint[] places, uint label, Found found)
    {
        foreach (uint place in places)
        {
            _index[place] = 0;
        }

        foreach (uint place in places)
        {
            FindFrom(place, label, found);
        }
    }

    public void Dispose()
    {
        _labels.Dispose();
        _index.Dispose();
        _low.Dispose();
        _stack.Dispose();
        _calls.Dispose();
    }

    private void FindFrom(uint root, uint label, Found found)
    {
        if (_labels[root] != label || _index[root] != 0)
        {
            return;
        }

        Enter(root);
        while (_calls.Count > 0)
        {
            (uint place, int step) = _calls[_calls.Count - 1];
            ReadOnlySpan<uint> targets = _graph.Targets(_region.State(place));
            if (step == targets.Length)
            {
                Leave(place, found);
                continue;
            }

            _calls[_calls.Count - 1].Step++;
            uint target = _region.Place(targets[step]);
            if (target == Region.None || _labels[target] != label)
            {
                continue;
            }

            if (_index[target] == 0)
            {
                Enter(target);
            }
            else
            {
                // A place that still bears the label is on the stack: those of finished components bear others.
                _low[place] = Math.Min(_low[place], _index[target]);
            }
        }
    }

    private void Enter(uint place)
    {
        _index[place] = _low[place] = ++_counter;
        _stack.Add(place);
        _calls.Add((place, 0));
    }

    private unsafe void Leave(uint place, Found found)
    {
        _calls.Resize(_calls.Count - 1);
        if (_calls.Count > 0)
        {
            uint caller = _calls[_calls.Count - 1].Place;
            _low[caller] = Math.Min(_low[caller], _low[place]);
        }

        if (_low[place] != _index[place])
        {
            return;
        }

        long begin = _stack.Count;
        while (_stack[--begin] != place)
        {
        }

        var members = new ReadOnlySpan<uint>(_stack.Items + begin, checked((int)(_stack.Count - begin)));
        uint label = Label(members);
        if (members.Length > 1 || _graph.Targets(_region.State(place)).Contains(_region.State(place)))
        {
            found(members, label);
        }

        _stack.Resize(begin);
    }
}
