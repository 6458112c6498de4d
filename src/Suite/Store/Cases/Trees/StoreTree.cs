using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Trees;

/// <summary>A part of the store, written down so that it can be compared with itself later.</summary>
/// <param name="Lines">One line a node, sorted by path: path, value, permissions.</param>
internal sealed record StoreTree(IReadOnlyList<string> Lines)
{
    /// <summary>Reads everything at and below <paramref name="path"/>, outside any transaction. A missing path gives no line.</summary>
    public static async Task<StoreTree> ReadAsync(StoreContext c, StoreSession session, string path)
    {
        var lines = new List<string>();
        var waiting = new Stack<string>([path]);
        while (waiting.TryPop(out string? node))
        {
            var value = await session.ReadAsync(node);
            if (value.IsError)
            {
                c.Expect(node == path, $"{node} to be readable, as its parent lists it", value.Summary);
                break;
            }

            var permissions = await c.ExpectOkAsync(session.GetPermsAsync(node), $"GET_PERMS of {node}");
            lines.Add($"{node} = {value.Summary} {string.Join(',', permissions.Strings)}");
            var children = await c.ExpectOkAsync(session.DirectoryAsync(node), $"DIRECTORY of {node}");
            foreach (string child in children.Strings)
            {
                waiting.Push($"{node}/{child}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return new StoreTree(lines);
    }

    /// <summary>What <paramref name="later"/> has that this has not, and the reverse; empty when they are equal.</summary>
    public string Difference(StoreTree later)
    {
        var gone = Lines.Except(later.Lines).Select(line => "- " + line);
        var come = later.Lines.Except(Lines).Select(line => "+ " + line);
        return string.Join("; ", gone.Concat(come));
    }
}
