namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// The connection to the store is gone: closed by either side, or broken by bytes that are no messages (XS-014, XS-146).
/// Requests without a reply may or may not have had their effect.
/// </summary>
public sealed class StoreClosedException : IOException
{
    /// <summary>Makes the exception.</summary>
    public StoreClosedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
