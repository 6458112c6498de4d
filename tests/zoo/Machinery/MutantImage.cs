using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>A reference to run: an assembly, and what is changed in it once it is loaded.</summary>
/// <param name="Assembly">The healthy reference, or one with the defect compiled in.</param>
/// <param name="Change">The defect as an update of methods; null when the assembly is to run as it is.</param>
public sealed record MutantImage(byte[] Assembly, MethodUpdate? Change)
{
    /// <summary>Whether a run that executes these methods of the healthy reference can execute the defect; a new assembly always can.</summary>
    /// <param name="reached">Metadata tokens.</param>
    public bool IsReachedBy(IReadOnlySet<int> reached)
    {
        if (Change is null)
        {
            return true;
        }

        using var image = new PEReader([.. Assembly]);
        return Change.Methods(image.GetMetadataReader().MethodDefinitions.Count).Any(reached.Contains);
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
