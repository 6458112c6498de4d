using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;
using Conformance.Tests.Fuzz.Store.Specification;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>A connection to the engine and the same one in the specification.</summary>
internal sealed class ScriptClient(StoreConnection engine, SpecClient specification, ChildLists lists)
{
    public StoreConnection Engine => engine;

    public SpecClient Specification => specification;

    /// <summary>Reads all that waits; the first difference from what must have come, or null.</summary>
    public string? Compare()
    {
        var received = new Queue<(bool IsEvent, string Text)>(Receive());
        var queued = new HashSet<string>();
        string? wrong = null;
        foreach (var burst in specification.Expected.GroupBy(message => (message.Burst, message.Kind == ExpectedKind.Reply)))
        {
            wrong ??= burst.Key.Item2 || burst.First().IsOrdered
                ? burst.Select(message => TakeNext(received, queued, message)).FirstOrDefault(text => text is not null)
                : TakeAny(received, queued, [.. burst]);
        }

        specification.Expected.Clear();
        return wrong ?? (received.TryPeek(out var extra) ? $"nothing more was due, and there is {Show(extra.Text)}" : null);
    }

    private string? TakeNext(Queue<(bool IsEvent, string Text)> received, HashSet<string> queued, Expected due)
    {
        bool isEvent = due.Kind != ExpectedKind.Reply;
        if (received.TryPeek(out var next) && next.IsEvent == isEvent && (isEvent ? next.Text == due.Text : lists.IsReply(next.Text, due.Text)))
        {
            received.Dequeue();
            queued.Add(isEvent ? due.Text : "");
            return null;
        }

        return due.Kind == ExpectedKind.Event && queued.Contains(due.Text)
            ? null
            : $"{due.Kind} {Show(due.Text)} was due, and there is {(next.Text is null ? "nothing" : Show(next.Text))}";
    }

    /// <summary>The events of one request, in any order; a missing one must be queued already.</summary>
    private static string? TakeAny(Queue<(bool IsEvent, string Text)> received, HashSet<string> queued, List<Expected> due)
    {
        while (received.TryPeek(out var next) && next.IsEvent && due.FindIndex(message => message.Text == next.Text) is >= 0 and var found)
        {
            due.RemoveAt(found);
            queued.Add(received.Dequeue().Text);
        }

        var missing = due.Find(message => message.Kind == ExpectedKind.SpecialEvent || !queued.Contains(message.Text));
        return missing is null ? null : $"{missing.Kind} {Show(missing.Text)} was due and did not come";
    }

    private List<(bool IsEvent, string Text)> Receive()
    {
        var bytes = new List<byte>();
        while (engine.HasOutput)
        {
            bytes.AddRange(engine.PeekOutput().Span);
            engine.ConsumeOutput(engine.PeekOutput().Length);
        }

        var messages = new List<(bool IsEvent, string Text)>();
        byte[] all = [.. bytes];
        for (int at = 0; at < all.Length;)
        {
            var header = XsHeader.Read(all.AsSpan(at));
            string payload = Encoding.Latin1.GetString(all, at + XsHeader.Size, (int)header.Length);
            bool isEvent = header.Type == XsMessageType.WatchEvent && (header.RequestId, header.TransactionId) == (0, 0);
            messages.Add((isEvent, isEvent ? payload : $"{header.Type} {header.RequestId} {header.TransactionId} {payload}"));
            at += XsHeader.Size + (int)header.Length;
        }

        return messages;
    }

    private static string Show(string text) => "\"" + text.Replace("\0", "\\0", StringComparison.Ordinal) + "\"";
}
