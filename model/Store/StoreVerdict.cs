namespace Conformance.Model.Store;

/// <summary>What the oracle says of a history.</summary>
public enum StoreJudgement
{
    /// <summary>Some order of the operations, each between its request and its reply, explains all that was seen.</summary>
    Accepted,

    /// <summary>No order does.</summary>
    Rejected,

    /// <summary>The search was ended by its bound.</summary>
    Undecided,
}

/// <summary>The oracle's answer.</summary>
/// <param name="Judgement">The answer.</param>
/// <param name="Explained">An order that explains as much as can be explained: all of an accepted history.</param>
/// <param name="Unexplained">For a rejected one, what could come next and why it cannot.</param>
/// <param name="States">States of the search, each one visited once.</param>
public sealed record StoreVerdict(StoreJudgement Judgement, IReadOnlyList<string> Explained, IReadOnlyList<string> Unexplained, long States);
