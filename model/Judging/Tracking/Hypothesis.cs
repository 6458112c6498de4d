using Conformance.Model.Connection;

namespace Conformance.Model.Judging.Tracking;

/// <summary>One pair of dialects, with the set of states in which the connection may be if the two ends speak them.</summary>
/// <param name="memory">Has the pair, and its sets.</param>
/// <param name="pair">Which pair.</param>
internal sealed class Hypothesis(JudgeMemory memory, int pair)
{
    // Numbers: who brings a run back to where it was brings its judge back by them, and the sets stay where they are.
    private int set = PairMemory.Beginning;

    public Dialect Front => Pair.Front;

    public Dialect Back => Pair.Back;

    /// <summary>A number for the states in which it may be.</summary>
    public ulong Fingerprint => Pair.FingerprintOf(set);

    /// <summary>How the connection may have ended.</summary>
    public EndFacts Ends => Pair.EndsOf(set);

    private PairMemory Pair => memory.Pairs[pair];

    /// <summary>Where a passage would lead from here.</summary>
    public PairMemory.Onward After(Passage passage) => Pair.After(set, passage);

    /// <summary>Goes on to where a passage leads that is always possible.</summary>
    public void Take(Passage passage) => GoTo(After(passage).Set ?? throw new InvalidOperationException($"expected a passage that is possible from everywhere, got {passage}"));

    /// <summary>Goes on in another set.</summary>
    public void GoTo(int number) => set = number;

    /// <summary>Adds the pictures that one more step would show where a passage is not possible, each with who would take it.</summary>
    public void AddAllowed(Passage passage, HashSet<(ConnectionParticipant Who, Picture Shown)> into) => Pair.AddAllowed(set, passage, into);
}
