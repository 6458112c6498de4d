using System.Globalization;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.ToolStack;

namespace Conformance.Cli.Demo;

/// <summary>
/// Prints an exchange as it happens: the states of both ends as the store has them, who does what, and runs of like steps
/// as one line. Passes every step on.
/// </summary>
internal sealed class ExchangePrinter(TextWriter output, DeviceRequest device, ITraceSink? next) : ITraceSink
{
    private readonly Dictionary<string, List<(bool IsFront, XenbusState State)>> uncommitted = [];
    private XenbusState front;
    private XenbusState back;
    private Line? pending;

    /// <summary>Prints the head of the table.</summary>
    public void PrintHead()
    {
        output.WriteLine($"{"front",-13} {"back",-13} {"who",-11} what");
        output.WriteLine(new string('-', 78));
    }

    /// <summary>Prints something that is no step of either end.</summary>
    public void Say(string who, string what)
    {
        Flush();
        Print(who, what);
    }

    /// <inheritdoc/>
    public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
    {
        next?.Record(actor, generation, step, subject, result, arguments);
        FollowStates(actor, step, subject, result, arguments);
        string who = actor.Contains("blkfront", StringComparison.Ordinal) ? "front" : actor.Contains("blkback", StringComparison.Ordinal) ? "back" : "";
        if (who.Length == 0)
        {
            return;
        }

        if (StepWords.Of(step) is { } known)
        {
            Take(new Line(who, known.Words, result == "OK" ? "" : $": {result}{Why(arguments)}", known.Index, known.Index, 0, 0));
        }
        else if (step == IoStep.Answer)
        {
            Take(new Line(who, "answers", $": {result}", null, null, 1, long.Parse(Find(arguments, "sectors") ?? "0", CultureInfo.InvariantCulture))
            {
                Operation = Find(arguments, "operation") ?? "",
            });
        }
    }

    /// <summary>Prints what was held back to be joined with its like.</summary>
    public void Flush()
    {
        if (pending is { } line)
        {
            pending = null;
            Print(line.Who, line.ToString());
        }
    }

    private static string? Find(ReadOnlySpan<KeyValuePair<string, string>> arguments, string name)
    {
        foreach (var argument in arguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static string Why(ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
        Find(arguments, "why") is { } why ? $", {why}" : "";

    private void Take(Line line)
    {
        if (pending?.Join(line) is { } joined)
        {
            pending = joined;
            return;
        }

        Flush();
        pending = line;
    }

    private void Print(string who, string what) =>
        output.WriteLine($"{Name(front),-13} {Name(back),-13} {who,-11} {what}");

    private static string Name(XenbusState state) => state == XenbusState.Unknown ? "-" : state.ToString();

    /// <summary>A state is what was committed: written outside a transaction, or in one that has ended well.</summary>
    private void FollowStates(string actor, string step, string subject, string result, ReadOnlySpan<KeyValuePair<string, string>> arguments)
    {
        bool isFront = subject == $"{device.FrontNode}/state";
        string key = $"{actor} {Find(arguments, "tx")}";
        if (step == StepCode.TransactionEnd && uncommitted.Remove(key, out var written) && result == "OK" && Find(arguments, "what") == "T")
        {
            written.ForEach(state => Set(state.IsFront, state.State));
        }
        else if (step == StepCode.Remove && result == "OK" && (subject == device.FrontNode || subject == device.BackNode))
        {
            Set(subject == device.FrontNode, XenbusState.Unknown);
        }
        else if ((isFront || subject == $"{device.BackNode}/state") && result == "OK" && Enum.TryParse<XenbusState>(Find(arguments, "value"), out var state))
        {
            if (step == StepCode.Write)
            {
                Set(isFront, state);
            }
            else if (step == StepCode.TransactionWrite && Find(arguments, "op") == "Write")
            {
                if (!uncommitted.TryGetValue(key, out var states))
                {
                    uncommitted[key] = states = [];
                }

                states.Add((isFront, state));
            }
        }
    }

    private void Set(bool isFront, XenbusState state)
    {
        Flush();
        (front, back) = isFront ? (state, back) : (front, state);
    }

    /// <summary>What one line says, perhaps of several like steps.</summary>
    private sealed record Line(string Who, string Words, string Outcome, int? First, int? Last, int Requests, long Sectors)
    {
        public string Operation { get; init; } = "";

        public Line? Join(Line other)
        {
            bool isAlike = Who == other.Who && Words == other.Words && Outcome == other.Outcome && Operation == other.Operation;
            return !isAlike ? null
                : Requests > 0 ? this with { Requests = Requests + other.Requests, Sectors = Sectors + other.Sectors }
                : other.First == Last + 1 ? this with { Last = other.Last }
                : null;
        }

        public override string ToString() => Requests > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Words} {Requests} × {Operation}{(Sectors > 0 ? $", {Sectors} sectors" : "")}{Outcome}")
            : string.Create(CultureInfo.InvariantCulture, $"{Words}{(First is null ? "" : First == Last ? $" {First}" : $"s {First} to {Last}")}{Outcome}");
    }
}
