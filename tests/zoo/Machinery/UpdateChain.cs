using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// Mutants that follow one another in one process: each is an update of the one before, which takes that one's defect out and puts its
/// own in. So what the runtime and the explorer have made of everything else need not be made anew.
/// </summary>
public sealed class UpdateChain
{
    private readonly MutantCompiler compiler;
    private EmitBaseline baseline;
    private CSharpCompilation current;
    private IReadOnlyDictionary<string, SyntaxTree> patched = new Dictionary<string, SyntaxTree>();

    internal UpdateChain(MutantCompiler compiler, CSharpCompilation healthy, EmitBaseline baseline)
    {
        this.compiler = compiler;
        this.baseline = baseline;
        current = healthy;
    }

    /// <summary>What makes this mutant of the one before; null when no update can, or none is needed, and the chain stays where it is.</summary>
    /// <exception cref="FormatException">The diff does not apply, or the result does not compile.</exception>
    public MethodUpdate? Next(Mutant mutant)
    {
        var (compilation, trees) = compiler.Patch(mutant);
        var edits = new List<SemanticEdit>();
        foreach (string path in patched.Keys.Union(trees.Keys))
        {
            if (ChangedMembers.Between(current, TreeOf(patched, path), compilation, TreeOf(trees, path)) is not { } some)
            {
                return null;
            }

            edits.AddRange(some);
        }

        if (edits.Count == 0 && patched.Count > 0)
        {
            return null;
        }

        var (update, next) = MutantCompiler.EmitUpdate(baseline, compilation, edits, mutant.Name);
        (baseline, current, patched) = (next, compilation, trees);
        return update;
    }

    private SyntaxTree TreeOf(IReadOnlyDictionary<string, SyntaxTree> changed, string path) => changed.GetValueOrDefault(path) ?? compiler.TreeOf(path);
}
