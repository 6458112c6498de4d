using Conformance.Model.Connection;

namespace Conformance.Model.Judging.Tracking;

/// <summary>
/// One pair of dialects, with every set of states that trackers came to and what each passage makes of it. A set has a number, and equal
/// sets have one. Any thread.
/// </summary>
internal sealed class PairMemory
{
    private readonly Lock gate = new();
    private readonly StateSpace space;
    private readonly List<(HashSet<ConnectionState> States, ulong Fingerprint)> sets = [];
    private readonly Dictionary<HashSet<ConnectionState>, int> numbers = new(new SameStates());
    private readonly Dictionary<(int Set, Passage Passage), Onward> onward = [];
    private readonly Dictionary<int, EndFacts> ends = [];

    internal PairMemory(Dialect front, Dialect back, bool backSaysInitialised)
    {
        (Front, Back) = (front, back);
        space = new StateSpace(front, back, backSaysInitialised);
        NumberOf(space.Beginning());
    }

    /// <summary>The number of the set in which a connection begins.</summary>
    internal const int Beginning = 0;

    internal Dialect Front { get; }

    internal Dialect Back { get; }

    /// <summary>What a passage makes of a set.</summary>
    internal Onward After(int set, Passage passage)
    {
        lock (gate)
        {
            if (!onward.TryGetValue((set, passage), out var found))
            {
                var before = space.Before(sets[set].States, passage);
                var after = space.After(before, passage);
                onward[(set, passage)] = found = new Onward(after.Count == 0 ? null : NumberOf(after), before.Count);
            }

            return found;
        }
    }

    /// <summary>Adds the pictures that one more step would show where a passage is not possible, each with who would take it.</summary>
    internal void AddAllowed(int set, Passage passage, HashSet<(ConnectionParticipant Who, Picture Shown)> into)
    {
        lock (gate)
        {
            space.AddAllowed(space.Before(sets[set].States, passage), into);
        }
    }

    /// <summary>A number for what is in a set.</summary>
    internal ulong FingerprintOf(int set)
    {
        lock (gate)
        {
            return sets[set].Fingerprint;
        }
    }

    /// <summary>How a connection may have ended that is in a set.</summary>
    internal EndFacts EndsOf(int set)
    {
        lock (gate)
        {
            if (!ends.TryGetValue(set, out var facts))
            {
                foreach (var state in space.Closed(sets[set].States))
                {
                    facts |= (EndStates.IsConnected(in state) ? EndFacts.Connected : 0)
                        | (EndStates.IsGone(in state) ? EndFacts.Gone : 0)
                        | (EndStates.IsFailedAttach(in state) ? EndFacts.FailedAttach : 0)
                        | (EndStates.IsClosedKeep(in state) ? EndFacts.ClosedKeep : 0);
                }

                ends[set] = facts;
            }

            return facts;
        }
    }

    private int NumberOf(HashSet<ConnectionState> states)
    {
        if (!numbers.TryGetValue(states, out int number))
        {
            numbers[states] = number = sets.Count;
            sets.Add((states, StateSpace.FingerprintOf(states)));
        }

        return number;
    }

    /// <summary>Where a passage leads.</summary>
    /// <param name="Set">The set after it; null when it is not possible.</param>
    /// <param name="Count">How many states there were just before it.</param>
    internal readonly record struct Onward(int? Set, int Count);

    private sealed class SameStates : IEqualityComparer<HashSet<ConnectionState>>
    {
        public bool Equals(HashSet<ConnectionState>? left, HashSet<ConnectionState>? right) => left!.SetEquals(right!);

        public int GetHashCode(HashSet<ConnectionState> states) => StateSpace.FingerprintOf(states).GetHashCode();
    }
}

/// <summary>How a connection may have ended.</summary>
[Flags]
internal enum EndFacts
{
    /// <summary>In none of the ways that have a name.</summary>
    None = 0,

    /// <summary>Connected (<see cref="EndStates.IsConnected"/>).</summary>
    Connected = 1,

    /// <summary>Gone (<see cref="EndStates.IsGone"/>).</summary>
    Gone = 2,

    /// <summary>Closed after an attach that failed (<see cref="EndStates.IsFailedAttach"/>).</summary>
    FailedAttach = 4,

    /// <summary>Closed, with its device kept (<see cref="EndStates.IsClosedKeep"/>).</summary>
    ClosedKeep = 8,
}
