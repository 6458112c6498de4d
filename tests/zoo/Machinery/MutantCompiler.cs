using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// Compiles the reference in memory, as it is or with a defect. It is compiled as a whole once; of most mutants only the
/// changed methods are, which takes a tenth of the time.
/// </summary>
public sealed class MutantCompiler
{
    private const string Prefix = "source/";

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private readonly Dictionary<string, SyntaxTree> trees;
    private readonly CSharpCompilation healthy;
    private readonly byte[] assembly;
    private readonly EmitBaseline baseline;

    /// <summary>Parses the reference once; each mutant parses only the files it changes.</summary>
    public MutantCompiler()
    {
        trees = Resources.Names(Prefix).ToDictionary(name => name[Prefix.Length..], name => ParseFile(name[Prefix.Length..], Resources.Read(name)));
        healthy = CSharpCompilation.Create(
            "Conformance.Reference",
            [.. trees.Values, ParseFile("Generated.cs", GlobalUsings + Version())],
            [.. PlatformReferences(), MetadataReference.CreateFromFile(typeof(Model.Clauses.Clause).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Debug, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        ISourceGenerator[] generators = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "generators"), "*.dll")
            .Select(path => new AnalyzerFileReference(path, new GeneratorLoader()))
            .SelectMany(reference => reference.GetGenerators(LanguageNames.CSharp))];
        // No defect is in what generated code is made from, so that is generated once.
        CSharpGeneratorDriver.Create(generators, parseOptions: Parsing).RunGeneratorsAndUpdateCompilation(healthy, out var generated, out _);
        healthy = (CSharpCompilation)generated;
        assembly = Emit(healthy, "the healthy reference");
        baseline = EmitBaseline.CreateInitialBaseline(healthy, ModuleMetadata.CreateFromImage(assembly), static _ => default, static _ => default, hasPortableDebugInformation: true);
    }

    /// <summary>The implicit usings that the SDK gives the project.</summary>
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The reference without a defect.</summary>
    public MutantImage Healthy => new(assembly, null);

    /// <summary>The reference with that defect.</summary>
    /// <exception cref="FormatException">The diff does not apply, or the result does not compile.</exception>
    public MutantImage Compile(Mutant mutant)
    {
        var (compilation, changed) = Patch(mutant);
        var edits = new List<SemanticEdit>();
        foreach (var (old, patched) in changed)
        {
            if (ChangedMembers.Between(healthy, old, compilation, patched) is not { } some)
            {
                return new MutantImage(Emit(compilation, mutant.Name), null);
            }

            edits.AddRange(some);
        }

        if (edits.Count == 0)
        {
            throw new FormatException($"{mutant}: changes nothing that is compiled");
        }

        return new MutantImage(assembly, EmitUpdate(compilation, edits, mutant.Name));
    }

    /// <summary>The reference with that defect as an assembly of its own, whatever it changes.</summary>
    /// <exception cref="FormatException">The diff does not apply, or the result does not compile.</exception>
    public MutantImage CompileWhole(Mutant mutant) => new(Emit(Patch(mutant).Compilation, mutant.Name), null);

    private (CSharpCompilation Compilation, List<(SyntaxTree Old, SyntaxTree New)> Changed) Patch(Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        var compilation = healthy;
        var changed = new List<(SyntaxTree Old, SyntaxTree New)>();
        foreach (var patch in mutant.Patches)
        {
            if (!trees.TryGetValue(patch.Path, out var tree))
            {
                throw new FormatException($"{mutant}: no file {patch.Path} in the reference");
            }

            var patched = ParseFile(patch.Path, Apply(mutant, patch, tree.ToString()));
            changed.Add((tree, patched));
            compilation = compilation.ReplaceSyntaxTree(tree, patched);
        }

        return (compilation, changed);
    }

    private static byte[] Emit(CSharpCompilation compilation, string name)
    {
        using var image = new MemoryStream();
        Expect(compilation.Emit(image), name);
        return image.ToArray();
    }

    private MethodUpdate EmitUpdate(CSharpCompilation compilation, List<SemanticEdit> edits, string name)
    {
        using var metadata = new MemoryStream();
        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        Expect(
            compilation.EmitDifference(
                baseline,
                edits,
                symbol => edits.Any(edit => edit.Kind == SemanticEditKind.Insert && SymbolEqualityComparer.Default.Equals(edit.NewSymbol, symbol)),
                metadata,
                code,
                symbols),
            name);
        return new MethodUpdate(metadata.ToArray(), code.ToArray());
    }

    private static void Expect(EmitResult result, string name)
    {
        if (!result.Success)
        {
            throw new FormatException($"{name}: does not compile: {string.Join("; ", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(3))}");
        }
    }

    /// <summary>The floors above ask for the version that they were compiled against.</summary>
    private static string Version() =>
        $"\n[assembly: System.Reflection.AssemblyVersion(\"{AssemblyName.GetAssemblyName(Path.Combine(AppContext.BaseDirectory, "Conformance.Reference.dll")).Version}\")]\n";

    private static string Apply(Mutant mutant, FilePatch patch, string source)
    {
        try
        {
            return patch.Apply(source);
        }
        catch (FormatException stale)
        {
            throw new FormatException($"{mutant}: {stale.Message}", stale);
        }
    }

    private static SyntaxTree ParseFile(string path, string text) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), Parsing, path);

    private static IEnumerable<MetadataReference> PlatformReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return Directory.GetFiles(framework, "*.dll").Where(IsManaged).Select(path => MetadataReference.CreateFromFile(path));
    }

    private static bool IsManaged(string path)
    {
        try
        {
            _ = AssemblyName.GetAssemblyName(path);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    private sealed class GeneratorLoader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
