namespace Conformance.Model.Checking;

/// <summary>One step of a model, small enough to keep millions of them: who does what, to which.</summary>
/// <param name="Participant">Who does it: an index into <see cref="TransitionSystem{TState}.Participants"/>.</param>
/// <param name="Code">What is done: a number of the model's own.</param>
/// <param name="Argument">To which page, device, client or value it is done, and how it ends; 0 if nothing.</param>
public readonly record struct StepId(byte Participant, byte Code, ushort Argument = 0);
