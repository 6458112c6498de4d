using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>What is claimed of grants.</summary>
internal static class GrantProperties
{
    public const string UsesWhatIsMeant = "S1 only the page that is meant is mapped";
    public const string UsesWhatIsPermitted = "S1 nothing is mapped or copied beyond what the entry permits";
    public const string FreeIsUnused = "S2 a page that its owner uses again is not within the peer's reach";
    public const string BitsCoverUse = "while an entry is used its bits say so";
    public const string BitsMeanUse = "an entry whose bits say it is used is used";
    public const string CountIsExact = "the count of free references is their number";
    public const string AllOrNothing = "a reservation of two gets both or none";
    public const string NobodyForgotten = "nobody waits for what is free";
    public const string ClaimsFree = "a reference is taken only when it is free";
    public const string CalledOnce = "who waits is called only while it waits, and with all it asked for";
    public const string OldGrantsEnd = "a second domain under an old number uses nothing that was granted to the first";
    public const string ZombieKeeps = "a dead domain's memory is not given back while others map it";
    public const string ZombieEnds = "a dead domain's memory is given back in the end";
    public const string DeferredEnds = "what was put off is tried again in the end";

    public static PropertySet<GrantState> Of(bool hasDeath) => new()
    {
        Invariants = [.. Invariants(), .. hasDeath ? DeathInvariants() : []],
        Rules =
        [
            new(ClaimsFree, ["GT-008", "GT-064"], static (in GrantState before, StepId _, in GrantState after) => Claims(in before, in after)),
            new(CalledOnce, ["GT-013"], static (in GrantState before, StepId _, in GrantState after) =>
                after.Waiter != Waiter.Called || before.Waiter == Waiter.Called || (before.Waiter == Waiter.Due && before.FreeCount == 2)),
        ],
        Reachable = [.. Reachable(), .. hasDeath ? DeathReachable() : []],
        Liveness =
        [
            hasDeath
                ? new(ZombieEnds, ["GT-032"], static (in GrantState state) => state.Owner == DomainLife.Dead, static (in GrantState state) => state.Owner == DomainLife.Reaped)
                : new(DeferredEnds, ["GT-010"], static (in GrantState state) => state.Places[0] == GrantPlace.Deferred, static (in GrantState state) => state.Places[0] != GrantPlace.Deferred),
        ],
        Assumptions = Fair(),
    };

    private static IEnumerable<Invariant<GrantState>> Invariants()
    {
        yield return OfUses(UsesWhatIsMeant, ["GT-006"], static (in GrantState state, Hand hand) =>
            state.Owner == DomainLife.Reaped || state.Places[hand.Reference] is GrantPlace.Revoked or GrantPlace.Free || (state.Entries[hand.Reference] & EntryFlags.Frame) != 0);
        yield return OfUses(UsesWhatIsPermitted, ["GT-022", "GT-041"], static (in GrantState state, Hand hand) =>
            state.Owner == DomainLife.Reaped
            || ((state.Entries[hand.Reference] & EntryFlags.Permit) != 0 && !(hand.Writes && (state.Entries[hand.Reference] & EntryFlags.ReadOnly) != 0)));
        yield return OfUses(FreeIsUnused, ["GT-007", "GT-008", "GT-009", "GT-010"], static (in GrantState state, Hand hand) =>
            state.Owner != DomainLife.Alive || state.Places[hand.Reference] is not (GrantPlace.Free or GrantPlace.Claimed or GrantPlace.Revoked));
        yield return OfUses(BitsCoverUse, ["GT-026", "GT-027", "GT-028", "GT-042"], static (in GrantState state, Hand hand) =>
            state.Owner == DomainLife.Reaped || Covers(state.Entries[hand.Reference], hand));
        yield return new(BitsMeanUse, ["GT-023", "GT-033"], static (in GrantState state) => IsUsedAsItSays(in state, 0) && IsUsedAsItSays(in state, 1));
        yield return new(CountIsExact, ["GT-011", "GT-015"], static (in GrantState state) => state.Owner != DomainLife.Alive || state.FreeCount == Count(in state, GrantPlace.Free));
        yield return new(AllOrNothing, ["GT-014"], static (in GrantState state) => !state.GotHalf);
        yield return new(NobodyForgotten, ["GT-012"], static (in GrantState state) => state.Waiter != Waiter.Waiting || state.FreeCount < 2);
    }

    private static IEnumerable<Invariant<GrantState>> DeathInvariants()
    {
        yield return new(ZombieKeeps, ["GT-032"], static (in GrantState state) => state.Owner != DomainLife.Reaped || !(state.Hands[0].Pins || state.Hands[1].Pins));
        yield return OfUses(OldGrantsEnd, ["GT-007", "GT-022"], static (in GrantState state, Hand hand) =>
            state.Peer != DomainLife.Second || state.Owner == DomainLife.Reaped || (state.Entries[hand.Reference] & EntryFlags.ForSecond) != 0);
    }

