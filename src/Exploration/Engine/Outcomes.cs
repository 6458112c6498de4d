using System.Runtime.InteropServices;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>Answers what a run asks: first as planned, then the plain way; and remembers what was asked.</summary>
internal sealed class Outcomes : IChoices
{
    private readonly List<int> _taken = [];
    private readonly List<int> _ways = [];
    private readonly List<string> _asked = [];
    private int[] _plan = [];

    /// <summary>Answers what no plan answers; null for the plain way.</summary>
    internal Func<int, int>? Ask { get; init; }

    /// <summary>How often something was chosen since <see cref="Plan"/>.</summary>
    internal int Count => _taken.Count;

    /// <summary>What was chosen.</summary>
    internal ReadOnlySpan<int> Taken => CollectionsMarshal.AsSpan(_taken);

    /// <summary>Among how many.</summary>
    internal int WaysOf(int index) => _ways[index];

    /// <summary>What it was about.</summary>
    internal string AskedFor(int index) => _asked[index];

    /// <summary>Begins anew, with the first choices given.</summary>
    internal void Plan(int[]? plan)
    {
        _plan = plan ?? [];
        _taken.Clear();
        _ways.Clear();
        _asked.Clear();
    }

    /// <inheritdoc/>
    public int Choose(string what, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int planned = _taken.Count < _plan.Length ? _plan[_taken.Count] : Ask?.Invoke(count) ?? 0;

        // A plan from elsewhere, such as a shortened schedule, may ask for more than there is.
        int chosen = planned < count ? planned : 0;
        _taken.Add(chosen);
        _ways.Add(count);
        _asked.Add(what);
        return chosen;
    }
}
