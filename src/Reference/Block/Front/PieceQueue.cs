namespace Conformance.Reference.Block.Front;

/// <summary>Pieces in the order in which they are to be issued; grows when needed, and never shrinks.</summary>
internal sealed class PieceQueue
{
    private IoPiece[] _slots = new IoPiece[16];
    private int _first;

    public int Count { get; private set; }

    public void Enqueue(IoPiece piece)
    {
        MakeRoom();
        _slots[Slot(Count)] = piece;
        Count++;
    }

    /// <summary>Puts a piece before all others.</summary>
    public void PushFront(IoPiece piece)
    {
        MakeRoom();
        _first = Slot(_slots.Length - 1);
        _slots[_first] = piece;
        Count++;
    }

    public bool TryDequeue(out IoPiece piece)
    {
        if (Count == 0)
        {
            piece = default;
            return false;
        }

        piece = _slots[_first];
        _slots[_first] = default;
        _first = Slot(1);
        Count--;
        return true;
    }

    private int Slot(int index) => (_first + index) % _slots.Length;

    private void MakeRoom()
    {
        if (Count < _slots.Length)
        {
            return;
        }

        var larger = new IoPiece[2 * _slots.Length];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _slots[Slot(i)];
        }

        _slots = larger;
        _first = 0;
    }
}
