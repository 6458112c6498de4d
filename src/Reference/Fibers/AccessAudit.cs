namespace Conformance.Reference.Fibers;

/// <summary>
/// Catches whoever touches something shared outside a step, or something the step did not declare. Shared things call
/// <see cref="Touch"/> on every access; it looks only while a driver audits.
/// </summary>
[NotState]
public sealed class AccessAudit
{
    private AccessSet _declared;
    private bool _inStep;

    /// <summary>Whether accesses are looked at. Off in real time, where every step is performed where it is awaited.</summary>
    public bool IsOn { get; internal set; }

    /// <summary>Notes an access.</summary>
    /// <exception cref="UndeclaredAccessException">No step is being performed, or the one that is did not declare it.</exception>
    public void Touch(Resource resource, AccessMode mode)
    {
        if (IsOn)
        {
            Check(resource, mode);
        }
    }

    internal void Enter(in AccessSet declared)
    {
        _declared = declared;
        _inStep = true;
    }

    internal void Leave() => _inStep = false;

    private void Check(Resource resource, AccessMode mode)
    {
        if (!_inStep)
        {
            throw new UndeclaredAccessException($"expected access to {resource} inside a step, got a {mode} outside; await it as a step");
        }

        if (!_declared.Covers(resource, mode))
        {
            throw new UndeclaredAccessException($"expected a step that declares what it touches, got an undeclared {mode} of {resource}; declare it");
        }
    }
}

/// <summary>Something shared was touched outside a step, or not as declared: the run says nothing.</summary>
public sealed class UndeclaredAccessException : InvalidOperationException
{
    /// <summary>Makes it with one line that says what was touched.</summary>
    public UndeclaredAccessException(string message)
        : base(message)
    {
    }
}
