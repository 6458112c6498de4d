using Conformance.Model.Connection;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Model.Pictures;

/// <summary>State diagrams of a connection, from what the models really do.</summary>
public static class ConnectionDiagrams
{
    /// <summary>
    /// The table of both states: down the front's, across the back's; the moves of both ends with their step codes. What the
    /// tool stack and the world do leads from nearly everywhere to the same few cells and is left out, and so are states that are not a front's to show.
    /// </summary>
    public static StateDiagram OfBoth(ConnectionProduct product)
    {
        ArgumentNullException.ThrowIfNull(product);
        var cells = product.Cells.Keys.Where(IsProper).ToList();
        var rows = Order(cells.Select(cell => cell.Front));
        var columns = Order(cells.Select(cell => cell.Back));
        return new(
            "The states of both ends",
            [.. cells.Select(cell => new DiagramNode(NameOf(cell), $"{ProductCell.NameOf(cell.Front)}, {ProductCell.NameOf(cell.Back)}", rows[cell.Front], columns[cell.Back], IsRest(cell)))],
            [.. product.Moves.Where(move => IsByAnEnd(move) && IsProper(move.From) && IsProper(move.To)).GroupBy(move => (move.From, move.To)).Select(group => new DiagramArrow(NameOf(group.Key.From), NameOf(group.Key.To), Codes(group)))]);
    }

    /// <summary>The life of one end: its states, and who takes it from one to another, in which step.</summary>
    public static StateDiagram OfOne(ConnectionProduct product, ConnectionParticipant end)
    {
        ArgumentNullException.ThrowIfNull(product);
        Func<ProductCell, XenbusState> own = end == ConnectionParticipant.Front ? static cell => cell.Front : static cell => cell.Back;
        var columns = Order(product.Cells.Keys.Select(own));
        var moves = product.Moves.Where(move => own(move.From) != own(move.To)).GroupBy(move => (From: own(move.From), To: own(move.To)));
        return new(
            $"The life of a {(end == ConnectionParticipant.Front ? "front" : "back")}",
            [.. columns.Keys.Select(state => new DiagramNode(state.ToString(), ProductCell.NameOf(state), 0, columns[state], state is XenbusState.Connected or XenbusState.Closed or XenbusState.Unknown))],
            [.. moves.OrderBy(group => columns[group.Key.From]).ThenBy(group => columns[group.Key.To]).Select(group => new DiagramArrow(group.Key.From.ToString(), group.Key.To.ToString(), Codes(group)))]);
    }

    private static Dictionary<XenbusState, int> Order(IEnumerable<XenbusState> states) =>
        states.Distinct().OrderBy(ProductCell.Order).Select((state, index) => (state, index)).ToDictionary(pair => pair.state, pair => pair.index);

    private static string NameOf(ProductCell cell) => $"{cell.Front}_{cell.Back}";

    private static bool IsRest(ProductCell cell) => (cell.Front, cell.Back) is
        (XenbusState.Connected, XenbusState.Connected) or (XenbusState.Closed, XenbusState.Closed) or (XenbusState.Unknown, XenbusState.Unknown);

    private static bool IsProper(ProductCell cell) => cell.Front is not (XenbusState.InitWait or XenbusState.Reconfiguring);

    private static bool IsByAnEnd(ProductMove move) => move.By is ConnectionParticipant.Front or ConnectionParticipant.Back;

    /// <summary>Step codes of an end; who it is of anybody else, whose steps have none that tell them apart.</summary>
    private static string Codes(IEnumerable<ProductMove> moves) =>
        string.Join(", ", moves.Select(move => IsByAnEnd(move) ? move.Step.Code : Obligation.NameOf(move.By)["the ".Length..]).Distinct().Order(StringComparer.Ordinal));
}
