using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>The free references of a table: a list through an array, the last one given back being taken first.</summary>
internal sealed class FreeReferences
{
    // In the place of a link: no next one, or what a reference that is not free is.
    private const uint End = uint.MaxValue;
    private const uint Taken = uint.MaxValue - 1;
    private const uint Reserved = uint.MaxValue - 2;
    private const uint Deferred = uint.MaxValue - 3;
    private uint[] _next = [];
    private uint _head = End;

    public int Count { get; private set; }

    /// <summary>Whether somebody has it to grant something with: not free, not set aside, not waiting for its end.</summary>
    public bool IsTaken(GrantRef reference) => reference.Value < _next.Length && _next[reference.Value] == Taken;

    /// <summary>A taken one is set aside unused.</summary>
    public void Reserve(GrantRef reference) => Change(reference, Taken, Reserved);

    /// <summary>One that was set aside is taken.</summary>
    public void Claim(GrantRef reference) => Change(reference, Reserved, Taken);

    /// <summary>A taken one waits until it can be given back.</summary>
    public void Defer(GrantRef reference) => Change(reference, Taken, Deferred);

    /// <summary>One that waited can be given back.</summary>
    public void EndDefer(GrantRef reference) => Change(reference, Deferred, Taken);

    /// <summary>Adds new references, so that the lowest is taken first; those below <paramref name="first"/> that are new never are.</summary>
    public void Add(int first, int count)
    {
        int known = _next.Length;
        Array.Resize(ref _next, first + count);
        _next.AsSpan(known).Fill(Reserved);
        for (int i = first + count - 1; i >= first; i--)
        {
            Claim(new GrantRef((uint)i));
            Give(new GrantRef((uint)i));
        }
    }

    public GrantRef Take()
    {
        if (_head == End)
        {
            return GrantRef.Invalid;
        }

        uint taken = _head;
        _head = _next[taken];
        _next[taken] = Taken;
        Count--;
        return new GrantRef(taken);
    }

    public void Give(GrantRef reference)
    {
        Change(reference, Taken, _head);
        _head = reference.Value;
        Count++;
    }

    private void Change(GrantRef reference, uint from, uint to)
    {
        if (reference.Value >= _next.Length || _next[reference.Value] != from)
        {
            throw new InvalidOperationException($"expected a reference in another state, got {reference}; use each once, from its allocation to its end");
        }

        _next[reference.Value] = to;
    }
}
