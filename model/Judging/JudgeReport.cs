using Conformance.Model.Trace;

namespace Conformance.Model.Judging;

/// <summary>What was not allowed.</summary>
/// <param name="Event">The first bad step.</param>
/// <param name="Clause">What it breaks.</param>
/// <param name="Blame">Who took it.</param>
/// <param name="Expected">What was expected there.</param>
/// <param name="Came">What came.</param>
/// <param name="Allowed">The writes to state nodes that would have been possible there; empty where a rule was broken that is not about them.</param>
public sealed record Rejection(TraceEvent Event, string Clause, Blame Blame, string Expected, string Came, IReadOnlyList<string> Allowed);

/// <summary>What became of one connection: of a device from when the tool stack makes its directories to the end of the trace, or to when it makes them again.</summary>
/// <param name="Front">The front's directory.</param>
/// <param name="Back">The back's directory.</param>
/// <param name="Beginning">The time of the step that made them.</param>
/// <param name="Rejection">The first step that was not allowed; null if all were.</param>
/// <param name="End">Where it ended: Connected, ClosedKeep, Gone, FailedAttach, or what both ends show in the middle.</param>
/// <param name="MostStates">In how many states of the model it may have been at once, all dialects together.</param>
public sealed record ConnectionVerdict(string Front, string Back, long Beginning, Rejection? Rejection, string End, int MostStates)
{
    /// <summary>The dialects of the front that explain everything up to the end or the first bad step.</summary>
    public IReadOnlyList<string> Fronts { get; init; } = [];

    /// <summary>The dialects of the back that do.</summary>
    public IReadOnlyList<string> Backs { get; init; } = [];

    /// <summary>The visible transitions of the model that were taken.</summary>
    public IReadOnlyList<string> Moves { get; init; } = [];

    /// <summary>The codes of the steps that the two drivers wrote into the trace; empty for a log of a store.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}

/// <summary>How a trace was judged.</summary>
/// <param name="Events">How many steps it has.</param>
/// <param name="Judged">How many were looked at.</param>
/// <param name="Ignored">How many were not, by the reason.</param>
/// <param name="Connections">What became of each connection, in the order in which they began.</param>
/// <param name="Breaches">Rules broken by steps that belong to no connection that is followed.</param>
public sealed record JudgeReport(
    long Events,
    long Judged,
    IReadOnlyDictionary<string, long> Ignored,
    IReadOnlyList<ConnectionVerdict> Connections,
    IReadOnlyList<Rejection> Breaches)
{
    /// <summary>Whether there was anything to judge.</summary>
    public bool IsJudged => Connections.Count > 0;

    /// <summary>All that was not allowed, the first step first.</summary>
    public IReadOnlyList<Rejection> Rejections =>
        [.. Connections.Select(connection => connection.Rejection).OfType<Rejection>().Concat(Breaches).OrderBy(rejection => rejection.Event.Time)];

    /// <summary>Whether there was something to judge and nothing was rejected.</summary>
    public bool IsAccepted => IsJudged && Rejections.Count == 0;
}
