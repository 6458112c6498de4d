using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// References set aside for one purpose, so that what needs several cannot stop half-way. Made once and filled as often as
/// need be. Any thread.
/// </summary>
public sealed class GrantReservation
{
    private readonly GuestGrants _grants;
    private readonly Stack<GrantRef> _references = [];

    /// <summary>An empty one.</summary>
    public GrantReservation(GuestGrants grants)
    {
        ArgumentNullException.ThrowIfNull(grants);
        _grants = grants;
    }

    /// <summary>How many references it has.</summary>
    public int Count => _references.Count;

    /// <summary>Adds <paramref name="count"/> references; all of them or none (GT-014).</summary>
    /// <returns>Whether they were added.</returns>
    public bool TryReserve(int count)
    {
        lock (_grants.Gate)
        {
            if (!_grants.TryProvide(count))
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                var reference = _grants.References.Take();
                _grants.References.Reserve(reference);
                _references.Push(reference);
            }

            return true;
        }
    }

    /// <summary>Takes one out; <see cref="GrantRef.Invalid"/> when it is empty (GT-064).</summary>
    public GrantRef Claim()
    {
        lock (_grants.Gate)
        {
            if (!_references.TryPop(out var reference))
            {
                return GrantRef.Invalid;
            }

            _grants.References.Claim(reference);
            return reference;
        }
    }

    /// <summary>Puts one back that grants nothing.</summary>
    /// <exception cref="InvalidOperationException">It is free, here already, still grants something, or is reserved.</exception>
    public void Return(GrantRef reference)
    {
        lock (_grants.Gate)
        {
            _grants.CheckIdle(reference);
            _grants.References.Reserve(reference);
            _references.Push(reference);
        }
    }

    /// <summary>Gives all that is left back to the table (GT-015).</summary>
    public void Release()
    {
        lock (_grants.Gate)
        {
            while (_references.TryPop(out var reference))
            {
                _grants.References.Claim(reference);
                _grants.References.Give(reference);
            }

            _grants.RunCallbacks();
        }
    }
}
