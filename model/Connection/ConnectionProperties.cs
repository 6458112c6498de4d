using Conformance.Model.Checking;
using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>What must hold of every connection, whatever the dialects.</summary>
internal static class ConnectionProperties
{
    /// <summary>The properties that mean something within the bounds.</summary>
    public static PropertySet<ConnectionState> Of(ConnectionBounds bounds) => new()
    {
        Invariants = Invariants(),
        Rules = Rules(),
        Reachable = [.. Reachable(bounds)],
        Liveness = Liveness(),
        Assumptions = Assumptions(),
    };

    private static List<Invariant<ConnectionState>> Invariants() =>
    [
        Fault("S1 a back touches only what it maps, of the generation it read", ["GT-022", "BB-011"], Faults.ForeignAccess),
        new("S2 a page that the back maps stays granted", ["GT-008", "XB-021"], static (in ConnectionState state) =>
            (state.Held & BackResources.Pages) == 0 || (state.Resources & (FrontResources.Pages | FrontResources.Deferred)) != 0),
        Fault("S3 a request is answered at most once", ["BB-016", "RG-024"], Faults.AnsweredTwice),
        new("S4 a back that says Closed holds nothing of the front", ["XB-020"], static (in ConnectionState state) =>
            state.BackNode != Closed || !BackHolds(in state)),
        Fault("S5 nothing is written below a directory that was removed", ["XB-005", "XB-006", "XB-007"], Faults.Resurrected),
        Fault("S6 a back maps one generation at a time, each page once", ["XB-015", "XB-017"], Faults.MappedTwice),
        new("S6 a front whose peer was not replaced grants one generation at a time", ["XB-021", "BF-003"], static (in ConnectionState state) =>
            !state.Resources.Is(FrontResources.Deferred) || (state.Resources & FrontResources.Pages) == 0 || (state.Spent & (Spent.Death | Spent.Crash)) != 0),
        new("a back that says Connected has published the medium", ["NG-003", "NG-047"], static (in ConnectionState state) =>
            state.BackNode != StateChanges.Connected || state.Store.Is(StoreFacts.Late)),
        new("a back keeps serving while the front refuses to close", ["XB-024"], static (in ConnectionState state) =>
            !state.Front.Is(FrontFacts.Vetoes | FrontFacts.Runs | FrontFacts.Users) || state.Tool != ToolPc.Waiting
            || state.Held.Is(BackResources.Page0 | BackResources.Port | BackResources.Worker) || (state.Spent & (Spent.Death | Spent.Vanished)) != 0),
        new("a finished device has no hotplug-status", ["XB-028"], static (in ConnectionState state) =>
            !state.Back.Is(BackFacts.Destroyed) || !state.Store.Is(StoreFacts.Hotplug) || state.BackOwn != Closed),
        new("a disk is announced only by a front that has a connection or restores one", ["XB-052"], static (in ConnectionState state) =>
            !state.Front.Is(FrontFacts.Runs) || state.Resources.Is(FrontResources.Page0 | FrontResources.Port)),
    ];

