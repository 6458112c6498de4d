namespace Conformance.Model.Checking;

/// <summary>What a search does with each state, settled once at its start.</summary>
/// <param name="System">What is searched.</param>
/// <param name="Properties">What is claimed; asked of the system only once.</param>
/// <param name="ReducesOrder">Whether local steps are taken first.</param>
/// <param name="ReducesSymmetry">Whether states are replaced by their representatives.</param>
/// <param name="KeepsEdges">Whether the steps between states are kept, for liveness.</param>
/// <param name="Audit">Examines the claims behind the reductions; null if not asked for.</param>
internal sealed record SearchPlan<TState>(
    TransitionSystem<TState> System, PropertySet<TState> Properties, bool ReducesOrder, bool ReducesSymmetry, bool KeepsEdges, ReductionAudit<TState>? Audit)
    where TState : unmanaged
{
    /// <summary>Participants a system may have: so many bits has the set of those with steps.</summary>
    private const int MostParticipants = 64;

    /// <summary>The plan for a system under the options.</summary>
    public static SearchPlan<TState> For(TransitionSystem<TState> system, CheckOptions options)
    {
        if (system.Participants.Count is 0 or > MostParticipants)
        {
            throw new ArgumentException($"{system.Name}: expected 1 to {MostParticipants} participants, got {system.Participants.Count}");
        }

        // An audit looks at every state, also at those that the reductions would have left out.
        bool reducesOrder = options.ReducesOrder && !options.Audit;
        bool reducesSymmetry = options.ReducesSymmetry && !options.Audit;
        PropertySet<TState> properties = system.Properties;
        bool keepsEdges = options.ChecksLiveness && properties.Liveness.Count > 0;
        if (keepsEdges && (reducesOrder || (reducesSymmetry && HasSymmetry(system))))
        {
            throw new ArgumentException(
                $"{system.Name}: expected liveness to be checked without a reduction, got both; leave out {(reducesOrder ? "partial-order reduction" : "symmetry")} or liveness");
        }

        return new(system, properties, reducesOrder, reducesSymmetry, keepsEdges, options.Audit ? new ReductionAudit<TState>(system, properties) : null);
    }

    private static bool HasSymmetry(TransitionSystem<TState> system)
    {
        var states = new List<TState>();
        system.AddInitial(states);
        TState first = states.FirstOrDefault();
        return system.Canonicalize(ref first);
    }
}
