using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Turns the paths of requests into absolute ones (XS-040 to XS-044).</summary>
[NotState]
internal sealed class PathResolver
{
    private readonly byte[] _absolute = new byte[XsLimits.AbsolutePathMax];

    /// <summary>A valid path of a node; special paths are refused (XS-044). The result is valid until the next call.</summary>
    public bool TryResolve(StoreConnection caller, ReadOnlySpan<byte> text, out StorePath path)
    {
        path = default;
        return !XsPath.IsSpecial(text) && TryResolveAny(caller, text, out path);
    }

    /// <summary>A valid path of a node or a special path. The result is valid until the next call.</summary>
    public bool TryResolveAny(StoreConnection caller, ReadOnlySpan<byte> text, out StorePath path)
    {
        path = default;
        if (!XsPath.IsValid(text) || caller.Record.Exceeds(Quota.PathMax, LimitedLength(text)))
        {
            return false;
        }

        if (XsPath.IsAbsolute(text))
        {
            path = new StorePath(text);
            return true;
        }

        byte[] home = caller.Record.Home;
        home.CopyTo(_absolute, 0);
        _absolute[home.Length] = (byte)'/';
        text.CopyTo(_absolute.AsSpan(home.Length + 1));
        path = new StorePath(_absolute.AsSpan(0, home.Length + 1 + text.Length));
        return true;
    }

    /// <summary>What the path-max quota counts: the part below a domain's home, so that the number of the domain does not matter.</summary>
    private static int LimitedLength(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(XsPath.HomePrefix))
        {
            return XsPath.IsAbsolute(text) ? 0 : text.Length;
        }

        var rest = text[XsPath.HomePrefix.Length..];
        int slash = rest.IndexOf((byte)'/');
        return slash < 0 ? 0 : rest.Length - slash - 1;
    }
}
