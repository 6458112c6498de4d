using System.Globalization;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>The nodes that one combination of first access and change plays on; each combination has its own.</summary>
/// <param name="Root">A directory that belongs to the combination.</param>
internal sealed record ConflictPlot(string Root)
{
    /// <summary>What the plot's nodes hold at first.</summary>
    public const string Old = "old";

    /// <summary>What the transaction writes.</summary>
    public const string Mine = "mine";

    /// <summary>The parent of <see cref="Node"/>.</summary>
    public string Parent => $"{Root}/parent";

    /// <summary>The node that the transaction touches first and the other one changes.</summary>
    public string Node => $"{Parent}/node";

    /// <summary>A child that <see cref="Node"/> has at first.</summary>
    public string Child => $"{Node}/child";

    /// <summary>The node by which the transaction's success is seen.</summary>
    public string Result => $"{Root}/result";

    /// <summary>Creates the nodes.</summary>
    /// <param name="c">The case.</param>
    /// <param name="session">Who owns them.</param>
    /// <param name="withNode">Whether <see cref="Node"/> exists at first.</param>
    public async Task PrepareAsync(StoreContext c, StoreSession session, bool withNode)
    {
        await c.ExpectOkAsync(session.WriteAsync(Result, Old), "WRITE");
        await c.ExpectOkAsync(session.MkdirAsync(Parent), "MKDIR");
        if (withNode)
        {
            await c.ExpectOkAsync(session.WriteAsync(Node, Old), "WRITE");
            await c.ExpectOkAsync(session.WriteAsync(Child, Old), "WRITE");
        }
    }
}

/// <summary>What of a node a request is about.</summary>
[Flags]
internal enum NodeAspects
{
    /// <summary>Its value.</summary>
    Value = 1,

    /// <summary>Its list of children.</summary>
    Children = 2,

    /// <summary>Its permissions.</summary>
    Permissions = 4,

    /// <summary>Whether it exists, and thereby all of the others.</summary>
    Existence = Value | Children | Permissions,
}

/// <summary>Something done to a plot, by the transaction or by another.</summary>
/// <param name="Name">How reports call it.</param>
/// <param name="About">What it reads, or leaves different, of the node.</param>
/// <param name="Act">Does it; the number is a transaction, 0 for none.</param>
/// <param name="OnChildren">Whether it reaches the node by its children alone.</param>
internal sealed record ConflictAct(
    string Name, NodeAspects About, Func<ConflictPlot, StoreSession, uint, Task<StoreMessage>> Act, bool OnChildren = false)
{
    /// <summary>Ways to look at the node.</summary>
    public static readonly IReadOnlyList<ConflictAct> Reads =
    [
        new("READ", NodeAspects.Value, (p, s, t) => s.ReadAsync(p.Node, t)),
        new("DIRECTORY", NodeAspects.Children, (p, s, t) => s.DirectoryAsync(p.Node, t)),
        new("GET_PERMS", NodeAspects.Permissions, (p, s, t) => s.GetPermsAsync(p.Node, t)),
    ];

    /// <summary>Ways to write the node, whether it exists or not.</summary>
    public static readonly IReadOnlyList<ConflictAct> Writes =
    [
        new("WRITE", NodeAspects.Value, (p, s, t) => s.WriteAsync(p.Node, ConflictPlot.Mine, t)),
        new("MKDIR", NodeAspects.Existence, (p, s, t) => s.MkdirAsync(p.Node, t)),
        new("RM", NodeAspects.Existence, (p, s, t) => s.RmAsync(p.Node, t)),
        new("WRITE of a child", NodeAspects.Existence, (p, s, t) => s.WriteAsync($"{p.Node}/kid", ConflictPlot.Mine, t)),
    ];

    /// <summary>Changes of a node that exists, by another.</summary>
    public static readonly IReadOnlyList<ConflictAct> ChangesOfExisting =
    [
        new("WRITE", NodeAspects.Value, (p, s, t) => s.WriteAsync(p.Node, "theirs", t)),
        new("RM", NodeAspects.Existence, (p, s, t) => s.RmAsync(p.Node, t)),
        new("RM of the parent", NodeAspects.Existence, (p, s, t) => s.RmAsync(p.Parent, t)),
        new("SET_PERMS", NodeAspects.Permissions, ChangePermissionsAsync),
        new("RM and WRITE of the same value", NodeAspects.Children, RemoveAndWriteAsync),
        new("WRITE of a child", NodeAspects.Children, (p, s, t) => s.WriteAsync($"{p.Node}/added", "theirs", t), OnChildren: true),
        new("RM of a child", NodeAspects.Children, (p, s, t) => s.RmAsync(p.Child, t), OnChildren: true),
    ];

    /// <summary>Changes that make a missing node exist, by another.</summary>
    public static readonly IReadOnlyList<ConflictAct> ChangesOfMissing =
    [
        new("WRITE", NodeAspects.Existence, (p, s, t) => s.WriteAsync(p.Node, "theirs", t)),
        new("MKDIR", NodeAspects.Existence, (p, s, t) => s.MkdirAsync(p.Node, t)),
        new("WRITE of a child", NodeAspects.Existence, (p, s, t) => s.WriteAsync($"{p.Node}/added", "theirs", t)),
    ];

    private static async Task<StoreMessage> ChangePermissionsAsync(ConflictPlot plot, StoreSession session, uint transaction)
    {
        var permissions = await session.GetPermsAsync(plot.Node, transaction);
        if (permissions.IsError)
        {
            return permissions;
        }

        string owner = permissions.Strings[0];
        string entry = (owner[0] == 'r' ? 'b' : 'r').ToString(CultureInfo.InvariantCulture) + owner[1..];
        return await session.SetPermsAsync(transaction, plot.Node, entry);
    }

    private static async Task<StoreMessage> RemoveAndWriteAsync(ConflictPlot plot, StoreSession session, uint transaction)
    {
        var removed = await session.RmAsync(plot.Node, transaction);
        return removed.IsError ? removed : await session.WriteAsync(plot.Node, ConflictPlot.Old, transaction);
    }
}
