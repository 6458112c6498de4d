using System.Text;

namespace Conformance.Model.Connection;

/// <summary>A question on which implementations differ, and what each dialect does.</summary>
/// <param name="Id">Such as <c>D-7</c>.</param>
/// <param name="Question">The question.</param>
/// <param name="Answer">A dialect's answer.</param>
public sealed record Disagreement(string Id, string Question, Func<Dialect, string> Answer)
{
    /// <summary>All eighteen; where the two ends differ in a question of their own, each has a line.</summary>
    public static IReadOnlyList<Disagreement> All { get; } =
    [
        new("D-1", "As a front: the back is Connected before I published anything", dialect => Words(dialect.EarlyConnectedBack)),
        new("D-1", "As a back: the front publishes while I am Connected", dialect => Words(dialect.SecondPublication)),
        new("D-2", "As a front: the back's state node is missing", dialect => Words(dialect.BackMissing)),
        new("D-2", "As a back: the front's state node is missing", dialect => Words(dialect.FrontMissing)),
        new("D-3", "My own node is missing when I write my state", dialect => Words(dialect.OwnNodeMissing)),
        new("D-4", "A limit of the front is above mine", dialect => Words(dialect.LimitAbove)),
        new("D-5", "Names of the ring's pages", dialect => Words(dialect.RingNames)),
        new("D-6", "Asked to close with users", dialect => Words(dialect.ClosingInUse)),
        new("D-7", "The front is Initialising while I am not Closed", dialect => Words(dialect.MissedClose)),
        new("D-8", "Close with requests under way", dialect => Words(dialect.CloseInFlight)),
        new("D-9", "The back returns to InitWait while I am Connected", dialect => Words(dialect.BackReturned)),
        new("D-10", "Suspend with requests outstanding", dialect => Words(dialect.SuspendInUse)),
        new("D-11", "The front shows InitWait", dialect => Words(dialect.FrontInitWait)),
        new("D-12", "The front shows Reconfiguring", dialect => Words(dialect.Reconfiguring)),
        new("D-13", "ABI where the front names none", dialect => Words(dialect.DefaultAbi)),
        new("D-14", "Late features are written", dialect => Words(dialect.LateFeatures)),
        new("D-15", "First index on a ring that is mapped", dialect => Words(dialect.FirstIndex)),
        new("D-16", "Answer to an unknown operation", dialect => Words(dialect.UnknownOperation)),
        new("D-17", "The back's attach fails", dialect => Words(dialect.BackAttachFailure)),
        new("D-18", "A front says Closing before Closed", dialect => dialect.SaysClosing ? "yes" : "no"),
    ];

    private static string Words<TValue>(TValue value)
        where TValue : struct, Enum
    {
        var words = new StringBuilder();
        foreach (char letter in value.ToString())
        {
            words.Append(char.IsUpper(letter) && words.Length > 0 ? " " : string.Empty).Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
