using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>One request while it is served.</summary>
internal readonly ref struct Request(
    StoreConnection caller, XsHeader header, ReadOnlySpan<byte> payload, Workspace workspace, StoreTracer? tracer)
{
    public StoreConnection Caller { get; } = caller;

    public XsHeader Header { get; } = header;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The live tree, or the transaction that the request names.</summary>
    public Workspace Workspace { get; } = workspace;

    public Transaction? Transaction => Workspace as Transaction;

    /// <summary>Answers with a payload; E2BIG and no answer when it does not fit a message (XS-054).</summary>
    public XsError Reply(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > XsLimits.PayloadMax)
        {
            return XsError.E2BIG;
        }

        tracer?.Answered(payload);
        Caller.QueueReply(Header, Header.Type, payload);
        return XsError.None;
    }

    /// <summary>Answers a request that has no documented reply body (XS-019).</summary>
    public XsError ReplyOk() => Reply("OK\0"u8);

    /// <summary>Answers with text and its NUL.</summary>
    public XsError ReplyText(string text) => Reply(System.Text.Encoding.Latin1.GetBytes(text + '\0'));
}

/// <summary>Serves one type of message: answers and returns none, or returns the error to answer with.</summary>
internal delegate XsError RequestHandler(in Request request);
