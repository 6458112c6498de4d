using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Cases.Histories;

/// <summary>What a random history is made of.</summary>
/// <param name="Paths">The nodes it plays on.</param>
/// <param name="Types">The requests it makes.</param>
internal sealed record HistoryMix(IReadOnlyList<string> Paths, IReadOnlyList<XsMessageType> Types)
{
    /// <summary>Values of a few nodes that always exist.</summary>
    public static readonly HistoryMix Values =
        new(["/a", "/b", "/b/c", "/d"], [XsMessageType.Read, XsMessageType.Read, XsMessageType.Write]);

    /// <summary>Nodes that come and go, with their children.</summary>
    public static readonly HistoryMix Nodes = new(
        ["/a", "/a/x", "/a/y", "/b", "/b/x", "/b/x/z"],
        [
            XsMessageType.Read, XsMessageType.Read, XsMessageType.Directory, XsMessageType.Directory,
            XsMessageType.Write, XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Rm,
        ]);

    /// <summary>Draws one request.</summary>
    public HistoryStep Draw(Random random, int number) =>
        new(Types[random.Next(Types.Count)], Paths[random.Next(Paths.Count)], $"v{number}");
}
