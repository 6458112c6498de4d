using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Suite.Targets;

/// <summary>A target that plays the client of a XenStore: the code by which a driver or a tool speaks to the store.</summary>
public interface IStoreClientTarget : ITarget
{
    /// <summary>
    /// Makes a client and attaches it. On a ring this ends when the ring may be used (XS-026). Apart from what attaching
    /// means for the ring itself, a client sends nothing until it is asked to.
    /// </summary>
    /// <param name="wire">Its way to the store.</param>
    /// <param name="afterCrash">It runs in a kernel that was started from the crash of another (XS-011, XS-147).</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="IOException">The store gave up on the ring.</exception>
    ValueTask<IClientUnderTest> AttachAsync(StoreWire wire, bool afterCrash, CancellationToken cancellation);
}

/// <summary>A client's way to the store.</summary>
public abstract record StoreWire
{
    private StoreWire()
    {
    }

    /// <summary>A stream of bytes. The client closes it at its end.</summary>
    /// <param name="Transport">The client's end.</param>
    public sealed record Stream(IStoreTransport Transport) : StoreWire;

    /// <summary>An interface page.</summary>
    /// <param name="Page">The page as the guest sees it; every access of the client goes through here.</param>
    /// <param name="Line">The guest's end of the event channel.</param>
    public sealed record Ring(ISharedPage Page, IEventLine Line) : StoreWire;
}

/// <summary>
/// A client as the suite drives it. A refusal of the store is a <c>StoreException</c> with its error; a connection that is
/// gone or cannot be used is an <see cref="IOException"/>. Members may be called while others run. Disposing closes the
/// client and releases everybody who waits (XS-146).
/// </summary>
public interface IClientUnderTest : IAsyncDisposable
{
    /// <summary>Reads a value.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the reply may still come.</exception>
    Task<byte[]> ReadAsync(string path, CancellationToken cancellation);

    /// <summary>Sets a value.</summary>
    Task WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellation);

    /// <summary>Reads a decimal number of 32 bits; the default when there is none that fits (XS-144, XS-145).</summary>
    Task<int> ReadInt32Async(string path, int defaultValue, CancellationToken cancellation);

    /// <summary>Reads a decimal number of 64 bits; the default when there is none that fits (XS-144, XS-145).</summary>
    Task<long> ReadInt64Async(string path, long defaultValue, CancellationToken cancellation);

    /// <summary>Reads several nodes below a directory; an optional one that is absent is not in the answer (XS-143).</summary>
    /// <exception cref="Exception">A required one is absent: the error of the store.</exception>
    Task<IReadOnlyDictionary<string, string>> GatherAsync(
        string directory, IReadOnlyList<string> required, IReadOnlyList<string> optional, CancellationToken cancellation);

    /// <summary>Does something in a transaction and commits it; after a conflict the body runs again (XS-117).</summary>
    Task TransactAsync(Func<IClientTransaction, Task> body, CancellationToken cancellation);

    /// <summary>Registers a watch. The callback gets the path of the event.</summary>
    Task<IClientWatch> WatchAsync(string path, Func<string, Task> callback, CancellationToken cancellation);

    /// <summary>Makes ready for the suspend of the domain (XS-140).</summary>
    Task SuspendAsync(CancellationToken cancellation);

    /// <summary>The suspend did not happen (XS-142).</summary>
    void CancelSuspend();

    /// <summary>The domain runs again; ends when device drivers may be resumed (XS-141).</summary>
    /// <param name="wire">The way to the store from now on.</param>
    /// <param name="cancellation">Gives up.</param>
    Task ResumeAsync(StoreWire wire, CancellationToken cancellation);

    /// <summary>What a kernel started from a crash does about the watches of the one before (XS-147).</summary>
    /// <returns>Whether the store was asked to forget them.</returns>
    Task<bool> ResetStaleWatchesAsync(CancellationToken cancellation);

    /// <summary>Asks the store to reset the connection over the ring (XS-024).</summary>
    /// <returns>False when the store does not offer that, or the way to it is no ring.</returns>
    Task<bool> ReconnectAsync(CancellationToken cancellation);
}

/// <summary>An open transaction.</summary>
public interface IClientTransaction
{
    /// <summary>Reads a value in the transaction.</summary>
    Task<byte[]> ReadAsync(string path);

    /// <summary>Sets a value in the transaction.</summary>
    Task WriteAsync(string path, ReadOnlyMemory<byte> value);
}

/// <summary>A registered watch.</summary>
public interface IClientWatch
{
    /// <summary>Unregisters it (XS-094).</summary>
    Task RemoveAsync(CancellationToken cancellation);
}
