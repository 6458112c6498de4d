using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>What somebody owes in one cell of the product table. It is a liveness property of the models.</summary>
/// <param name="Cell">Where it is owed.</param>
/// <param name="Who">Who owes it.</param>
/// <param name="Text">What is done in the end, as a sentence that goes on from <paramref name="Who"/>.</param>
/// <param name="Clauses">Ids of the clauses that say so.</param>
/// <param name="IsMet">Where the obligation ends.</param>
public sealed record Obligation(ProductCell Cell, ConnectionParticipant Who, string Text, IReadOnlyList<string> Clauses, StatePredicate<ConnectionState> IsMet)
{
    /// <summary>Whether an obligation of this cell stands in a state: a device that a tool stack has added, whose back lives.</summary>
    public bool IsOwed(in ConnectionState state) => ProductCell.Of(in state) == Cell && state.Tool != ToolPc.Before && !state.Back.Is(BackFacts.Dead);

    /// <summary>It as a property: whenever it is owed, it is met in the end, unless the back dies for good.</summary>
    public LeadsTo<ConnectionState> ToProperty() => new(
        ToString(), Clauses, (in ConnectionState state) => IsOwed(in state), (in ConnectionState state) => IsMet(in state) || state.Back.Is(BackFacts.Dead));

    /// <summary>That it is owed somewhere, so that the property above is not about nothing.</summary>
    public Sometimes<ConnectionState> ToReachability() => new($"{Cell} is reached", Clauses, (in ConnectionState state) => IsOwed(in state));

    /// <summary>Such as <c>front Closed, back Connected: the back closes</c>.</summary>
    public override string ToString() => $"{Cell}: {NameOf(Who)} {Text}";

    /// <summary>A participant with its article.</summary>
    internal static string NameOf(ConnectionParticipant participant) => participant switch
    {
        ConnectionParticipant.ToolStack => "the tool stack",
        ConnectionParticipant.Front => "the front",
        ConnectionParticipant.Back => "the back",
        _ => "the world",
    };
}
