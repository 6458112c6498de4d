using Conformance.Model.Connection;
using Conformance.Model.Judging.Rules;
using Conformance.Model.Judging.Tracking;
using Conformance.Model.Trace;

namespace Conformance.Model.Judging;

/// <summary>Says why a write to a state node was not possible, and what would have been.</summary>
internal static class RejectionWords
{
    public static Rejection Of(TraceEvent step, string directory, Picture before, Picture next, StepMatch match, IEnumerable<(ConnectionParticipant Who, Picture Shown)> allowed)
    {
        bool isFront = DevicePath.IsFront(directory);
        byte from = isFront ? before.Front : before.Back;
        byte to = isFront ? next.Front : next.Back;
        byte peer = isFront ? before.Back : before.Front;
        string other = isFront ? "back" : "front";
        return new Rejection(
            step,
            ClauseOf(match, isFront, from, to, peer),
            match.Blame,
            $"a step of {directory} from {JudgeWords.Of(from)} that the model allows while the {other} is {JudgeWords.Of(peer)}",
            $"{JudgeWords.Of(to)} written by {step.Actor}",
            [.. allowed.Select(choice => Choice(before, choice.Who, choice.Shown)).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>The clause that says what the step disregards.</summary>
    private static string ClauseOf(StepMatch match, bool isFront, byte from, byte to, byte peer) => (isFront, to) switch
    {
        _ when !match.IsOwn => "XB-004",
        (_, 1) when from == 0 => "XB-007",
        (true, 4) when peer != 4 => "XB-013",
        (true, _) => "XB-008",
        (false, 2) when from == 6 => "XB-025",
        (false, 4) when peer is not (3 or 4) => "XB-051",
        (false, 6) when peer is 3 or 4 => "XB-024",
        (false, 6) => "XB-019",
        _ => "XB-009",
    };

    private static string Choice(Picture before, ConnectionParticipant who, Picture after)
    {
        var changes = new List<string>(2);
        if (before.Front != after.Front)
        {
            changes.Add($"the front's state to {JudgeWords.Of(after.Front)}");
        }

        if (before.Back != after.Back)
        {
            changes.Add($"the back's state to {JudgeWords.Of(after.Back)}");
        }

        return $"{JudgeWords.Of(who)}: {string.Join(" and ", changes)}";
    }
}
