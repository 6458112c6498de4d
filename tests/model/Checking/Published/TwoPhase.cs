using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Published;

/// <summary>
/// Two-phase commit as specified in TLA+ (TwoPhase of the published examples): resource managers that prepare, commit or
/// abort, and a manager that decides, over a set of messages that are never taken away.
/// </summary>
internal sealed class TwoPhase(int managers) : TransitionSystem<ulong>
{
    private const int Working = 0;
    private const int Prepared = 1;
    private const int Committed = 2;
    private const int Aborted = 3;

    // Bits: 2 for each manager's state; 16.. the managers known as prepared; 24.. the Prepared messages; 32 commit and 33
    // abort were sent; 34 the transaction manager's state, as the managers' (never prepared).
    private const int KnownAt = 16;
    private const int SentAt = 24;
    private const int CommitSent = 32;
    private const int AbortSent = 33;
    private const int DecidedAt = 34;

    private readonly ulong _all = (1UL << managers) - 1;

    public override string Name => "two-phase";

    public override IReadOnlyList<string> Participants { get; } = ["TM", .. Enumerable.Range(1, managers).Select(i => $"RM{i}")];

    public override PropertySet<ulong> Properties => new()
    {
        Invariants = [new("no manager commits while another aborts", [], (in state) => !(Any(state, Committed) && Any(state, Aborted)))],
        Reachable =
        [
            new("all commit", [], (in state) => All(state, Committed)),
            new("one aborts", [], (in state) => Any(state, Aborted)),
        ],
    };

    public override void AddInitial(ICollection<ulong> into) => into.Add(0);

    public override void AddSteps(in ulong state, TransitionBuffer<ulong> into)
    {
        bool undecided = ((state >> DecidedAt) & 3) == Working;
        if (undecided && ((state >> KnownAt) & _all) == _all)
        {
            into.Add(new(0, 0), state | ((ulong)Committed << DecidedAt) | (1UL << CommitSent));
        }

        if (undecided)
        {
            into.Add(new(0, 1), state | ((ulong)Aborted << DecidedAt) | (1UL << AbortSent));
        }

        for (int i = 0; i < managers; i++)
        {
            if (undecided && ((state >> (SentAt + i)) & 1) != 0)
            {
                into.Add(new(0, 2, (ushort)i), state | (1UL << (KnownAt + i)));
            }

            AddManagerSteps(state, i, into);
        }
    }

    public override bool IsEnd(in ulong state) => true;

    public override StepText Describe(in ulong before, StepId step, in ulong after) => new(Participants[step.Participant], "", $"{step.Code}");

    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ulong state) => [new("state", $"{state:x}")];

    private static void AddManagerSteps(ulong state, int i, TransitionBuffer<ulong> into)
    {
        byte who = (byte)(i + 1);
        if (Of(state, i) == Working)
        {
            into.Add(new(who, 3), With(state, i, Prepared) | (1UL << (SentAt + i)));
            into.Add(new(who, 4), With(state, i, Aborted));
        }

        if (((state >> CommitSent) & 1) != 0)
        {
            into.Add(new(who, 5), With(state, i, Committed));
        }

        if (((state >> AbortSent) & 1) != 0)
        {
            into.Add(new(who, 6), With(state, i, Aborted));
        }
    }

    private static int Of(ulong state, int i) => (int)(state >> (2 * i)) & 3;

    private static ulong With(ulong state, int i, int value) => (state & ~(3UL << (2 * i))) | ((ulong)value << (2 * i));

    private bool All(ulong state, int value) => Enumerable.Range(0, managers).All(i => Of(state, i) == value);

    private bool Any(ulong state, int value) => Enumerable.Range(0, managers).Any(i => Of(state, i) == value);
}
