using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>A reference to run: an assembly, and what is changed in it once it is loaded.</summary>
/// <param name="Assembly">The healthy reference, or one with the defect compiled in.</param>
/// <param name="Change">The defect as an update of methods; null when the assembly is to run as it is.</param>
public sealed record MutantImage(byte[] Assembly, MethodUpdate? Change)
{
    /// <summary>The metadata tokens of the methods with another body; null when the assembly is to run as it is.</summary>
    public IReadOnlyList<int>? ChangedMethods() => Read(static (change, reader) => change.Methods(reader.MethodDefinitions.Count));

    /// <summary>Those methods as <c>Type.Method</c>; null when the assembly is to run as it is.</summary>
    public IReadOnlyList<string>? ChangedNames() => Read<IReadOnlyList<string>>(static (change, reader) =>
        [.. change.Methods(reader.MethodDefinitions.Count).Select(token =>
        {
            var method = reader.GetMethodDefinition((MethodDefinitionHandle)MetadataTokens.Handle(token));
            return $"{reader.GetString(reader.GetTypeDefinition(method.GetDeclaringType()).Name)}.{reader.GetString(method.Name)}";
        })]);

    private T? Read<T>(Func<MethodUpdate, MetadataReader, T> of)
        where T : class
    {
        if (Change is null)
        {
            return null;
        }

        using var image = new PEReader([.. Assembly]);
        return of(Change, image.GetMetadataReader());
    }
}

/// <summary>New bodies of methods, in the form that the runtime takes (<see cref="System.Reflection.Metadata.MetadataUpdater"/>).</summary>
/// <param name="Metadata">What is added to the assembly's tables.</param>
/// <param name="Code">The methods' code.</param>
public sealed record MethodUpdate(byte[] Metadata, byte[] Code)
{
    /// <summary>The tokens of the methods with another body; new methods are called by one of those.</summary>
    /// <param name="known">How many methods there were before.</param>
    internal IReadOnlyList<int> Methods(int known)
    {
        using var provider = MetadataReaderProvider.FromMetadataImage([.. Metadata]);
        return [.. provider.GetMetadataReader().GetEditAndContinueMapEntries()
            .Where(handle => handle.Kind == HandleKind.MethodDefinition && MetadataTokens.GetRowNumber(handle) <= known)
            .Select(handle => MetadataTokens.GetToken(handle))];
    }
}
