namespace Conformance.Reference.XenStore.Daemon;

/// <summary>The store cannot listen at the path it was given. The message is one line for the operator.</summary>
public sealed class SocketPathException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was expected, what came, where, and what to do.</param>
    public SocketPathException(string message)
        : base(message)
    {
    }
}
