using System.Globalization;
using Conformance.Model.Trace;

namespace Conformance.Adapters.Logs;

/// <summary>One request as a log has it; its result may come in a later line.</summary>
internal sealed class StoreLogRequest(int line, string actor, string step, string subject, params KeyValuePair<string, string>[] arguments)
{
    /// <summary>What a request has as its result when the log shows none.</summary>
    public const string NoAnswer = "no answer";

    public string Actor { get; } = actor;

    public string Step { get; } = step;

    public string Result { get; set; } = NoAnswer;

    /// <summary>Of a transaction's end: T or F.</summary>
    public string? Commit { get; set; }

    public TraceEvent ToEvent(long time) => new(
        time, Actor, 0, Step, subject,
        [.. arguments, .. Commit is null ? (KeyValuePair<string, string>[])[] : [new("what", Commit)], new("line", line.ToString(CultureInfo.InvariantCulture))],
        Result);
}

/// <summary>The requests of a store's log under the codes and names of the trace.</summary>
internal static class StoreLogSteps
{
    /// <summary>A request that changes or reads nodes, in a transaction or outside.</summary>
    public static StoreLogRequest OfNode(int line, string actor, string op, string data, string? transaction)
    {
        var (path, rest) = Split(data);
        bool changes = op is "Write" or "Mkdir" or "Rm" or "SetPerms";
        string step = (changes, transaction) switch
        {
            (true, null) => op == "Rm" ? StepCode.Remove : StepCode.Write,
            (true, _) => StepCode.TransactionWrite,
            (false, null) => StepCode.Read,
            _ => StepCode.TransactionRead,
        };
        var arguments = new List<KeyValuePair<string, string>> { new("op", op) };
        if (transaction is not null)
        {
            arguments.Add(new("tx", transaction));
        }

        if (op == "Write")
        {
            arguments.Add(new("value", rest));
        }

        return new StoreLogRequest(line, actor, step, Absolute(actor, path), [.. arguments]);
    }

    /// <summary>A watch, or its end.</summary>
    public static StoreLogRequest OfWatch(int line, string actor, bool isEnd, string data)
    {
        var (path, token) = Split(data);
        return new StoreLogRequest(
            line, actor, isEnd ? StepCode.Unwatch : StepCode.Watch, Absolute(actor, path), new("op", isEnd ? "Unwatch" : "Watch"), new("token", token.TrimEnd()));
    }

    /// <summary>The first word, which is a path, and what follows it.</summary>
    public static (string Path, string After) Split(string data)
    {
        int space = data.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (data, string.Empty) : (data[..space], data[(space + 1)..]);
    }

    /// <summary>A relative path with the home of the domain before it.</summary>
    private static string Absolute(string actor, string path) =>
        path.StartsWith('/') || path.StartsWith('@') || path.Length == 0 ? path : $"/local/domain/{actor.Split('/')[0][3..]}/{path}";
}
