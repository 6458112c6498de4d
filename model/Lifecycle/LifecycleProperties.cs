using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>What is claimed of a guest's life.</summary>
internal static class LifecycleProperties
{
    public const string RunsInThisWorld = "a device that runs uses nothing of a world that is no more";
    public const string StandsStill = "while a domain stands still its devices, its store and its interrupts do";
    public const string StoreIsOutside = "the store stops after the devices and goes on before them";
    public const string TablesFirst = "devices go on and interrupts are let through only with the tables of this world";
    public const string NobodyFrozen = "a guest that has nothing to do has no frozen device";
    public const string ThawsBackwards = "devices go on in the reverse of the order in which they were frozen";
    public const string CancelMakesNothing = "a suspend that came to nothing makes nothing again";
    public const string AcknowledgesOwn = "only the command that is carried out is acknowledged";
    public const string OneAtATime = "a command that is in progress is not replaced by another";
    public const string OnlyWhenAsked = "nothing is done that is not asked for";
    public const string TrueReason = "the reason for an end is what was asked for";
    public const string CompletesOnce = "a request that was completed is not issued again";
    public const string CommandIsTaken = "a command that stays is taken up";
    public const string SuspendEnds = "a suspend comes to its end";
    public const string StopIsNoticed = "a domain that stops is noticed";
    public const string DeviceRecovers = "a device that was resumed connects";
    public const string RequestCompletes = "a request is completed";

    public static PropertySet<LifecycleState> All() => new()
    {
        Invariants = [.. Invariants()],
        Rules = [.. Rules()],
        Reachable = [.. Reachable()],
        Liveness = [.. Liveness()],
        Assumptions =
        [
            .. LifecycleParticipant.Names.Select(static (name, index) => new Fairness($"the {name} goes on", FairnessStrength.Weak, step => step.Participant == index && !IsWish(step) && step.Code != (byte)LifecycleCode.Look)),
            new("the watch thread goes on", FairnessStrength.Weak, static step => step.Code == (byte)LifecycleCode.Look),
        ],
    };

    private static IEnumerable<Invariant<LifecycleState>> Invariants()
    {
        yield return new(RunsInThisWorld, ["RS-002", "RS-008", "CT-013"], static (in LifecycleState state) => OfBoth(in state, static device => device.Place != DevicePlace.Runs || !device.IsOld));
        yield return new(StandsStill, ["CT-010"], static (in LifecycleState state) => state.Domain != DomainPlace.Suspended
            || (OfBoth(in state, IsFrozen) && (state.Guest & (GuestFacts.Store | GuestFacts.Masked)) == GuestFacts.Masked));
        yield return new(StoreIsOutside, ["CT-010"], static (in LifecycleState state) => (state.Guest & GuestFacts.Store) != 0 || OfBoth(in state, IsFrozen));
        yield return new(TablesFirst, ["CT-013", "GT-060"], static (in LifecycleState state) =>
            (Has(in state, GuestFacts.Events | GuestFacts.Grants) || OfBoth(in state, IsFrozen)) && (Has(in state, GuestFacts.Events) || Has(in state, GuestFacts.Masked)));
        yield return new(NobodyFrozen, ["CT-011"], static (in LifecycleState state) => state.Current != Command.None || OfBoth(in state, static device => !IsFrozen(device)));
        yield return new(ThawsBackwards, ["CT-010", "CT-011"], static (in LifecycleState state) =>
            state.Outcome is not (Outcome.Refused or Outcome.Cancelled) || IsFrozen(state.Devices[0]) || !IsFrozen(state.Devices[1]));
    }