    private static IEnumerable<Sometimes<GrantState>> Reachable()
    {
        yield return new("one reference is mapped twice", ["GT-027"], static (in GrantState state) =>
            state.Hands[0].Place == HandPlace.Mapped && state.Hands[1].Place == HandPlace.Mapped && state.Hands[0].Reference == state.Hands[1].Reference);
        yield return new("an entry is copied from while it is mapped", ["GT-042"], static (in GrantState state) =>
            Either(in state, static (one, other) => one.Place == HandPlace.Mapped && other.Place == HandPlace.Copying && one.Reference == other.Reference));
        yield return new("an entry comes into use between the check and the swap", ["GT-007", "GT-009"], static (in GrantState state) =>
            state.Places[0] == GrantPlace.Checked && (state.Entries[0] & EntryFlags.InUse) != 0);
        yield return new("a revocation is put off", ["GT-010"], static (in GrantState state) => state.Places[0] == GrantPlace.Deferred);
        yield return new("a batch is revoked in part", ["GT-011"], static (in GrantState state) =>
            state.Batch && Count(in state, GrantPlace.Revoked) == 1 && Count(in state, GrantPlace.Deferred) == 1);
        yield return new("who waited is called", ["GT-012"], static (in GrantState state) => state.Waiter == Waiter.Called);
        yield return new("a writable mapping of a read-only entry is refused", ["GT-023"], static (in GrantState state) =>
            state.Hands[0].Place == HandPlace.Refused && state.Hands[0].Writes && (state.Entries[state.Hands[0].Reference] & (EntryFlags.Permit | EntryFlags.ReadOnly)) == (EntryFlags.Permit | EntryFlags.ReadOnly)
            || state.Hands[1].Place == HandPlace.Refused && state.Hands[1].Writes && (state.Entries[state.Hands[1].Reference] & (EntryFlags.Permit | EntryFlags.ReadOnly)) == (EntryFlags.Permit | EntryFlags.ReadOnly));
    }

    private static IEnumerable<Sometimes<GrantState>> DeathReachable()
    {
        yield return new("a page of a dead domain is mapped", ["GT-032"], static (in GrantState state) =>
            state.Owner == DomainLife.Dead && Either(in state, static (one, _) => one.Place == HandPlace.Mapped));
        yield return new("a dead domain's memory is given back", ["GT-032"], static (in GrantState state) => state.Owner == DomainLife.Reaped);
        yield return new("a second domain under an old number uses what was granted to it", ["GT-007"], static (in GrantState state) =>
            state.Peer == DomainLife.Second && Either(in state, static (one, _) => one.Place == HandPlace.Mapped));
    }

    /// <summary>Each reference's retry comes up again and again while the peer maps and unmaps, so it must be strongly fair; everyone else goes on while it can.</summary>
    private static Fairness[] Fair() =>
    [
        new("the owner goes on", FairnessStrength.Weak, static step => step.Participant == GrantParticipant.Owner && !IsWish(step)),
        new("the owner tries the first reference again", FairnessStrength.Strong, static step => step == new StepId(GrantParticipant.Owner, (byte)GrantCode.Retry)),
        new("a batch ends", FairnessStrength.Weak, static step => step.Participant == GrantParticipant.Owner && step.Code == (byte)GrantCode.EndBatch),
        .. Enumerable.Range(0, 2).Select(static hand => new Fairness(
            $"the peer's processor {hand} goes on", FairnessStrength.Weak,
            step => step.Participant == GrantParticipant.Peer && step.Argument >> GrantPeer.HandBit == hand && !IsWish(step))),
        new("the hypervisor gives memory back", FairnessStrength.Weak, static step => step.Code == (byte)GrantCode.Reap),
    ];

    private static bool IsWish(StepId step) => (GrantCode)step.Code is
        GrantCode.Claim or GrantCode.Reserve or GrantCode.BeginBatch or GrantCode.Wait or GrantCode.Cancel or GrantCode.Map or GrantCode.MapWritable or GrantCode.Copy or GrantCode.CopyWritable;

    private delegate bool UseClaim(in GrantState state, Hand hand);

    private static Invariant<GrantState> OfUses(string name, IReadOnlyList<string> clauses, UseClaim holds) =>
        new(name, clauses, (in GrantState state) =>
            (!state.Hands[0].Pins || holds(in state, state.Hands[0])) && (!state.Hands[1].Pins || holds(in state, state.Hands[1])));

    private static bool Either(in GrantState state, Func<Hand, Hand, bool> claim) =>
        claim(state.Hands[0], state.Hands[1]) || claim(state.Hands[1], state.Hands[0]);

    private static bool Covers(EntryFlags entry, Hand hand) => (entry & EntryFlags.Reading) != 0 && (!hand.Writes || (entry & EntryFlags.Writing) != 0);

    private static bool IsUsedAsItSays(in GrantState state, int reference)
    {
        var entry = state.Entries[reference];
        bool isRead = false;
        bool isWritten = false;
        for (int hand = 0; hand < 2; hand++)
        {
            bool uses = state.Hands[hand].Pins && state.Hands[hand].Reference == reference;
            isRead |= uses;
            isWritten |= uses && state.Hands[hand].Writes;
        }

        return ((entry & EntryFlags.Reading) == 0 || isRead) && ((entry & EntryFlags.Writing) == 0 || isWritten);
    }

    private static bool Claims(in GrantState before, in GrantState after)
    {
        for (int reference = 0; reference < 2; reference++)
        {
            if (after.Places[reference] == GrantPlace.Claimed && before.Places[reference] is not (GrantPlace.Claimed or GrantPlace.Free))
            {
                return false;
            }
        }

        return true;
    }

    private static int Count(in GrantState state, GrantPlace place) => (state.Places[0] == place ? 1 : 0) + (state.Places[1] == place ? 1 : 0);
}
