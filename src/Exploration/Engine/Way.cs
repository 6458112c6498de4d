using Conformance.Exploration.State;

namespace Conformance.Exploration.Engine;

/// <summary>What a run has done since the last state that it knows by number.</summary>
/// <param name="From">The state's number; <see cref="Edge.Beginning"/> for none yet.</param>
/// <param name="Label">A hash of the steps since, and of what was chosen during them.</param>
/// <param name="Passed">The labels it had where the bounds left no choice that there would have been.</param>
internal readonly record struct Way(int From, ulong Label, ulong[] Passed)
{
    /// <summary>At a state.</summary>
    internal static Way At(int state) => new(state, 0, []);

    /// <summary>After one more step.</summary>
    internal Way Step(string fiber, ReadOnlySpan<int> outcomes)
    {
        ulong label = ContentReader.MixFirst(Label, TypePlan.NumberOf(fiber));
        foreach (int outcome in outcomes)
        {
            label = ContentReader.MixFirst(label, (ulong)outcome);
        }

        return this with { Label = label };
    }

    /// <summary>Past a state with a choice that the bounds do not leave to this run.</summary>
    internal Way Pass() => this with { Passed = [.. Passed, Label] };

    /// <summary>The whole of it, to a state or an end.</summary>
    internal Edge To(int state) => new(From, state, Label, Passed);
}
