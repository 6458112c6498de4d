using System.Runtime.InteropServices;
using Conformance.Exploration.State;

namespace Conformance.Exploration.Engine;

/// <summary>The states that were reached, with what is still to be explored from each. Any thread.</summary>
internal sealed class VisitedStates
{
    private const int Parts = 64;

    private readonly Part[] _parts = [.. Enumerable.Range(0, Parts).Select(static _ => new Part())];
    private long _count;
    private long _collisions;

    internal long Count => Interlocked.Read(ref _count);

    internal long Collisions => Interlocked.Read(ref _collisions);

    /// <summary>The first hashes of all of them; when nobody adds any more.</summary>
    internal HashSet<ulong> Keys() => [.. _parts.SelectMany(static part => part.States.Keys)];

    /// <summary>The first hash of the state with that number.</summary>
    internal ulong KeyOf(int number) => _parts.SelectMany(static part => part.States).First(state => state.Value.Number == number).Key;

    /// <summary>Notes that a state was reached.</summary>
    /// <param name="key">The state.</param>
    /// <param name="asleep">The fibers whose step from here leads nowhere new on this way; in order.</param>
    /// <param name="left">How many preemptions are left on this way; more is better.</param>
    internal Arrival Arrive(StateKey key, string[] asleep, int left)
    {
        var part = _parts[key.First % Parts];
        lock (part)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(part.States, key.First, out bool exists);
            if (!exists)
            {
                int number = (int)Interlocked.Increment(ref _count) - 1;
                known = new Known(number, key.Second, asleep, left);
                return new Arrival(number, ArrivalKind.New, asleep, []);
            }

            if (known.Second != key.Second)
            {
                Interlocked.Increment(ref _collisions);
            }

            if (left > known.Left)
            {
                // More may be reached with what is left on this way; what was asleep before need not be so now.
                known = known with { Asleep = asleep, Left = left };
                return new Arrival(known.Number, ArrivalKind.Again, asleep, []);
            }

            string[] woken = [.. known.Asleep.Except(asleep)];
            if (woken.Length == 0)
            {
                return new Arrival(known.Number, ArrivalKind.Known, [], []);
            }

            // Only who was never taken from here may go on sleeping: two that were left out for each other would both be missed.
            known = known with { Asleep = [.. known.Asleep.Intersect(asleep)] };
            return new Arrival(known.Number, ArrivalKind.Woken, known.Asleep, woken);
        }
    }

    private readonly record struct Known(int Number, ulong Second, string[] Asleep, int Left);

    private sealed class Part
    {
        internal Dictionary<ulong, Known> States { get; } = [];
    }
}

/// <summary>What a state is to who reaches it.</summary>
internal enum ArrivalKind
{
    /// <summary>Nobody was here.</summary>
    New,

    /// <summary>Somebody was here with less left of the bounds: everything is to be explored again.</summary>
    Again,

    /// <summary>Somebody was here and left out what must not be left out now.</summary>
    Woken,

    /// <summary>Everything from here is explored, or will be.</summary>
    Known,
}

/// <summary>How a state was reached.</summary>
/// <param name="Number">The state's number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Asleep">The fibers whose step leads nowhere new from here.</param>
/// <param name="Woken">The fibers whose step is to be explored, where only some are.</param>
internal readonly record struct Arrival(int Number, ArrivalKind Kind, string[] Asleep, string[] Woken);
