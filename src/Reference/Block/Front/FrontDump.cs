namespace Conformance.Reference.Block.Front;

/// <summary>A builder and a handler of a queue that nobody else uses, whatever state the usual ones were left in (BF-019).</summary>
internal sealed class FrontDump
{
    private readonly RequestBuilder _builder;
    private readonly ResponseHandler _handler;

    public FrontDump(FrontQueue queue)
    {
        Queue = queue;
        _builder = new RequestBuilder(queue);
        _handler = new ResponseHandler(queue);
        queue.LeaveResponses();
    }

    public FrontQueue Queue { get; }

    /// <summary>Issues the beginning of a piece and tells the back; whatever was short is tried again by the caller.</summary>
    public async ValueTask<int> IssueAsync(IoPiece piece)
    {
        int taken = await _builder.IssueAsync(piece);
        await Queue.PublishAsync();
        return taken;
    }

    /// <summary>Takes what was answered, without asking to be notified; what must be asked again is.</summary>
    /// <returns>False when the back broke the protocol.</returns>
    public async ValueTask<bool> PollAsync()
    {
        if (!await _handler.TakePublishedAsync(isPolled: true))
        {
            return false;
        }

        while (Queue.Pending.TryDequeue(out var piece))
        {
            int taken = await _builder.IssueAsync(piece);
            var rest = taken == RequestBuilder.Stopped ? piece : piece.After(taken);
            if (rest.Length > 0)
            {
                Queue.Pending.PushFront(rest);
                break;
            }
        }

        await Queue.PublishAsync();
        return true;
    }
}
