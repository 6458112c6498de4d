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
        ArgumentNullException.ThrowIfNull(mutant);
        return Chain().Next(mutant) is { } update ? new MutantImage(assembly, update) : CompileWhole(mutant);
    }

    /// <summary>The reference with that defect as an assembly of its own, whatever it changes.</summary>
    /// <exception cref="FormatException">The diff does not apply, or the result does not compile.</exception>
    public MutantImage CompileWhole(Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return new MutantImage(Emit(Patch(mutant).Compilation, mutant.Name), null);
    }

    /// <summary>Updates that begin with the healthy reference.</summary>
    public UpdateChain Chain() => new(this, healthy, baseline);

    internal SyntaxTree TreeOf(string path) => trees[path];

    /// <summary>The source with that defect, and the files that differ in it.</summary>
    internal (CSharpCompilation Compilation, IReadOnlyDictionary<string, SyntaxTree> Changed) Patch(Mutant mutant)
    {
        var compilation = healthy;
        var changed = new Dictionary<string, SyntaxTree>(StringComparer.Ordinal);
        foreach (var patch in mutant.Patches)
        {
            if (!trees.TryGetValue(patch.Path, out var tree))
            {
                throw new FormatException($"{mutant}: no file {patch.Path} in the reference");
            }

            var patched = ParseFile(patch.Path, Apply(mutant, patch, tree.ToString()));
            changed.Add(patch.Path, patched);
            compilation = compilation.ReplaceSyntaxTree(tree, patched);
        }

        return (compilation, changed);
    }

    internal static (MethodUpdate Update, EmitBaseline Next) EmitUpdate(EmitBaseline baseline, CSharpCompilation compilation, List<SemanticEdit> edits, string name)
    {
        if (edits.Count == 0)
        {
            throw new FormatException($"{name}: changes nothing that is compiled");
        }

        using var metadata = new MemoryStream();
        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.EmitDifference(
            baseline,
            edits,
            symbol => edits.Any(edit => edit.Kind == SemanticEditKind.Insert && SymbolEqualityComparer.Default.Equals(edit.NewSymbol, symbol)),
            metadata,
            code,
            symbols);
        Expect(result, name);
        return (new MethodUpdate(metadata.ToArray(), code.ToArray()), result.Baseline!);
    }

    private static byte[] Emit(CSharpCompilation compilation, string name)
    {
        using var image = new MemoryStream();
        Expect(compilation.Emit(image), name);
        return image.ToArray();
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
