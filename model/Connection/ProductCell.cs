using Conformance.Model.Protocol.XenBus;

namespace Conformance.Model.Connection;

/// <summary>What the two state nodes of a connection show together: a cell of the product table.</summary>
/// <param name="Front">The front's state; Unknown where its directory is gone.</param>
/// <param name="Back">The back's state; Unknown where its directory is gone.</param>
public readonly record struct ProductCell(XenbusState Front, XenbusState Back)
{
    private const int TableWidth = 16;

    /// <summary>The cell that a state of the model shows.</summary>
    public static ProductCell Of(in ConnectionState state) => new((XenbusState)state.FrontNode, (XenbusState)state.BackNode);

    /// <summary>Its place in the table: by the front's state, then by the back's; a directory that is gone comes last.</summary>
    internal int Place => (Order(Front) * TableWidth) + Order(Back);

    /// <summary>Such as <c>front Closing, back gone</c>.</summary>
    public override string ToString() => $"front {NameOf(Front)}, back {NameOf(Back)}";

    /// <summary>A state's name, and <c>gone</c> for that of a directory which is gone.</summary>
    public static string NameOf(XenbusState state) => state == XenbusState.Unknown ? "gone" : state.ToString();

    /// <summary>The place of a state in a row or column of the table: by number, gone last.</summary>
    internal static int Order(XenbusState state) => state == XenbusState.Unknown ? TableWidth - 1 : (int)state;
}