    private static List<StepRule<ConnectionState>> Rules() =>
    [
        new("a front takes its states in the permitted order", ["XB-008", "XB-010", "XB-011"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            !IsBy(step, ConnectionParticipant.Front) || step.Code == (byte)ConnectionStep.OddState || before.FrontNode == after.FrontNode || FrontMayGo(before.FrontNode, after.FrontNode)),
        new("a back takes its states in the permitted order", ["XB-009", "XB-012"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            !IsBy(step, ConnectionParticipant.Back) || before.BackNode == after.BackNode || BackMayGo(before.BackNode, after.BackNode)),
        new("each end writes its own state only", ["XB-004"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            (before.FrontNode == after.FrontNode || !IsBy(step, ConnectionParticipant.Back)) && (before.BackNode == after.BackNode || !IsBy(step, ConnectionParticipant.Front))),
        new("a back says Connected with the ring mapped and the port bound", ["XB-051"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            !IsBy(step, ConnectionParticipant.Back) || after.BackNode != StateChanges.Connected || before.BackNode == after.BackNode
            || before.Held.Is(BackResources.Page0 | BackResources.Port | BackResources.Worker)),
        new("a back reports no failure for what its front has visibly taken back", ["XB-039", "EV-026"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            !IsBy(step, ConnectionParticipant.Back) || before.BackPc is not (BackPc.MapPage0 or BackPc.MapPage1 or BackPc.BindPort) || ConnectionSystem.NeedNotHappen(step)
            || before.Store.Is(StoreFacts.BackError) == after.Store.Is(StoreFacts.BackError) || ShowsWhatWasRead(in before)),
        new("a front says Connected after its back did to what it published, or in its first publication", ["XB-013"], static (in ConnectionState before, StepId step, in ConnectionState after) =>
            !IsBy(step, ConnectionParticipant.Front) || after.FrontNode != StateChanges.Connected || before.FrontNode == after.FrontNode || MaySayConnected(in before)),
    ];

    private static IEnumerable<Sometimes<ConnectionState>> Reachable(ConnectionBounds bounds)
    {
        yield return new("both ends are Connected", ["XB-008", "XB-009"], EndStates.IsConnected);
        yield return new("the ring has two pages", ["NG-013"], static (in ConnectionState state) => state.Held.Is(BackResources.Pages) || !state.Store.Is(StoreFacts.Limits));
        if (bounds.Removal)
        {
            yield return new("the device is gone", ["XB-027"], EndStates.IsGone);
            yield return new("a back that waits for its front is asked to close", ["XB-029"], static (in ConnectionState state) => state.Tool == ToolPc.Waiting && state.BackOwn is InitWait or Initialised);
        }

        if (bounds.Use && (bounds.Force || bounds.FrontDeath))
        {
            yield return new("a back closes with a request in flight", ["BB-028"], static (in ConnectionState state) => state.BackPc == BackPc.Drain && state.Request.Is(RequestFacts.InFlight));
        }

        if (bounds.Reconnects > 0)
        {
            yield return new("a second generation is connected", ["XB-025", "XB-026"], static (in ConnectionState state) => EndStates.IsConnected(in state) && state.FrontGeneration == 2);
        }

        if (bounds.Failures > 0)
        {
            yield return new("an attach has failed at the front", ["XB-039"], static (in ConnectionState state) => EndStates.IsFailedAttach(in state) && state.Front.Is(FrontFacts.Fails));
            yield return new("an attach has failed at the back", ["XB-039"], static (in ConnectionState state) => EndStates.IsFailedAttach(in state) && state.Back.Is(BackFacts.Fails));
        }

        if (bounds.FrontDeath)
        {
            yield return new("a front dies while its ring is mapped", ["XB-046", "GT-032"], static (in ConnectionState state) => state.Front.Is(FrontFacts.Dead) && state.Held.Is(BackResources.Page0));
        }

        if (bounds.Suspends > 0)
        {
            yield return new("a front is suspended between its publication and the back's answer", ["RS-002"], static (in ConnectionState state) => state.Suspend == SuspendPc.Suspended && state.FrontOwn == Initialised);
        }
    }

    private static List<LeadsTo<ConnectionState>> Liveness() =>
    [
        new("an attach ends connected or released", ["XB-039", "XB-014"], static (in ConnectionState state) => state.FrontOwn is Initialising or Initialised, static (in ConnectionState state) => EndStates.IsEnd(in state) || state.FrontOwn is Closed || state.FrontPc is FrontPc.Gone || state.Front.Is(FrontFacts.Dead) || state.FrontNode == StateChanges.Connected),
        new("a boot hold is released", ["XB-044", "XB-045"], static (in ConnectionState state) => state.Front.Is(FrontFacts.BootHold), static (in ConnectionState state) => !state.Front.Is(FrontFacts.BootHold)),
        new("a close that was asked for completes, or is refused for users", ["XB-018", "XB-027"], static (in ConnectionState state) => state.Tool is ToolPc.Waiting or ToolPc.Removing, static (in ConnectionState state) => state.Tool == ToolPc.Removed || EndStates.IsVetoed(in state) || state.Back.Is(BackFacts.Dead)),
        new("a request comes to its end", ["BF-039", "RS-005"], static (in ConnectionState state) => state.Request.Is(RequestFacts.Outstanding), static (in ConnectionState state) => !state.Request.Is(RequestFacts.Outstanding) || state.Back.Is(BackFacts.Dead)),
    ];

    private static List<Fairness> Assumptions() =>
    [
        new("the front goes on", FairnessStrength.Weak, static step => IsBy(step, ConnectionParticipant.Front) && !ConnectionSystem.NeedNotHappen(step)),
        new("the back goes on", FairnessStrength.Weak, static step => IsBy(step, ConnectionParticipant.Back) && !ConnectionSystem.NeedNotHappen(step)),
        new("the tool stack goes on", FairnessStrength.Weak, static step => IsBy(step, ConnectionParticipant.ToolStack) && !ConnectionSystem.NeedNotHappen(step)),
        new("the world goes on", FairnessStrength.Weak, static step => IsBy(step, ConnectionParticipant.World) && !ConnectionSystem.NeedNotHappen(step)),
    ];

    private static Invariant<ConnectionState> Fault(string name, IReadOnlyList<string> clauses, Faults fault) =>
        new(name, clauses, (in ConnectionState state) => (state.Faults & fault) == 0);

    private static bool IsBy(StepId step, ConnectionParticipant participant) => step.Participant == (byte)participant;

    private static bool ShowsWhatWasRead(in ConnectionState state) =>
        state.FrontNode is Initialised or StateChanges.Connected && state.Published == state.BackGeneration;

    /// <summary>
    /// Whether a front may say Connected: from Initialising no back may be Connected, as that would be to somebody else; later
    /// the back has mapped what the front published, or has gone on from Connected since the front looked.
    /// </summary>
    private static bool MaySayConnected(in ConnectionState state) => (state.FrontNode, state.BackNode) switch
    {
        (Unknown, _) => false,
        (Initialising, StateChanges.Connected) => false,
        (Initialising, _) => true,
        (_, Closing or Closed or Unknown) => true,

        // A back that died meanwhile has lost its maps, and may have begun anew; the front cannot know.
        _ when state.Spent.Is(Spent.Death) => true,
        (_, StateChanges.Connected) => state.Held.Is(BackResources.Page0) && !state.Held.Is(BackResources.Stale) && state.BackGeneration == state.FrontGeneration,
        _ => false,
    };

    /// <summary>The permitted path, the path of a lost connection (D-9), and Closing or Closed from anywhere.</summary>
    private static bool FrontMayGo(byte from, byte to) => to switch
    {
        Initialising => from is Closed or StateChanges.Connected,
        Initialised => from is Initialising or InitWait or Reconfiguring,
        StateChanges.Connected => from is Initialising or Initialised,
        Closing => from is not Closed,
        Closed => true,
        _ => false,
    };

    private static bool BackMayGo(byte from, byte to) => to switch
    {
        // From Connected after a restart, or to take a new generation (D-1).
        InitWait => from is Initialising or Closed or StateChanges.Connected or InitWait or Initialised,
        Initialised => from is Initialising or StateChanges.Connected or InitWait,
        StateChanges.Connected => from is InitWait or Initialised,
        Closing => from is not Closed,
        Closed => from is Closing,
        _ => false,
    };
}
