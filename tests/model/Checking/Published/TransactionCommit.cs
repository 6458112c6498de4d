using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Published;

/// <summary>Transaction commit as it is to be seen from outside (TCommit of the published examples): managers that prepare and then agree, in one step each.</summary>
internal sealed class TransactionCommit(int managers) : TransitionSystem<ulong>
{
    private const ulong Working = 0;
    private const ulong Prepared = 1;
    private const ulong Committed = 2;
    private const ulong Aborted = 3;

    public override string Name => "transaction-commit";

    public override IReadOnlyList<string> Participants { get; } = [.. Enumerable.Range(1, managers).Select(i => $"RM{i}")];

    public override PropertySet<ulong> Properties => new()
    {
        Invariants = [new("no manager commits while another aborts", [], (in state) => !(Any(state, Committed) && Any(state, Aborted)))],
        Reachable = [new("one commits", [], (in state) => Any(state, Committed)), new("one aborts", [], (in state) => Any(state, Aborted))],
    };

    public override void AddInitial(ICollection<ulong> into) => into.Add(0);

    public override void AddSteps(in ulong state, TransitionBuffer<ulong> into)
    {
        bool canCommit = !Any(state, Working) && !Any(state, Aborted);
        bool canAbort = !Any(state, Committed);
        for (int i = 0; i < managers; i++)
        {
            ulong own = Of(state, i);
            if (own == Working)
            {
                into.Add(new((byte)i, 0), With(state, i, Prepared));
            }

            if (own == Prepared && canCommit)
            {
                into.Add(new((byte)i, 1), With(state, i, Committed));
            }

            if (own is Working or Prepared && canAbort)
            {
                into.Add(new((byte)i, 2), With(state, i, Aborted));
            }
        }
    }

    public override bool IsEnd(in ulong state) => !Any(state, Working) && !Any(state, Prepared);

    public override StepText Describe(in ulong before, StepId step, in ulong after) => new(Participants[step.Participant], "", $"{step.Code}");

    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ulong state) => [new("state", $"{state:x}")];

    /// <summary>The managers are alike: their states are put in order.</summary>
    public override bool Canonicalize(ref ulong state)
    {
        ulong bits = state;
        state = Enumerable.Range(0, managers).Select(i => Of(bits, i)).Order().Aggregate(0UL, (sorted, value) => (sorted << 2) | value);
        return true;
    }

    private static ulong Of(ulong state, int i) => (state >> (2 * i)) & 3;

    private static ulong With(ulong state, int i, ulong value) => (state & ~(3UL << (2 * i))) | (value << (2 * i));

    private bool Any(ulong state, ulong value)
    {
        for (int i = 0; i < managers; i++)
        {
            if (Of(state, i) == value)
            {
                return true;
            }
        }

        return false;
    }
}
