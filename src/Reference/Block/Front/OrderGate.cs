namespace Conformance.Reference.Block.Front;

/// <summary>
/// Lets writes pass side by side, and one ordered write alone: after all that came before, and before all that come after
/// (BI-022). For backs whose barrier cannot do it.
/// </summary>
internal sealed class OrderGate
{
    private readonly Queue<(DiskIo Io, bool IsAlone)> _waiting = new();
    private int _inside;
    private bool _isAlone;

    /// <summary>Enters, or gets in line; the signal of <paramref name="io"/> is set when it may go on then.</summary>
    /// <returns>Whether it is in.</returns>
    public bool TryEnter(DiskIo io, bool isAlone)
    {
        if (_waiting.Count == 0 && CanEnter(isAlone))
        {
            Enter(isAlone);
            return true;
        }

        _waiting.Enqueue((io, isAlone));
        return false;
    }

    public void Leave()
    {
        _inside--;
        _isAlone = false;
        while (_waiting.TryPeek(out var next) && CanEnter(next.IsAlone))
        {
            _waiting.Dequeue();
            Enter(next.IsAlone);
            next.Io.Done.Set();
        }
    }

    private bool CanEnter(bool isAlone) => isAlone ? _inside == 0 : !_isAlone;

    private void Enter(bool isAlone)
    {
        _inside++;
        _isAlone = isAlone;
    }
}
