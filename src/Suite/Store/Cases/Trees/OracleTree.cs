using System.Collections.Immutable;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Cases.Trees;

/// <summary>
/// What a store holds, as a value: every step gives a new tree and leaves the old one. It knows nothing of permissions
/// and quotas, and is as plain as the clauses it follows (XS-045 to XS-053).
/// </summary>
/// <param name="Nodes">Values by path; the root is "".</param>
internal sealed record OracleTree(ImmutableSortedDictionary<string, string> Nodes)
{
    /// <summary>A tree of the root alone.</summary>
    public static readonly OracleTree Empty =
        new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("", ""));

    /// <summary>Performs one step.</summary>
    /// <returns>The answer as <see cref="TreeStep"/> writes answers down, and the tree afterwards.</returns>
    public (string Answer, OracleTree After) Perform(TreeStep step) => step.Type switch
    {
        XsMessageType.Read => (Nodes.TryGetValue(step.Path, out string? value) ? $"\"{value}\"" : "ENOENT", this),
        XsMessageType.Directory => (List(step.Path), this),
        XsMessageType.Write => ("OK", Create(step.Path).With(step.Path, step.Value)),
        XsMessageType.Mkdir => ("OK", Create(step.Path)),
        XsMessageType.Rm => Remove(step.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step.Type, "expected READ, DIRECTORY, WRITE, MKDIR or RM"),
    };

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    private string List(string path) => !Nodes.ContainsKey(path)
        ? "ENOENT"
        : "[" + string.Join(',', Nodes.Keys.Where(node => node.Length > 0 && Parent(node) == path).Select(node => node[(path.Length + 1)..])) + "]";

    private OracleTree Create(string path) =>
        Nodes.ContainsKey(path) ? this : Create(Parent(path)).With(path, "");

    private OracleTree With(string path, string value) => new(Nodes.SetItem(path, value));

    private (string Answer, OracleTree After) Remove(string path) =>
        Nodes.ContainsKey(path) ? ("OK", new(Nodes.RemoveRange(Nodes.Keys.Where(node => node == path || node.StartsWith(path + "/", StringComparison.Ordinal)))))
        : Nodes.ContainsKey(Parent(path)) ? ("OK", this)
        : ("ENOENT", this);
}
