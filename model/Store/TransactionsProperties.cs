using Conformance.Model.Checking;

namespace Conformance.Model.Store;

/// <summary>What is claimed of transactions and watches.</summary>
internal static class TransactionsProperties
{
    public const string NoTornCommit = "nobody sees a part of a transaction";
    public const string NoTornRead = "what a committed transaction read was the case at one moment";
    public const string NoLostUpdate = "each commit that succeeds counts, and nothing else does";
    public const string NoGroundlessConflict = "a commit fails only if something was changed";
    public const string WatcherKnows = "a watcher that was told all has seen the latest values";
    public const string EveryoneEnds = "each client commits or gives up in the end";

    public static PropertySet<TransactionsState> Of(TransactionView view) => new()
    {
        Invariants =
        [
            new(NoTornCommit, ["XS-114"], (in TransactionsState s) => s.Values[0] == s.Values[1]),
            new(NoTornRead, ["XS-113", "XS-116"], (in TransactionsState s) => !s.First.HasTornRead && !s.Second.HasTornRead),
            new(NoLostUpdate, ["XS-115", "XS-116"], (in TransactionsState s) => s.Values[0] == s.Commits),
            new(NoGroundlessConflict, ["XS-116", "XS-117"], (in TransactionsState s) => s.Groundless == 0),
            new(WatcherKnows, ["XS-071", "XS-081", "XS-119"], (in TransactionsState s) => (s.Events | s.Told) != 0 || (s.Seen[0] == s.Values[0] && s.Seen[1] == s.Values[1])),
        ],
        Reachable = [.. Reachable(view)],
        Liveness = [new(EveryoneEnds, ["XS-118"], (in TransactionsState s) => !IsOver(in s), (in TransactionsState s) => IsOver(in s))],
        Assumptions =
        [
            new("the first client", FairnessStrength.Weak, step => step.Participant == 0),
            new("the second client", FairnessStrength.Weak, step => step.Participant == 1),
            new("the watcher", FairnessStrength.Weak, step => step.Participant == 2),
        ],
    };

    public static bool IsOver(in TransactionsState state) => HasEnded(in state.First) && HasEnded(in state.Second);

    private static bool HasEnded(in TransactionClient client) => client.Place is TransactionPlace.Committed or TransactionPlace.GaveUp;

    private static IEnumerable<Sometimes<TransactionsState>> Reachable(TransactionView view)
    {
        yield return new("both commit", ["XS-114"], (in TransactionsState s) => s.Commits == 2);
        yield return new("one commits and the other gives up", ["XS-115"], (in TransactionsState s) => s.Commits == 1 && IsOver(in s));
        yield return new("a transaction must conflict", ["XS-116"], (in TransactionsState s) => (s.First.Outdated | s.Second.Outdated) != 0);
        yield return new("a conflict is tried again", ["XS-118"], (in TransactionsState s) => s.First.Attempts == 2 || s.Second.Attempts == 2);
        yield return new("the watcher learns of two commits by one event", ["XS-080"],
            (in TransactionsState s) => s.Commits == 2 && s.Events == 3 && s.Told == 0 && s.Seen[0] == 0);
        if (view == TransactionView.FirstAccess)
        {
            yield return new("others changed only what a transaction has not read", ["XS-117"],
                (in TransactionsState s) => IsOvertakenUnread(in s.First) || IsOvertakenUnread(in s.Second));
        }
    }

    private static bool IsOvertakenUnread(in TransactionClient client) => client.IsOvertaken && client.Outdated == 0;
}
