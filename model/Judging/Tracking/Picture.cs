namespace Conformance.Model.Judging.Tracking;

/// <summary>What anybody can see of a connection: the two state nodes; 0 where there is none.</summary>
/// <param name="Front">The front's.</param>
/// <param name="Back">The back's.</param>
public readonly record struct Picture(byte Front, byte Back);
