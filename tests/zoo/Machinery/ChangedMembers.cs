using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>What differs between two versions of a source file, member by member.</summary>
internal static class ChangedMembers
{
    /// <summary>
    /// The methods with another body and those that are new, as edits of a loaded assembly; null when something else
    /// changed too (a field, a type's heading, a signature, a member that is gone), which only a new assembly can hold.
    /// </summary>
    public static IReadOnlyList<SemanticEdit>? Between(Compilation before, SyntaxTree oldTree, Compilation after, SyntaxTree newTree)
    {
        var old = MembersOf(before, oldTree);
        var now = MembersOf(after, newTree);
        if (old.Keys.Any(id => !now.ContainsKey(id)))
        {
            return null;
        }

        var edits = new List<SemanticEdit>();
        foreach (var (id, member) in now)
        {
            if (!old.TryGetValue(id, out var former))
            {
                if (member.Body is null)
                {
                    return null;
                }

                edits.Add(new SemanticEdit(SemanticEditKind.Insert, null, member.Symbol));
            }
            else if (member.Heading != former.Heading)
            {
                return null;
            }
            else if (member.Body != former.Body)
            {
                edits.Add(new SemanticEdit(SemanticEditKind.Update, former.Symbol, member.Symbol));
            }
        }

        return edits;
    }

    private static Dictionary<string, Member> MembersOf(Compilation compilation, SyntaxTree tree)
    {
        var model = compilation.GetSemanticModel(tree);
        var members = new Dictionary<string, Member>(StringComparer.Ordinal);
        foreach (var node in tree.GetRoot().DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
        {
            switch (node)
            {
                case TypeDeclarationSyntax type:
                    Add(type, type.WithMembers(default).WithOpenBraceToken(default).WithCloseBraceToken(default).ToString(), null);
                    break;
                case BaseMethodDeclarationSyntax method:
                    AddWithBody(method, (SyntaxNode?)method.Body ?? method.ExpressionBody);
                    break;
                case PropertyDeclarationSyntax { ExpressionBody: { } body } property:
                    AddGetter(property, body);
                    break;
                case IndexerDeclarationSyntax { ExpressionBody: { } body } indexer:
                    AddGetter(indexer, body);
                    break;
                case BasePropertyDeclarationSyntax { AccessorList: { } list } property:
                    Add(property, property.ReplaceNode(list, SyntaxFactory.AccessorList()).ToString(), null);
                    foreach (var accessor in list.Accessors)
                    {
                        AddWithBody(accessor, (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody);
                    }

                    break;
                case MemberDeclarationSyntax member and not BaseNamespaceDeclarationSyntax:
                    Add(member, member.ToString(), null);
                    break;
            }
        }

        return members;

        void AddWithBody(SyntaxNode node, SyntaxNode? body) =>
            Add(node, body is null ? node.ToString() : node.RemoveNode(body, SyntaxRemoveOptions.KeepNoTrivia)!.ToString(), body?.ToString());

        void AddGetter(BasePropertyDeclarationSyntax property, ArrowExpressionClauseSyntax body) => members.Add(
            Id(model.GetDeclaredSymbol(property)!),
            new Member(((IPropertySymbol)model.GetDeclaredSymbol(property)!).GetMethod!, property.RemoveNode(body, SyntaxRemoveOptions.KeepNoTrivia)!.ToString(), body.ToString()));

        void Add(SyntaxNode node, string heading, string? body)
        {
            foreach (var declared in node is BaseFieldDeclarationSyntax field ? field.Declaration.Variables.ToImmutableArray<SyntaxNode>() : [node])
            {
                var symbol = model.GetDeclaredSymbol(declared)!;
                members.Add(Id(symbol), new Member(symbol, heading, body));
            }
        }
    }

    private static string Id(ISymbol symbol) => DocumentationCommentId.CreateDeclarationId(symbol)!;

    /// <param name="Symbol">The method, accessor, field or type.</param>
    /// <param name="Heading">All of it but its body.</param>
    /// <param name="Body">The body of a method or accessor that has one.</param>
    private sealed record Member(ISymbol Symbol, string Heading, string? Body);
}
