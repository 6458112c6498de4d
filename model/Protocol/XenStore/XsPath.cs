using System.Buffers;

namespace Conformance.Model.Protocol.XenStore;

/// <summary>Which strings name a node, as they stand in a message (XS-040 to XS-044).</summary>
public static class XsPath
{
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_@"u8);

    /// <summary>The prefix of every domain's home, without the number (XS-043).</summary>
    public static ReadOnlySpan<byte> HomePrefix => "/local/domain/"u8;

    /// <summary>Whether the path stands on its own instead of below the caller's home.</summary>
    public static bool IsAbsolute(ReadOnlySpan<byte> path) => !path.IsEmpty && path[0] is (byte)'/' or (byte)'@';

    /// <summary>Whether the path names a special watch such as <c>@releaseDomain</c> (XS-044).</summary>
    public static bool IsSpecial(ReadOnlySpan<byte> path) => !path.IsEmpty && path[0] == (byte)'@';

    /// <summary>
    /// Whether the path is well formed: allowed characters, no empty component, no slash at the end but the root's,
    /// and within the limit for its form. The relative limit also applies below <c>/local/domain/N</c> (XS-042).
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path.ContainsAnyExcept(Allowed) || path.IndexOf("//"u8) >= 0)
        {
            return false;
        }

        if (path.Length > 1 && path[^1] == (byte)'/')
        {
            return false;
        }

        return !IsAbsolute(path)
            ? path.Length <= XsLimits.RelativePathMax
            : path.Length <= XsLimits.AbsolutePathMax && LengthBelowHome(path) <= XsLimits.RelativePathMax;
    }

    private static int LengthBelowHome(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith(HomePrefix))
        {
            return 0;
        }

        var rest = path[HomePrefix.Length..];
        int slash = rest.IndexOf((byte)'/');
        return slash < 0 || rest[..slash].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? 0 : rest.Length - slash - 1;
    }
}
