using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Tests.Model.Connection;

/// <summary>A connection in which a step does something else than it should.</summary>
/// <param name="inner">The connection.</param>
/// <param name="change">Changes what a step leads to; what it returns says whether the step is possible at all.</param>
internal sealed class MutantSystem(ConnectionSystem inner, MutantSystem.Change change) : TransitionSystem<ConnectionState>
{
    internal delegate bool Change(in ConnectionState before, StepId step, ref ConnectionState after);

    public override string Name => inner.Name;

    public override IReadOnlyList<string> Participants => inner.Participants;

    public override PropertySet<ConnectionState> Properties => inner.Properties;

    public override void AddInitial(ICollection<ConnectionState> into) => inner.AddInitial(into);

    public override void AddSteps(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        var steps = new TransitionBuffer<ConnectionState>();
        inner.AddSteps(in state, steps);
        foreach (var transition in steps.Transitions)
        {
            var after = transition.Next;
            if (change(in state, transition.Step, ref after))
            {
                into.Add(transition.Step, in after);
            }
        }
    }

    public override bool IsEnd(in ConnectionState state) => inner.IsEnd(in state);

    public override bool IsOptional(StepId step) => inner.IsOptional(step);

    public override StepText Describe(in ConnectionState before, StepId step, in ConnectionState after) => inner.Describe(in before, step, in after);

    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ConnectionState state) => inner.Describe(in state);
}