    private static IEnumerable<StepRule<LifecycleState>> Rules()
    {
        yield return new(CancelMakesNothing, ["CT-012", "GT-061"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            before.Outcome is not (Outcome.Refused or Outcome.Cancelled)
            || (LifecycleCode)step.Code is not (LifecycleCode.RebuildEvents or LifecycleCode.RebuildGrants or LifecycleCode.ReconnectStore or LifecycleCode.Resume));
        yield return new(AcknowledgesOwn, ["CT-003", "CT-004", "CT-005"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            step.Participant != LifecycleParticipant.Guest || before.Node == after.Node || before.Node == after.Current);
        yield return new(OneAtATime, ["CT-007"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            before.Current == Command.None || after.Current == Command.None || before.Current == after.Current);
        yield return new(OnlyWhenAsked, ["CT-001", "CT-002"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            before.Current != Command.None || after.Current == Command.None || after.Current == before.Node);
        yield return new(TrueReason, ["CT-015"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            before.Domain == DomainPlace.Down || after.Domain != DomainPlace.Down || (before.Current == Command.Reboot) == (after.Reason == Command.Reboot));
        yield return new(CompletesOnce, ["RS-005", "RS-006"], static (in LifecycleState before, StepId step, in LifecycleState after) =>
            !(IsIssuedAgain(before.Devices[0], after.Devices[0]) || IsIssuedAgain(before.Devices[1], after.Devices[1])));
    }

    private static IEnumerable<Sometimes<LifecycleState>> Reachable()
    {
        yield return new("a device refuses after another was frozen", ["CT-011"], static (in LifecycleState state) => state.Outcome == Outcome.Refused && IsFrozen(state.Devices[0]));
        yield return new("a suspend is cancelled with a request on the ring", ["CT-012"], static (in LifecycleState state) => state.Outcome == Outcome.Cancelled && state.Devices[0].Request == Request.OnRing);
        yield return new("a request waits in a new world", ["RS-005", "RS-009"], static (in LifecycleState state) => state.Outcome == Outcome.Moved && state.Devices[0] is { Place: DevicePlace.Recovers, Request: Request.Held });
        yield return new("a domain is suspended again before its devices have recovered", ["RS-010"], static (in LifecycleState state) =>
            state.Domain == DomainPlace.Suspended && state.Devices[0].Place == DevicePlace.FrozenInRecovery && state.Devices[1].Place == DevicePlace.Frozen);
        yield return new("something is asked while a suspend is in progress", ["CT-007"], static (in LifecycleState state) => state.Current == Command.Suspend && state.Node == Command.PowerOff);
        yield return new("something is asked in a new world before anybody watches", ["CT-001"], static (in LifecycleState state) => state.Node != Command.None && !Has(in state, GuestFacts.Watches));
        yield return new("a word that is not understood stays", ["CT-005"], static (in LifecycleState state) => state.Node == Command.Unknown && !Has(in state, GuestFacts.Event));
        yield return new("a reboot is noticed", ["CT-015"], static (in LifecycleState state) => state.Reason == Command.Reboot && (state.Tool & ToolFacts.Knows) != 0);
        yield return new("a halt ends as a poweroff", ["CT-015"], static (in LifecycleState state) => state.Current == Command.Halt && state.Reason == Command.PowerOff);
    }

    private static IEnumerable<LeadsTo<LifecycleState>> Liveness()
    {
        yield return new(CommandIsTaken, ["CT-001", "CT-003"], static (in LifecycleState state) => state.Node is not (Command.None or Command.Unknown) && state.Domain == DomainPlace.Runs,
            static (in LifecycleState state) => state.Node is Command.None or Command.Unknown || state.Domain == DomainPlace.Down);
        yield return new(SuspendEnds, ["CT-009", "CT-011"], static (in LifecycleState state) => state.Current == Command.Suspend, static (in LifecycleState state) => state.Current != Command.Suspend);
        yield return new(StopIsNoticed, ["CT-016"], static (in LifecycleState state) => state.Domain != DomainPlace.Runs, static (in LifecycleState state) => state.Domain == DomainPlace.Runs || (state.Tool & ToolFacts.Knows) != 0);
        yield return new(DeviceRecovers, ["RS-002", "RS-010"], static (in LifecycleState state) => state.Devices[0].Place is DevicePlace.Recovers or DevicePlace.FrozenInRecovery,
            static (in LifecycleState state) => state.Devices[0].Place is DevicePlace.Runs);
        yield return new(RequestCompletes, ["RS-005", "RS-009"], static (in LifecycleState state) => state.Devices[0].Request is Request.OnRing or Request.Held, static (in LifecycleState state) => state.Devices[0].Request == Request.Done);
    }

    private static bool IsWish(StepId step) =>
        (LifecycleCode)step.Code is LifecycleCode.Ask or LifecycleCode.Submit or LifecycleCode.Refuse or LifecycleCode.DeviceRefuses;

    private static bool IsIssuedAgain(Device before, Device after) => before.Request == Request.Done && after.Request != Request.Done;

    private static bool IsFrozen(Device device) => device.Place is DevicePlace.Frozen or DevicePlace.FrozenInRecovery;

    private static bool OfBoth(in LifecycleState state, Func<Device, bool> claim) => claim(state.Devices[0]) && claim(state.Devices[1]);

    private static bool Has(in LifecycleState state, GuestFacts facts) => (state.Guest & facts) == facts;
}
