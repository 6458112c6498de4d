using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>What must hold of two devices: of each what must hold of one, whatever becomes of the other.</summary>
internal static class TwoDevicesProperties
{
    /// <summary>The properties.</summary>
    /// <param name="one">Those of one connection.</param>
    /// <param name="end">The end that shares a queue.</param>
    /// <param name="mayHang">Whether it may hang.</param>
    public static PropertySet<TwoConnections> Of(PropertySet<ConnectionState> one, SharedEnd end, bool mayHang) => new()
    {
        Invariants = [.. Each(one.Invariants, Lift)],
        Rules = [.. Each(one.Rules, Lift)],
        Liveness = [.. Each(one.Liveness, Lift)],
        Reachable = [.. Reachable(end, mayHang)],
        Assumptions =
        [
            .. Each(one.Assumptions, Lift),

            // What a queue gives: an event is not passed over for ever.
            .. Each(Enumerable.Range(0, 8).Select(bit => (byte)(1 << bit)).ToList(), static (what, device) => new Fairness(
                $"an event in the queue is handed out (event {what}, device {device + 1})", FairnessStrength.Strong,
                step => step.Code == TwoDevicesSystem.Deliver && step.Argument == TwoDevicesSystem.ArgumentOf(device, what))),
        ],
    };

    private static IEnumerable<TLifted> Each<TOne, TLifted>(IReadOnlyList<TOne> all, Func<TOne, int, TLifted> lift) =>
        from device in Enumerable.Range(0, 2)
        from one in all
        select lift(one, device);

    private static string NameOf(int device, string name) => $"device {device + 1}: {name}";

    private static Invariant<TwoConnections> Lift(Invariant<ConnectionState> one, int device) =>
        new(NameOf(device, one.Name), [.. one.Clauses, "BB-024"], (in TwoConnections state) => one.Holds(in state.Devices[device]));

    private static StepRule<TwoConnections> Lift(StepRule<ConnectionState> one, int device) =>
        new(NameOf(device, one.Name), [.. one.Clauses, "BB-024"], (in TwoConnections before, StepId step, in TwoConnections after) =>
            !TwoDevicesSystem.IsOf(step, device) || one.Holds(in before.Devices[device], TwoDevicesSystem.InnerOf(step), in after.Devices[device]));

    /// <summary>A device that hangs owes nothing any more; the other device owes all, as the two share no more than a queue.</summary>
    private static LeadsTo<TwoConnections> Lift(LeadsTo<ConnectionState> one, int device) =>
        new(
            NameOf(device, one.Name),
            [.. one.Clauses, "XB-061"],
            (in TwoConnections state) => !state.IsHung(device) && one.From(in state.Devices[device]),
            (in TwoConnections state) => state.IsHung(device) || one.To(in state.Devices[device]));

    private static Fairness Lift(Fairness one, int device) =>
        new($"{one.Name} (device {device + 1})", one.Strength, step => TwoDevicesSystem.IsOf(step, device) && one.Selects(TwoDevicesSystem.InnerOf(step)));

    private static bool IsClosing(in ConnectionState state) => state.FrontNode >= StateChanges.Closing && StateChanges.BackHolds(in state);

    private static IEnumerable<Sometimes<TwoConnections>> Reachable(SharedEnd end, bool mayHang)
    {
        yield return new("both devices are connected", ["XB-008"], static (in TwoConnections state) => EndStates.IsConnected(in state.Devices[0]) && EndStates.IsConnected(in state.Devices[1]));
        yield return new("both devices are gone", ["XB-027"], static (in TwoConnections state) => EndStates.IsGone(in state.Devices[0]) && EndStates.IsGone(in state.Devices[1]));
        yield return new("both devices close at once", ["BB-024"], static (in TwoConnections state) => IsClosing(in state.Devices[0]) && IsClosing(in state.Devices[1]));
        yield return new("events for both are queued while a handler works", ["XB-061"], (in TwoConnections state) => state.Queued[0] != 0 && state.Queued[1] != 0 && !end.IsIdle(in state.Devices[0]));
        if (mayHang)
        {
            yield return new("one device is gone while the other hangs", ["XB-061"], static (in TwoConnections state) =>
                (state.IsHung(0) && EndStates.IsGone(in state.Devices[1])) || (state.IsHung(1) && EndStates.IsGone(in state.Devices[0])));
        }
    }
}
