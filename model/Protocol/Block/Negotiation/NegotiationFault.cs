using System.Globalization;

namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>A published number with which no connection can be made.</summary>
/// <param name="Node">The node's name; empty when nothing is wrong.</param>
/// <param name="Rule">What was expected of it.</param>
/// <param name="Found">What it holds; null when it is absent or no number.</param>
public readonly record struct NegotiationFault(string Node, string Rule, ulong? Found)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly NegotiationFault None = new("", "", null);

    /// <summary>Whether something is wrong.</summary>
    public bool IsFault => Node is { Length: > 0 };

    /// <summary>One line for an error node.</summary>
    public override string ToString() => IsFault
        ? $"expected {Node} to be {Rule}, got {Found?.ToString(CultureInfo.InvariantCulture) ?? "no number"}"
        : "no fault";
}
