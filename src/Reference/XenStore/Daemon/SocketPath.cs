using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Conformance.Reference.XenStore.Daemon.Interop;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>
/// The place in the file system where a daemon listens. Taking it removes what a dead daemon left, and nothing else;
/// giving it up removes the socket that was put there, and no other.
/// </summary>
internal sealed class SocketPath : IDisposable
{
    private readonly string _path;
    private readonly FileIdentity _own;

    private SocketPath(string path, int descriptor, FileIdentity own)
    {
        _path = path;
        Descriptor = descriptor;
        _own = own;
    }

    /// <summary>The listening socket.</summary>
    internal int Descriptor { get; }

    /// <exception cref="SocketPathException">The path is too long, in use, not a socket, or cannot be made.</exception>
    internal static SocketPath Take(string path)
    {
        CheckLength(path);
        RemoveStale(path);
        int descriptor = ServerSocket.Create();
        int error = ServerSocket.Bind(descriptor, path);
        if (error != 0)
        {
            ServerSocket.Close(descriptor);
            throw new SocketPathException(
                $"expected to make a socket at {path}, got \"{Marshal.GetPInvokeErrorMessage(error)}\"; " +
                "choose a path in a directory that exists and that you may write to");
        }

        var taken = new SocketPath(path, descriptor, FileIdentity.Of(path));
        try
        {
            // The store trusts whoever reaches its socket like the control domain, so only the operator may.
            ServerSocket.RestrictToOwner(path);
            ServerSocket.Listen(descriptor);
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (FileIdentity.Of(_path) == _own)
        {
            File.Delete(_path);
        }

        ServerSocket.Close(Descriptor);
    }

    private static void CheckLength(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > ServerSocket.PathMax || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new SocketPathException(string.Create(
                CultureInfo.InvariantCulture,
                $"expected a socket path of 1 to {ServerSocket.PathMax} bytes without NUL, got {length} bytes: " +
                $"{path.Replace('\0', '?')}; choose a shorter path"));
        }
    }

    private static void RemoveStale(string path)
    {
        var found = FileIdentity.Of(path);
        if (!found.Exists)
        {
            return;
        }

        if (!found.IsSocket)
        {
            throw new SocketPathException(
                $"expected a free path or an old socket, got something that is no socket at {path}; choose another path or move it away");
        }

        int error = ServerSocket.Probe(path);
        if (error is 0 or Errno.Again)
        {
            throw new SocketPathException(
                $"expected a free path, got one that a running store listens at: {path}; stop that store or choose another path");
        }

        if (error != Errno.Refused)
        {
            throw new SocketPathException(
                $"expected a free path or an old socket, got \"{Marshal.GetPInvokeErrorMessage(error)}\" from {path}; choose another path");
        }

        File.Delete(path);
    }
}
