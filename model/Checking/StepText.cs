namespace Conformance.Model.Checking;

/// <summary>One step in words, for counterexamples, charts and documents.</summary>
/// <param name="Participant">Who does it; a column of a sequence chart.</param>
/// <param name="Code">The step code of the trace vocabulary (model/Trace), such as <c>B8.1</c>; empty for steps that no trace carries.</param>
/// <param name="Text">What is done, in a few words.</param>
/// <param name="Towards">To whom, if another participant is meant; otherwise null.</param>
public sealed record StepText(string Participant, string Code, string Text, string? Towards = null);
