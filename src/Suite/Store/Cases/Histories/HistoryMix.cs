using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Cases.Trees;

namespace Conformance.Suite.Store.Cases.Histories;

/// <summary>What a random history is made of.</summary>
/// <param name="Paths">The nodes it plays on.</param>
/// <param name="Types">The requests it makes.</param>
/// <param name="Rounds">How many histories make a case: so many that a store that forgets one kind of look-up is found out every time.</param>
internal sealed record HistoryMix(IReadOnlyList<string> Paths, IReadOnlyList<XsMessageType> Types, int Rounds)
{
    /// <summary>Values of a few nodes that always exist.</summary>
    public static readonly HistoryMix Values =
        new(["/a", "/b", "/b/c", "/d"], [XsMessageType.Read, XsMessageType.Read, XsMessageType.Write], 6);

    /// <summary>Nodes that come and go, with their children.</summary>
    public static readonly HistoryMix Nodes = new(
        ["/a", "/a/x", "/a/y", "/b", "/b/x"],
        [
            XsMessageType.Read, XsMessageType.Read, XsMessageType.Directory, XsMessageType.Write, XsMessageType.Mkdir,
            XsMessageType.Rm, XsMessageType.Rm,
        ],
        36);

    /// <summary>Draws one request.</summary>
    public TreeStep Draw(Random random, int number) =>
        new(Types[random.Next(Types.Count)], Paths[random.Next(Paths.Count)], $"v{number}");
}
