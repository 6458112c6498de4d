using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>
/// The life of grants: publication, mapping and copying, revocation that is put off while an entry is in use, release in a
/// batch, waiting for free references, the death of either domain and the reuse of its number (clauses GT-006 to GT-033).
/// </summary>
/// <param name="name">A short name that a command line can carry.</param>
/// <param name="hasDeath">Whether domains may die. The peer then is hostile as well: it may use again and again what its owner has put off, so that nothing says when a revocation comes to its end.</param>
/// <param name="mutant">What it does wrong.</param>
internal sealed class GrantModel(string name, bool hasDeath, GrantMutant mutant = GrantMutant.None) : TransitionSystem<GrantState>
{
    private readonly GrantOwner _owner = new(mutant);
    private readonly GrantPeer _peer = new(mutant, isHostile: hasDeath);

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants => GrantParticipant.Names;

    /// <inheritdoc/>
    public override PropertySet<GrantState> Properties { get; } = GrantProperties.Of(hasDeath);

    /// <inheritdoc/>
    public override void AddInitial(ICollection<GrantState> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Add(new GrantState { FreeCount = 2 });
    }

    /// <inheritdoc/>
    public override void AddSteps(in GrantState state, TransitionBuffer<GrantState> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (state.Owner == DomainLife.Alive)
        {
            _owner.Add(in state, into);
        }

        if (state.Peer is DomainLife.Alive or DomainLife.Second)
        {
            _peer.Add(in state, into);
        }

        if (hasDeath)
        {
            AddDeaths(in state, into);
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in GrantState state) =>
        !state.Batch && state.Hands[0].Place == HandPlace.Idle && state.Hands[1].Place == HandPlace.Idle
        && (state.Owner == DomainLife.Reaped || (state.Places[0] == GrantPlace.Free && state.Places[1] == GrantPlace.Free));

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => (GrantCode)step.Code is
        GrantCode.Claim or GrantCode.Reserve or GrantCode.BeginBatch or GrantCode.Wait or GrantCode.Cancel or GrantCode.Map or GrantCode.MapWritable
        or GrantCode.Copy or GrantCode.CopyWritable or GrantCode.OwnerDies or GrantCode.PeerDies or GrantCode.Reuse;

    /// <summary>The peer's two processors are alike.</summary>
    public override bool Canonicalize(ref GrantState state)
    {
        var (first, second) = (state.Hands[0], state.Hands[1]);
        if (Rank(first) > Rank(second))
        {
            (state.Hands[0], state.Hands[1]) = (second, first);
        }

        return true;
    }

    /// <inheritdoc/>
    public override StepText Describe(in GrantState before, StepId step, in GrantState after) => GrantWords.Describe(in before, step, in after);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in GrantState state) => GrantWords.Describe(in state);

    private static int Rank(Hand hand) => ((byte)hand.Place << 2) | (hand.Reference << 1) | (hand.Writes ? 1 : 0);

    private void AddDeaths(in GrantState state, TransitionBuffer<GrantState> into)
    {
        if (state.Owner == DomainLife.Alive)
        {
            var next = state;
            next.Owner = DomainLife.Dead;
            next.Waiter = Waiter.None;
            next.Batch = false;
            into.Add(new StepId(GrantParticipant.Hypervisor, (byte)GrantCode.OwnerDies), in next);
        }
        else if (state.Owner == DomainLife.Dead && (mutant == GrantMutant.ReapsMapped || !(state.Hands[0].Pins || state.Hands[1].Pins)))
        {
            var next = state;
            next.Owner = DomainLife.Reaped;
            next.Places = default;
            next.Entries = default;
            next.FreeCount = 2;
            into.Add(new StepId(GrantParticipant.Hypervisor, (byte)GrantCode.Reap), in next);
        }

        if (state.Peer == DomainLife.Alive)
        {
            AddPeerDeath(in state, into);
        }
        else if (state.Peer == DomainLife.Dead && state.Owner == DomainLife.Alive && (mutant == GrantMutant.ReusesAtOnce || !GrantsToFirst(in state)))
        {
            var next = state;
            next.Peer = DomainLife.Second;
            into.Add(new StepId(GrantParticipant.ToolStack, (byte)GrantCode.Reuse), in next);
        }
    }

    /// <summary>All its mappings end, and the bits of use with them (GT-033).</summary>
    private void AddPeerDeath(in GrantState state, TransitionBuffer<GrantState> into)
    {
        var next = state;
        next.Peer = DomainLife.Dead;
        next.Hands = default;
        for (int reference = 0; reference < 2 && mutant != GrantMutant.DeathLeavesBits; reference++)
        {
            next.Entries[reference] &= ~EntryFlags.InUse;
        }

        into.Add(new StepId(GrantParticipant.Hypervisor, (byte)GrantCode.PeerDies), in next);
    }

    /// <summary>Whether something is granted, or about to be, to the domain that died: its number must not be given away (I-42).</summary>
    private static bool GrantsToFirst(in GrantState state)
    {
        for (int reference = 0; reference < 2; reference++)
        {
            if (state.Places[reference] == GrantPlace.Filled || (state.Entries[reference] & EntryFlags.Permit) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
