using Conformance.Model.Trace;

namespace Conformance.Tests.Model.Judging;

/// <summary>Ways to break a trace, in words: <c>drop X; repeat X; move X before Y; move X after Y; add after X: line; add at end: line; replace A at X by B</c>.</summary>
internal static class Break
{
    /// <summary>A step's code and what it is done to, with the value if there is one.</summary>
    public static string NameOf(TraceEvent step) => $"{step.Step} {step.Object}{(step.Find("value") is { } value ? $"={value}" : string.Empty)}";

    public static List<TraceEvent> Apply(List<TraceEvent> steps, string how)
    {
        var parts = how.StartsWith("add", StringComparison.Ordinal) ? [how] : how.Split("; ");
        foreach (string part in parts)
        {
            One(steps, part);
        }

        return TraceJudgeTests.Numbered(steps);
    }

    private static void One(List<TraceEvent> steps, string how)
    {
        var words = how.Split(' ', 2);
        switch (words[0])
        {
            case "drop":
                steps.RemoveAt(Find(steps, words[1]));
                break;
            case "repeat":
                int again = Find(steps, words[1]);
                steps.Insert(again, steps[again]);
                break;
            case "move":
                bool isBefore = words[1].Contains(" before ", StringComparison.Ordinal);
                var ends = words[1].Split(isBefore ? " before " : " after ");
                var moved = steps[Find(steps, ends[0])];
                steps.Remove(moved);
                steps.Insert(Find(steps, ends[1]) + (isBefore ? 0 : 1), moved);
                break;
            case "add":
                int colon = how.IndexOf(": ", StringComparison.Ordinal);
                var added = TraceText.Read(how[(colon + 2)..])[0];
                string place = how["add ".Length..colon];
                steps.Insert(place == "at end" ? steps.Count : Find(steps, place["after ".Length..]) + 1, added);
                break;
            case "replace":
                var replaced = words[1].Split([" at ", " by "], StringSplitOptions.None);
                int where = Find(steps, replaced[1]);
                Assert.Equal(replaced[0], steps[where].Actor);
                steps[where] = steps[where] with { Actor = replaced[2] };
                break;
            default:
                Assert.Fail($"expected a way to break a trace, got '{how}'");
                break;
        }
    }

    /// <summary>The first step that begins or ends as said; <c>@5</c> asks for one by domain 5.</summary>
    private static int Find(List<TraceEvent> steps, string what)
    {
        var words = what.Split(" @");
        int found = steps.FindIndex(step =>
            (words.Length == 1 || step.Actor == $"dom{words[1]}")
            && (step.Step == words[0] || NameOf(step).StartsWith(words[0] + " ", StringComparison.Ordinal) || NameOf(step) == words[0]
                || NameOf(step).EndsWith($"/{words[0]}", StringComparison.Ordinal) || NameOf(step).Contains($"/{words[0]}=", StringComparison.Ordinal)));
        Assert.True(found >= 0, $"expected a step '{what}' in the sample, found none");
        return found;
    }
}
