namespace Conformance.Reference.Fibers;

/// <summary>
/// Marks a number that serves only to be found equal to another or not, such as a generation count: two states that differ
/// in nothing but how such numbers are given out are the same. Fields of the types <see cref="ulong"/> and <see cref="uint"/>, each for numbers of its own kind.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class LabelAttribute : Attribute;
