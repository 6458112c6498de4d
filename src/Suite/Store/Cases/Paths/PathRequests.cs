using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>The requests that begin with a path, so that a case can ask each of them the same; and paths of a given length.</summary>
internal static class PathRequests
{
    private const int LongestComponent = 200;

    /// <summary>The requests about nodes; all but <see cref="XsMessageType.DirectoryPart"/> are mandatory.</summary>
    public static readonly IReadOnlyList<XsMessageType> AboutNodes =
    [
        XsMessageType.Read, XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Rm, XsMessageType.Directory,
        XsMessageType.DirectoryPart, XsMessageType.GetPerms, XsMessageType.SetPerms,
    ];

    /// <summary>Sends a request that is well formed but perhaps for its path.</summary>
    public static Task<StoreMessage> AskAsync(this StoreSession session, XsMessageType type, string path) => type switch
    {
        XsMessageType.Write => session.WriteAsync(path, "value"),
        XsMessageType.DirectoryPart => session.DirectoryPartAsync(path, 0),
        XsMessageType.SetPerms => session.SetPermsAsync(path, "n0"),
        XsMessageType.Watch => session.WatchAsync(path, "token"),
        XsMessageType.Unwatch => session.UnwatchAsync(path, "token"),
        _ => session.RequestAsync(type, StorePayload.Strings(path)),
    };

    /// <summary>Whether a reply says that the store lacks an optional request.</summary>
    public static bool IsMissing(XsMessageType type, StoreMessage reply) =>
        type == XsMessageType.DirectoryPart && reply.Error == XsError.ENOSYS;

    /// <summary>A well-formed path of <paramref name="length"/> bytes that begins with <paramref name="start"/>.</summary>
    /// <param name="start">A path without a slash at its end; empty for an absolute path from the root.</param>
    /// <param name="length">At least two more than the length of <paramref name="start"/>.</param>
    public static string OfLength(string start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, start.Length + 2);
        var path = new StringBuilder(start);
        while (path.Length < length)
        {
            int rest = length - path.Length;
            int take = Math.Min(rest, LongestComponent);
            take -= rest - take == 1 ? 1 : 0;
            path.Append('/').Append('x', take - 1);
        }

        return path.ToString();
    }

    /// <summary>A well-formed relative path of <paramref name="length"/> bytes, at least 1.</summary>
    public static string RelativeOfLength(int length) => length == 1 ? "x" : OfLength("", length + 1)[1..];
}
