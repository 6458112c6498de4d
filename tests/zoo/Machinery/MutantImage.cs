namespace Conformance.Tests.Zoo.Machinery;

/// <summary>A reference to run: an assembly, and what is changed in it once it is loaded.</summary>
/// <param name="Assembly">The healthy reference, or one with the defect compiled in.</param>
/// <param name="Change">The defect as an update of methods; null when the assembly is to run as it is.</param>
public sealed record MutantImage(byte[] Assembly, MethodUpdate? Change);

/// <summary>New bodies of methods, in the form that the runtime takes (<see cref="System.Reflection.Metadata.MetadataUpdater"/>).</summary>
/// <param name="Metadata">What is added to the assembly's tables.</param>
/// <param name="Code">The methods' code.</param>
public sealed record MethodUpdate(byte[] Metadata, byte[] Code);
