using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>The store refused a request, or the client refused to send one that could never be right.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">Why; never <see cref="XsError.None"/>.</param>
    /// <param name="request">What was asked, such as <c>Read of /tool</c>.</param>
    public StoreException(XsError error, string request)
        : base($"{request} failed with {error}")
    {
        Error = error;
    }

    /// <summary>Why the request failed.</summary>
    public XsError Error { get; }
}
