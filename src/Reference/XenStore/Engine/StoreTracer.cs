using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// Tells a trace what the store does. Events that a request causes are told after the request itself, so that the
/// trace reads cause before effect although the request's result is known last.
/// </summary>
[NotState]
internal sealed class StoreTracer(ITraceSink sink)
{
    private const string Actor = "store";

    private readonly List<(string Step, string Subject, string Result, KeyValuePair<string, string>[] Arguments)> _effects = [];
    private bool _inRequest;
    private string _answer = "";

    public void Begin()
    {
        _inRequest = true;
        _answer = "";
    }

    /// <summary>The payload of the answer, known before the request ends.</summary>
    public void Answered(ReadOnlySpan<byte> payload) => _answer = Text(payload.EndsWith((byte)0) ? payload[..^1] : payload);

    /// <summary>A request was served; what it caused follows it.</summary>
    public void End(StoreConnection caller, in XsHeader header, ReadOnlySpan<byte> payload, XsError error)
    {
        var type = header.Type;
        var reader = new PayloadReader(payload);
        bool hasSubject = reader.TryNext(out var first);
        var arguments = new List<KeyValuePair<string, string>> { new("op", NameOf(type)) };
        if (header.TransactionId != 0)
        {
            Add(arguments, "tx", header.TransactionId);
        }

        Add(arguments, "id", header.RequestId);
        Describe(type, reader, first, arguments);
        string subject = hasSubject && type is not (XsMessageType.TransactionEnd or XsMessageType.Control) ? Text(first) : "";
        string result = error != XsError.None ? error.ToString() : ShowsAnswer(type) ? _answer : "OK";
        sink.Record(caller.Name, StepOf(type, header.TransactionId), subject, result, [.. arguments]);
        _inRequest = false;
        Flush();
    }

    public void Event(Watch watch, ReadOnlySpan<byte> path, EventOutcome outcome)
    {
        string result = outcome == EventOutcome.Queued ? "OK" : outcome.ToString();
        Effect(
            outcome == EventOutcome.Queued ? StepCode.Enqueue : StepCode.Drop,
            Text(path),
            result,
            [new("to", watch.Owner.Name), new("token", Text(watch.Token))]);
    }

    public void Delivered(StoreConnection connection, ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        _ = reader.TryNext(out var path);
        _ = reader.TryNext(out var token);
        sink.Record(Actor, StepCode.Deliver, Text(path), "OK", new("to", connection.Name), new("token", Text(token)));
    }

    /// <summary>A step of a whole connection: opened, closed, reset.</summary>
    public void Connection(string step, StoreConnection connection) => Effect(step, "", "OK", [new("to", connection.Name)]);

    public void Domain(string step, DomainRecord record) =>
        Effect(step, record.Id.ToString(), "OK", [new("incarnation", record.Incarnation.ToString(CultureInfo.InvariantCulture))]);

    private static bool ShowsAnswer(XsMessageType type) =>
        type is XsMessageType.Read or XsMessageType.Directory or XsMessageType.DirectoryPart or XsMessageType.GetPerms
            or XsMessageType.TransactionStart;

    private static void Describe(XsMessageType type, PayloadReader rest, ReadOnlySpan<byte> first, List<KeyValuePair<string, string>> arguments)
    {
        switch (type)
        {
            case XsMessageType.Write:
                Add(arguments, "length", (uint)rest.Rest.Length);
                arguments.Add(new("value", Text(rest.Rest)));
                break;
            case XsMessageType.SetPerms:
                arguments.Add(new("perms", Text(rest.Rest).TrimEnd('\0').Replace('\0', ' ')));
                break;
            case XsMessageType.Watch or XsMessageType.Unwatch when rest.TryNext(out var token):
                arguments.Add(new("token", Text(token)));
                break;
            case XsMessageType.TransactionEnd or XsMessageType.Control:
                arguments.Add(new("what", Text(first)));
                break;
            default:
                break;
        }
    }

    private static string StepOf(XsMessageType type, uint transactionId) => type switch
    {
        XsMessageType.Read or XsMessageType.Directory or XsMessageType.DirectoryPart or XsMessageType.GetPerms =>
            transactionId == 0 ? StepCode.Read : StepCode.TransactionRead,
        XsMessageType.Write or XsMessageType.Mkdir or XsMessageType.SetPerms =>
            transactionId == 0 ? StepCode.Write : StepCode.TransactionWrite,
        XsMessageType.Rm => transactionId == 0 ? StepCode.Remove : StepCode.TransactionWrite,
        XsMessageType.TransactionStart => StepCode.TransactionStart,
        XsMessageType.TransactionEnd => StepCode.TransactionEnd,
        XsMessageType.Watch => StepCode.Watch,
        XsMessageType.Unwatch => StepCode.Unwatch,
        XsMessageType.ResetWatches => StepCode.Reset,
        _ => StoreEngine.IsServed(type) ? StepCode.Administer : StepCode.Malformed,
    };

    private static void Add(List<KeyValuePair<string, string>> arguments, string name, uint value) =>
        arguments.Add(new(name, value.ToString(CultureInfo.InvariantCulture)));

    private static string NameOf(XsMessageType type) =>
        Enum.IsDefined(type) ? type.ToString() : ((uint)type).ToString(CultureInfo.InvariantCulture);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Effect(string step, string subject, string result, KeyValuePair<string, string>[] arguments)
    {
        _effects.Add((step, subject, result, arguments));
        if (!_inRequest)
        {
            Flush();
        }
    }

    private void Flush()
    {
        foreach (var (step, subject, result, arguments) in _effects)
        {
            sink.Record(Actor, step, subject, result, arguments);
        }

        _effects.Clear();
    }
}
