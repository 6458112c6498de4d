namespace Conformance.Reference.Fibers;

/// <summary>
/// Marks a field that says nothing about what can still happen: a cache, a scratch buffer, a statistic, a counter whose
/// values are only told apart. Whoever compares two states of a run leaves it out. A mark on anything else makes an explorer
/// take two states for one and miss what follows from the difference.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Class)]
public sealed class NotStateAttribute : Attribute;
