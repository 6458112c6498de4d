using Conformance.Exploration.State;

namespace Conformance.Exploration.Engine;

/// <summary>Where a run stood at a branch: whoever goes on from there brings it back. Only the worker whose run it is can.</summary>
/// <param name="Worker">Whose run it is.</param>
/// <param name="Run">The run; it may have gone on since.</param>
/// <param name="Image">What is known of its objects.</param>
/// <param name="Version">The run as it stood.</param>
/// <param name="At">What led there.</param>
internal sealed record Standing(Worker Worker, Run Run, HeapImage Image, HeapVersion Version, Moment At);
