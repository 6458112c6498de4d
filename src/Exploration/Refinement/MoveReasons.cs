using Conformance.Model.Connection;
using Conformance.Model.Trace;
using static Conformance.Model.Protocol.XenBus.XenbusState;

namespace Conformance.Exploration.Refinement;

/// <summary>
/// Why no run takes a move of the model, written by hand for each family of moves. There is no reason for whatever else: a move
/// that no run takes and that is of no family is a gap, and a move of a family that a run takes shows that its reason is wrong.
/// </summary>
public static class MoveReasons
{
    private static readonly (string Why, Func<ProductCell, ProductCell, bool> Has)[] s_families =
    [
        ("a front of another dialect says InitWait; the reference's does not (D-11)",
            static (from, to) => from.Front == InitWait || to.Front == InitWait),
        ("a front of another dialect reconfigures; the reference's does not (D-12)",
            static (from, to) => from.Front is Reconfiguring or Reconfigured || to.Front is Reconfiguring or Reconfigured),
        ("a back of another kind says Initialised for InitWait; the reference's says InitWait (XB-012)",
            static (from, to) => from.Back == Initialised || to.Back == Initialised),
        ("a move to another host makes both directories anew: to the judge that is another connection",
            static (from, to) => to is { Front: Initialising, Back: Initialising } && from.Front != Unknown),
        ("a disk that is added again is to the judge another connection",
            static (from, _) => from is { Front: Unknown, Back: Unknown }),
        ("a removal: the judge follows it and lists no move",
            static (from, to) => (to.Front == Unknown && from.Front != Unknown) || (to.Back == Unknown && from.Back != Unknown)),
        ("a front that says Connected at once is in scenarios whose back is Initialising or in InitWait when it publishes (I-02, I-55)",
            static (from, to) => from.Front == Initialising && to.Front == Connected && from.Back is Closing or Closed),
        ("a Connected front whose kernel is replaced finds its back as it was; the scenarios of that have a scripted front before, whose end is no move of this one (I-32, I-33)",
            static (from, to) => from.Front == Connected && to.Front == Initialising && from.Back is Connected or Closing),
        ("the reference's front walks a Connected back to Closed before it publishes (XB-013, D-1)",
            static (from, to) => from == new ProductCell(Initialising, Connected) && to.Front == Initialised),
        ("the reference's front publishes on a look at InitWait: the back must leave it between that look and the commit; no run within the bounds of the page does",
            static (from, to) => from.Front == Initialising && to.Front == Initialised && from.Back is Closing or Unknown),
        ("the reference's front connects on a look at Connected: the back must leave it between that look and the write; no run within the bounds of the page does",
            static (from, to) => from.Front == Initialised && to.Front == Connected && from.Back is InitWait or Closing or Closed or Unknown),
        ("a front that has nothing published stays in Initialising when its back is gone (FrontDevice, D-2)",
            static (from, to) => from == new ProductCell(Initialising, Unknown) && to.Front == Closing),
        ("needs the back's directory to go alone between the front's commit and the back's Connected; no scenario's tool stack removes it there",
            static (from, to) => from == new ProductCell(Initialised, Unknown) && to.Front == Closing),
        ("no scenario has a removal beside a back that is started anew under a front that is Initialised, Connected or closing",
            static (from, to) => to.Back == Closing && from.Back == Initialising && from.Front is Initialised or Connected or Closing or Closed),
        ("the removal must fall between the back's Connected and the front's; no run within the bounds of the page does",
            static (from, to) => from == new ProductCell(Initialised, Connected) && to.Back == Closing),
        ("the reference's back, started anew, says Initialising before InitWait (XB-053)",
            static (from, to) => from.Back == Connected && to.Back == InitWait),
        ("the front must leave Initialised between the back's look at it and the back's Connected, several steps of either; no run within the bounds of the page does",
            static (from, to) => from.Back == InitWait && to.Back == Connected && from.Front == Initialising),
    ];

    /// <summary>Every reason.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_families.Select(family => family.Why)];

    /// <summary>Why no run takes a move of the model; null where no reason is known.</summary>
    public static string? Find(ProductMove move)
    {
        ArgumentNullException.ThrowIfNull(move);
        return s_families.FirstOrDefault(family => family.Has(move.From, move.To)).Why;
    }

    /// <summary>Why no run shows a step of a driver; null where no reason is known.</summary>
    public static string? Find(string step) => step switch
    {
        BackStep.WatchFront or BackStep.DecideOnline => "taken by the bus for every driver, which shows as requests to the store",
        _ => null,
    };
}
