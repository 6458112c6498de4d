namespace Conformance.Reference.Hypervisor;

/// <summary>A driver touched memory that it does not have: an access violation, and its fault.</summary>
public sealed class PageAccessException : InvalidOperationException
{
    /// <summary>Makes it with one line that names the page.</summary>
    public PageAccessException(string message)
        : base(message)
    {
    }
}
