using System.Globalization;
using Conformance.Model.Checking;
using Conformance.Model.Trace;

namespace Conformance.Model.Ring;

/// <summary>Steps and states of the ring model in words.</summary>
internal static class RingWords
{
    private static readonly string[] WordNames = ["req_prod", "req_event", "rsp_prod", "rsp_event"];

    public static StepText Describe(in RingState before, StepId step)
    {
        bool isFront = step.Participant is RingParticipant.Front or RingParticipant.FrontStores;
        var end = isFront ? before.Front : before.Back;
        string other = RingParticipant.Names[isFront ? RingParticipant.Back : RingParticipant.Front];
        string producer = isFront ? "req_prod" : "rsp_prod";
        string theirs = isFront ? "rsp_prod" : "req_prod";
        byte value = (byte)step.Argument;
        var (code, text, towards) = (RingCode)step.Code switch
        {
            RingCode.Wake => ("", "is woken", null),
            RingCode.WriteEntry => (isFront ? IoStep.Queue : IoStep.Answer, $"writes {RingEntry.InWords(value)}", null),
            RingCode.WriteSecond => (IoStep.Queue, $"writes the segments of request {value}", null),
            RingCode.Push => (isFront ? IoStep.PushRequests : IoStep.PushResponses, $"stores {producer} {Index(value)}", null),
            RingCode.LoadEvent => ("", $"loads {(isFront ? "req_event" : "rsp_event")} {Index(value)}", null),
            RingCode.Notify => ("", "notifies", other),
            RingCode.LoadProducer => ("", $"loads {theirs} {Index(value)}", null),
            RingCode.ReadEntry => (isFront ? IoStep.Done : IoStep.Consume, $"reads {RingEntry.InWords(value)}", null),
            RingCode.ReadSecond => (IoStep.Consume, $"reads {RingEntry.InWords(value)}", null),
            RingCode.Arm => (IoStep.FinalCheck, $"stores {(isFront ? "rsp_event" : "req_event")} {Index(value)}", null),
            RingCode.ArmAndRest => ("", $"stores {(isFront ? "rsp_event" : "req_event")} {Index(value)} and rests", null),
            RingCode.Recheck => (IoStep.FinalCheck, $"looks once more: {theirs} {Index(value)}", null),
            RingCode.Drain => ("", $"{Place(RingMemory.BufferedPlace(in end, step.Argument))} becomes {Value(in end, step.Argument)}", null),
            _ => ("", $"attacks with {producer} {Index(value)}", other),
        };
        return new StepText(RingParticipant.Names[step.Participant], code, text, towards);
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Describe(in RingState state, RingShape shape)
    {
        var values = new List<KeyValuePair<string, string>>();
        for (int i = 0; i < WordNames.Length; i++)
        {
            values.Add(new(WordNames[i], Index(state.Memory[i])));
        }

        for (int i = 0; i < shape.Entries; i++)
        {
            values.Add(new($"entry {i}", RingEntry.InWords(state.Memory[RingMemory.FirstEntry + i])));
        }

        Add(values, "front", in state.Front);
        Add(values, "back", in state.Back);
        return values;
    }

    private static void Add(List<KeyValuePair<string, string>> values, string name, in RingEnd end)
    {
        values.Add(new(name, end.Place.ToString()));
        values.Add(new($"{name} produced/consumed", $"{Index(end.Produced)}/{Index(end.Consumed)}"));
        values.Add(new($"{name} event", end.HasEvent ? "pending" : "none"));
        int buffered = RingMemory.Buffered(in end);
        var copy = end;
        values.Add(new($"{name} stores", buffered == 0 ? "none" : string.Join(", ", Enumerable.Range(0, buffered).Select(i =>
            $"{Place(RingMemory.BufferedPlace(in copy, i))}={Value(in copy, i)}"))));
    }

    private static string Place(byte place) =>
        place < WordNames.Length ? WordNames[place] : string.Create(CultureInfo.InvariantCulture, $"entry {place - RingMemory.FirstEntry}");

    private static string Value(in RingEnd end, int index) =>
        RingMemory.BufferedPlace(in end, index) < WordNames.Length ? Index(end.BufferValues[index]) : RingEntry.InWords(end.BufferValues[index]);

    /// <summary>An index counted from where all begin: -1 is the last before the wrap.</summary>
    private static string Index(byte value) => ((sbyte)value).ToString(CultureInfo.InvariantCulture);
}
