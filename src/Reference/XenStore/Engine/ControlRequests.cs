using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>CONTROL: commands to the store itself, each an array of NUL-terminated words.</summary>
internal sealed class ControlRequests(StoreEngine engine, DomainTable domains)
{
    private const string Help =
        "Supported commands:\n\tcheck\n\tlog [on|off|+<switch>|-<switch>]\n\tlogfile <file>\n\tmemreport [<file>]\n"
        + "\tprint <string>\n\tquota [set <name> <val>|<domid>|max [-r]]\n\thelp\n";

    public XsError Serve(in Request request)
    {
        if (request.Payload is not [.., 0])
        {
            return XsError.EINVAL;
        }

        string[] words = Encoding.Latin1.GetString(request.Payload[..^1]).Split('\0');
        return words switch
        {
            ["help"] => request.ReplyText(Help),
            ["check"] => request.ReplyText(engine.CheckInvariants() ?? "OK"),
            ["log"] => request.ReplyText("This store keeps no log; its trace is set up by its host.\n"),
            ["log", "on" or "off"] => request.ReplyOk(),
            ["log", ['+' or '-', ..]] => request.ReplyOk(),
            ["logfile", not ""] => request.ReplyOk(),
            ["memreport"] or ["memreport", not ""] => request.ReplyText(engine.Statistics()),
            ["print", ..] => request.ReplyOk(),
            ["quota"] => request.ReplyText(Limits()),
            ["quota", "set", var name, var value] => SetLimit(request, name, value),
            ["quota", "max"] => request.ReplyText(Highest()),
            ["quota", "max", "-r"] => ResetHighest(request),
            ["quota", var number] => Usage(request, number),
            _ => XsError.EINVAL,
        };
    }

    private XsError SetLimit(in Request request, string name, string value)
    {
        if (!QuotaTable.TryFind(name, out var quota) || !XsNumber.TryParse(Encoding.Latin1.GetBytes(value), uint.MaxValue, out ulong limit))
        {
            return XsError.EINVAL;
        }

        domains.StoreQuotas[quota] = (uint)limit;
        return request.ReplyOk();
    }

    private XsError Usage(in Request request, string number)
    {
        if (!DomainId.TryParse(Encoding.Latin1.GetBytes(number), out var id))
        {
            return XsError.EINVAL;
        }

        if (domains.Find(id) is not { } record)
        {
            return XsError.ENOENT;
        }

        var text = new StringBuilder();
        Line(text, "nodes", record.Nodes);
        Line(text, "watches", record.Watches);
        Line(text, "transactions", record.Transactions);
        Line(text, "memory", record.LastingMemory + (record.Guest?.QueuedBytes ?? 0));
        return request.ReplyText(text.ToString());
    }

    private XsError ResetHighest(in Request request)
    {
        string answer = Highest();
        foreach (var record in domains.All)
        {
            record.ResetHighest();
        }

        return request.ReplyText(answer);
    }

    private string Highest()
    {
        var text = new StringBuilder();
        var guests = domains.All.Where(record => !record.IsPrivileged).ToArray();
        Line(text, "nodes", guests.Select(record => record.HighestNodes).DefaultIfEmpty().Max());
        Line(text, "watches", guests.Select(record => record.HighestWatches).DefaultIfEmpty().Max());
        Line(text, "transactions", guests.Select(record => record.HighestTransactions).DefaultIfEmpty().Max());
        return text.ToString();
    }

    private string Limits()
    {
        var text = new StringBuilder();
        foreach (var quota in Enum.GetValues<Quota>())
        {
            Line(text, QuotaTable.NameOf(quota), domains.StoreQuotas[quota]);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name,-20}: {value,10}\n");
}
