using Conformance.Model.Connection;

namespace Conformance.Model.Judging;

/// <summary>What a trace is held against.</summary>
public sealed record JudgeOptions
{
    /// <summary>The dialects that the front may speak.</summary>
    public IReadOnlyList<Dialect> Fronts { get; init; } = Dialects.All;

    /// <summary>The dialects that the back may speak.</summary>
    public IReadOnlyList<Dialect> Backs { get; init; } = Dialects.All;

    /// <summary>Whether backs may say Initialised instead of InitWait (XB-012).</summary>
    public bool BackSaysInitialised { get; init; } = true;
}
