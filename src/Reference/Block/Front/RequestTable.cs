namespace Conformance.Reference.Block.Front;

/// <summary>The requests of one ring by their ids, as many as may be under way at once (BF-004).</summary>
internal sealed class RequestTable
{
    private readonly FrontRequest[] _requests;
    private readonly Stack<FrontRequest> _free;

    public RequestTable(int size)
    {
        _requests = new FrontRequest[size];
        _free = new Stack<FrontRequest>(size);
        for (int id = size - 1; id >= 0; id--)
        {
            _free.Push(_requests[id] = new FrontRequest(id));
        }
    }

    public int Size => _requests.Length;

    /// <summary>How many are not free.</summary>
    public int Used => _requests.Length - _free.Count;

    /// <summary>How many responses the back owes.</summary>
    public int InFlight { get; private set; }

    public bool TryTake(out FrontRequest request)
    {
        if (!_free.TryPop(out request!))
        {
            return false;
        }

        request.State = RequestState.Building;
        return true;
    }

    public void Launch(FrontRequest request)
    {
        Expect(request, RequestState.Building);
        request.State = RequestState.InFlight;
        InFlight++;
    }

    /// <summary>The request is answered or given up; nobody else completes it.</summary>
    public void Land(FrontRequest request)
    {
        Expect(request, RequestState.InFlight);
        request.State = RequestState.Completing;
        InFlight--;
    }

    public void Return(FrontRequest request)
    {
        if (request.State is not (RequestState.Building or RequestState.Completing))
        {
            throw new InvalidOperationException($"expected a request that is done with, got request {request.Id} that is {request.State}");
        }

        request.Reset();
        request.State = RequestState.Free;
        _free.Push(request);
    }

    /// <summary>The request in flight with an id that the back named; null when there is none (BF-005).</summary>
    public FrontRequest? FindInFlight(ulong id) =>
        id < (ulong)_requests.Length && _requests[id] is { State: RequestState.InFlight } request ? request : null;

    /// <summary>Some request in flight; null when there is none.</summary>
    public FrontRequest? AnyInFlight()
    {
        foreach (var request in _requests)
        {
            if (request.State == RequestState.InFlight)
            {
                return request;
            }
        }

        return null;
    }

    private static void Expect(FrontRequest request, RequestState state)
    {
        if (request.State != state)
        {
            throw new InvalidOperationException($"expected request {request.Id} to be {state}, it is {request.State}");
        }
    }
}
