namespace Conformance.Reference.Block.Front;

/// <summary>
/// Where operations go: into the connection's queues, into a line while there is no connection (BF-020, RS-009), or
/// nowhere once the device is closed (BF-025).
/// </summary>
internal sealed class IoDispatch
{
    private readonly PieceQueue _waiting = new();
    private FrontConnection? _connection;
    private ulong _sequence;

    /// <summary>Whether operations fail at once.</summary>
    public bool IsDead { get; private set; }

    public FrontConnection? Connection => _connection;

    /// <summary>Begins an operation; it is ended through its pieces.</summary>
    public ValueTask SubmitAsync(DiskIo io)
    {
        io.Sequence = ++_sequence;
        var piece = new IoPiece(io, 0, io.Length);
        if (IsDead)
        {
            io.EndPiece(DiskResult.Gone);
            return default;
        }

        if (_connection is null)
        {
            _waiting.Enqueue(piece);
            return default;
        }

        var queue = _connection.NextQueue();
        queue.Pending.Enqueue(piece);
        return queue.PumpAsync();
    }

    /// <summary>Operations wait from now on.</summary>
    public void Hold()
    {
        IsDead = false;
        _connection = null;
    }

    /// <summary>Puts pieces before all that wait; they are in order.</summary>
    public void PutBack(List<IoPiece> pieces)
    {
        for (int i = pieces.Count - 1; i >= 0; i--)
        {
            _waiting.PushFront(pieces[i]);
        }
    }

    /// <summary>Issues what waits, and all that comes, through a connection.</summary>
    public ValueTask StartAsync(FrontConnection connection)
    {
        _connection = connection;
        while (_waiting.TryDequeue(out var piece))
        {
            connection.NextQueue().Pending.Enqueue(piece);
        }

        return connection.PumpAsync();
    }

    /// <summary>Fails what waits, and all that comes.</summary>
    public void Kill()
    {
        IsDead = true;
        _connection = null;
        while (_waiting.TryDequeue(out var piece))
        {
            piece.Io.EndPiece(DiskResult.Gone);
        }
    }
}
