using System.Text.RegularExpressions;
using Conformance.Model.Trace;

namespace Conformance.Adapters.Logs;

/// <summary>
/// oxenstored's access log: a line for each request, <c>[time] connection operation data</c>. A connection is <c>D5</c>, the ring of
/// domain 5, or <c>A3</c>, the third on the socket, which is the control domain's; a transaction follows behind a dot. An
/// error has a line of its own behind the request.
/// </summary>
internal sealed partial class OXenStoredLog
{
    private readonly List<StoreLogRequest> requests = [];
    private readonly Dictionary<string, StoreLogRequest> last = [];
    private int line;

    private OXenStoredLog()
    {
    }

    public static bool IsLine(string text) => Entry().IsMatch(text);

    public static IEnumerable<TraceEvent> Read(string name, IEnumerable<string> lines)
    {
        var log = new OXenStoredLog();
        int recognised = 0;
        foreach (string text in lines)
        {
            log.line++;
            if (Entry().Match(text) is { Success: true } entry)
            {
                recognised++;
                log.Take(entry.Groups[1].Value, entry.Groups[2].Value, entry.Groups[3].Value, entry.Groups[4].Value);
            }
        }

        return recognised > 0
            ? log.requests.Select((request, time) => request.ToEvent(time))
            : throw new FormatException($"{name}: expected lines such as '[20240131T12:00:00.000Z]  D5  write  …' of oxenstored's access log, found none");
    }

    [GeneratedRegex(@"^\[\d{8}T\d\d:\d\d:\d\d\.\d+Z\]\s+([AD]\d+)(?:\.(\d+))?\s+(t start|t end|w event|\S+)\s*(.*)$")]
    private static partial Regex Entry();

    private void Take(string connection, string number, string operation, string data)
    {
        string actor = connection[0] == 'D' ? $"dom{connection[1..]}" : $"dom0/{connection[1..]}";
        string? transaction = number.Length > 0 && number != "0" ? number : null;
        string key = $"{connection}.{number}";
        switch (operation)
        {
            case "error":
                if (last.GetValueOrDefault(key) is { } failed)
                {
                    failed.Result = data.Trim();
                }

                return;
            case "commit" or "conflict":
                if (last.GetValueOrDefault(key) is { Step: StepCode.TransactionEnd } ended)
                {
                    ended.Commit = "T";
                    ended.Result = operation == "commit" ? "OK" : "EAGAIN";
                }

                return;
        }

        if (RequestOf(actor, transaction, operation, data) is { } request)
        {
            last[key] = request;
            requests.Add(request);
        }
        else if (operation != "w event")
        {
            last.Remove(key);
        }
    }

    private StoreLogRequest? RequestOf(string actor, string? transaction, string operation, string data) => operation switch
    {
        "write" => Done(StoreLogSteps.OfNode(line, actor, "Write", data, transaction)),
        "mkdir" => Done(StoreLogSteps.OfNode(line, actor, "Mkdir", data.TrimEnd(), transaction)),
        "rm" => Done(StoreLogSteps.OfNode(line, actor, "Rm", data.TrimEnd(), transaction)),
        "setperms" => Done(StoreLogSteps.OfNode(line, actor, "SetPerms", data.TrimEnd(), transaction)),
        "watch" or "unwatch" => Done(StoreLogSteps.OfWatch(line, actor, operation == "unwatch", data)),
        "t start" => new StoreLogRequest(line, actor, StepCode.TransactionStart, string.Empty, new KeyValuePair<string, string>("op", "TransactionStart")) { Result = transaction ?? string.Empty },
        "t end" => new StoreLogRequest(line, actor, StepCode.TransactionEnd, string.Empty, new("op", "TransactionEnd"), new("tx", transaction ?? string.Empty)) { Commit = "F", Result = "OK" },
        "endconn" => new StoreLogRequest(line, actor, StepCode.Disconnect, string.Empty) { Result = "OK" },
        _ => null,
    };

    // The log has a line for what failed only.
    private static StoreLogRequest Done(StoreLogRequest request)
    {
        request.Result = "OK";
        return request;
    }
}
