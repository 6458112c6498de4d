using Conformance.Reference.XenStore.Wire;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>The store's end of a client's byte stream.</summary>
internal interface IStoreEnd : IStoreTransport
{
    /// <summary>Whether bytes of the client lie there, ready to be read.</summary>
    ValueTask<bool> HasBytesAsync();

    /// <summary>What keeps this end from going on although the client has done its part but for a signal; null for nothing.</summary>
    ValueTask<string?> FindLostSignalAsync();
}
