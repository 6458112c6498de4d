namespace Conformance.Model.Pictures;

/// <summary>A node of a state diagram.</summary>
/// <param name="Name">Unlike every other's; letters, digits and underscores only.</param>
/// <param name="Title">What stands in it.</param>
/// <param name="Row">Its row in the grid, from 0.</param>
/// <param name="Column">Its column in the grid, from 0.</param>
/// <param name="IsRest">Whether what is drawn may rest there.</param>
public sealed record DiagramNode(string Name, string Title, int Row, int Column, bool IsRest = false);

/// <summary>An arrow of a state diagram.</summary>
/// <param name="From">The name of the node it leaves.</param>
/// <param name="To">The name of the node it leads to.</param>
/// <param name="Label">What stands on it.</param>
public sealed record DiagramArrow(string From, string To, string Label);

/// <summary>States and what leads from one to another, on a grid: the same input gives the same picture.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Nodes">The states.</param>
/// <param name="Arrows">The moves; at most one for each pair of nodes.</param>
public sealed record StateDiagram(string Title, IReadOnlyList<DiagramNode> Nodes, IReadOnlyList<DiagramArrow> Arrows)
{
    /// <summary>The diagram as Mermaid text.</summary>
    public string ToMermaid()
    {
        var text = new System.Text.StringBuilder();
        text.Append("---\ntitle: ").Append(Title.Replace(":", " -", StringComparison.Ordinal)).Append("\n---\nstateDiagram-v2\n    direction LR\n");
        foreach (var node in Nodes)
        {
            text.Append("    state \"").Append(node.Title.Replace('"', '\'')).Append("\" as ").Append(node.Name).Append('\n');
        }

        foreach (var arrow in Arrows)
        {
            text.Append("    ").Append(arrow.From).Append(" --> ").Append(arrow.To).Append(" : ").Append(arrow.Label.Replace(":", " -", StringComparison.Ordinal)).Append('\n');
        }

        return text.ToString();
    }
}
