namespace Conformance.Reference.Block.Back;

/// <summary>The request structures of one queue of one connection; they go with it (BB-047).</summary>
internal sealed class BackRequestPool(int limit, int entryBytes)
{
    private readonly Stack<BackRequest> _free = new(limit);
    private int _made;

    /// <summary>How many are in use.</summary>
    internal int InUse => _made - _free.Count;

    /// <summary>One to use; null when all are in use (BB-020).</summary>
    internal BackRequest? TryTake()
    {
        if (_free.TryPop(out var request))
        {
            request.Reset();
            return request;
        }

        if (_made == limit)
        {
            return null;
        }

        _made++;
        request = new BackRequest(entryBytes);
        request.Reset();
        return request;
    }

    /// <summary>Takes one back.</summary>
    internal void Return(BackRequest request) => _free.Push(request);
}
