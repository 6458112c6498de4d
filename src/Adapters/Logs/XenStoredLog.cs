using System.Globalization;
using System.Text.RegularExpressions;
using Conformance.Model.Trace;

namespace Conformance.Adapters.Logs;

/// <summary>
/// The trace file of C xenstored (<c>--trace-file</c>): a line for each message in and out, with the address of the connection
/// and, in later releases, its domain. A connection made while a domain is introduced is that domain's ring; any other is a
/// connection of the control domain. Requests have no transaction in that file: one is put down to the transaction that its
/// connection opened last and has not ended.
/// </summary>
internal sealed partial class XenStoredLog
{
    private readonly Dictionary<string, Connection> connections = [];
    private readonly List<StoreLogRequest> requests = [];
    private int line;
    private int sockets;

    private XenStoredLog()
    {
    }

    public static bool IsLine(string text) => Message().IsMatch(text) || Life().IsMatch(text);

    public static IEnumerable<TraceEvent> Read(string name, IEnumerable<string> lines)
    {
        var log = new XenStoredLog();
        int recognised = 0;
        foreach (string text in lines)
        {
            log.line++;
            recognised += log.Take(text) ? 1 : 0;
        }

        return recognised > 0
            ? log.requests.Select((request, time) => request.ToEvent(time))
            : throw new FormatException($"{name}: expected lines such as 'IN 0x… 20240131 12:00:00 WRITE (…)' of xenstored's trace file, found none");
    }

    [GeneratedRegex(@"^(?:io: )?(IN|OUT) (0x[0-9a-f]+|\(nil\)) (?:\(d(\d+)\) )?\d{8} \d\d:\d\d:\d\d ([A-Z_]+) \((.*)\)$")]
    private static partial Regex Message();

    [GeneratedRegex(@"^(CREATE|DESTROY) connection (0x[0-9a-f]+)")]
    private static partial Regex Life();

    private bool Take(string text)
    {
        if (Life().Match(text) is { Success: true } life)
        {
            TakeLife(life.Groups[1].Value == "CREATE", life.Groups[2].Value);
            return true;
        }

        if (Message().Match(text) is not { Success: true } message)
        {
            return false;
        }

        var connection = Find(message.Groups[2].Value, message.Groups[3].Value);
        string type = message.Groups[4].Value;
        string data = message.Groups[5].Value;
        if (message.Groups[1].Value == "IN")
        {
            connection.Open.Enqueue(TakeRequest(connection, type, data));
        }
        else if (type != "WATCH_EVENT" && connection.Open.TryDequeue(out var answered))
        {
            TakeAnswer(connection, answered, type, data.TrimEnd());
        }

        return true;
    }

    private void TakeLife(bool isBeginning, string address)
    {
        if (!isBeginning)
        {
            if (connections.Remove(address, out var gone))
            {
                requests.Add(new StoreLogRequest(line, gone.Actor, StepCode.Disconnect, string.Empty) { Result = "OK" });
            }

            return;
        }

        var introduction = connections.Values.SelectMany(connection => connection.Open).OfType<Introduction>().LastOrDefault();
        connections[address] = new Connection(introduction is null ? NextSocket() : $"dom{introduction.Domain}");
    }

    private string NextSocket() => string.Create(CultureInfo.InvariantCulture, $"dom0/{++sockets}");

    private Connection Find(string address, string domain)
    {
        if (!connections.TryGetValue(address, out var connection))
        {
            connection = connections[address] = new Connection(domain is "" or "0" ? NextSocket() : $"dom{domain}");
        }

        return connection;
    }

    private Pending TakeRequest(Connection connection, string type, string data)
    {
        string? transaction = connection.Transactions.Count > 0 ? connection.Transactions[^1] : null;
        StoreLogRequest? request = type switch
        {
            "WRITE" => StoreLogSteps.OfNode(line, connection.Actor, "Write", data, transaction),
            "MKDIR" => StoreLogSteps.OfNode(line, connection.Actor, "Mkdir", data.TrimEnd(), transaction),
            "RM" => StoreLogSteps.OfNode(line, connection.Actor, "Rm", data.TrimEnd(), transaction),
            "SET_PERMS" => StoreLogSteps.OfNode(line, connection.Actor, "SetPerms", data.TrimEnd(), transaction),
            "READ" => StoreLogSteps.OfNode(line, connection.Actor, "Read", data.TrimEnd(), transaction),
            "WATCH" or "UNWATCH" => StoreLogSteps.OfWatch(line, connection.Actor, type == "UNWATCH", data),
            "TRANSACTION_START" => new StoreLogRequest(line, connection.Actor, StepCode.TransactionStart, string.Empty, new KeyValuePair<string, string>("op", "TransactionStart")),
            "TRANSACTION_END" => new StoreLogRequest(
                line, connection.Actor, StepCode.TransactionEnd, string.Empty, new("op", "TransactionEnd"), new("tx", transaction ?? string.Empty)) { Commit = data.Trim() },
            _ => null,
        };
        if (request is null)
        {
            return type == "INTRODUCE" && int.TryParse(StoreLogSteps.Split(data).Path, out int domain) ? new Introduction(domain) : new Pending(null);
        }

        if (request.Step == StepCode.TransactionEnd && transaction is not null)
        {
            connection.Transactions.RemoveAt(connection.Transactions.Count - 1);
        }

        requests.Add(request);
        return new Pending(request);
    }

    private static void TakeAnswer(Connection connection, Pending answered, string type, string data)
    {
        if (answered.Request is not { } request)
        {
            return;
        }

        request.Result = data;
        if (type != "ERROR" && request.Step == StepCode.TransactionStart)
        {
            connection.Transactions.Add(data);
        }
    }

    /// <summary>A request that waits for its answer.</summary>
    private record Pending(StoreLogRequest? Request);

    private sealed record Introduction(int Domain) : Pending((StoreLogRequest?)null);

    private sealed class Connection(string actor)
    {
        public string Actor { get; } = actor;

        public Queue<Pending> Open { get; } = new();

        public List<string> Transactions { get; } = [];
    }
}
