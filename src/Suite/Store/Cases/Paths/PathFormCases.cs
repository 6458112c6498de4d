using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>Empty components, slashes too many, and no path at all.</summary>
public static class PathFormCases
{
    /// <summary>Doubled and trailing slashes are refused by every request about a node.</summary>
    [Case("XS-041", "XS-017", Over = Carriers.Both)]
    public static async Task SlashTooManyIsRefusedByEveryRequest(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/a", "kept"), "WRITE of a node");
        var findings = new Findings(c);
        foreach (var type in PathRequests.AboutNodes)
        {
            foreach (string path in new[] { $"{area}/", $"{area}//a", $"/{area}", $"{area}/a/", $"{area}/a//", $"{area}/missing/", $"{area}/missing//b" })
            {
                var reply = await session.AskAsync(type, path);
                findings.Check(reply.Error == XsError.EINVAL || PathRequests.IsMissing(type, reply), $"{type} of {path} {reply.Summary}");
            }
        }

        findings.Conclude("EINVAL from every request with a doubled or trailing slash");
        await c.ExpectTextAsync("kept", session.ReadAsync(area + "/a"), "READ of the node after all these requests");
    }

    /// <summary>The empty path is refused by every request about a node.</summary>
    [Case("XS-041", "XS-017", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task EmptyPathIsRefusedByEveryRequest(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE of the area");
        await RefuseAsync(c, session, PathRequests.AboutNodes, "");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ of the area after all these requests");
    }

    /// <summary>A store that has just answered a success has no error number lying about to answer these with.</summary>
    [Case("XS-041", "XS-017", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-481, Z-059")]
    public static async Task BareDomainPrefixIsRefusedByEveryRequest(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE of the area");
        await RefuseAsync(c, session, PathRequests.AboutNodes, "/local/domain/", "/local/domain//", "/local/domain//x", "/local/domain/1/", "//");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ of the area after all these requests");
    }

    /// <summary>Relative paths have the same form.</summary>
    [Case("XS-041", Over = Carriers.Ring)]
    public static async Task SlashTooManyInARelativePathIsRefused(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync("data"), "MKDIR of a relative path");
        await RefuseAsync(c, session, PathRequests.AboutNodes, "data/", "data//a", "a//");
    }

    /// <summary>WATCH refuses what names no node.</summary>
    [Case("XS-041", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task MalformedPathIsRefusedByWatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await RefuseAsync(c, session, [XsMessageType.Watch], "", "//", $"{area}/", $"{area}//a", $"/{area}", "/local/domain/");
    }

    /// <summary>UNWATCH refuses it as well, instead of looking for such a watch.</summary>
    [Case("XS-041", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task MalformedPathIsRefusedByUnwatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await RefuseAsync(c, session, [XsMessageType.Unwatch], "", "//", $"{area}/", $"{area}//a", $"/{area}", "/local/domain/");
    }

    /// <summary>The root is the one path that ends with a slash.</summary>
    [Case("XS-041")]
    public static async Task RootAloneMayEndWithASlash(StoreContext c)
    {
        var session = await c.ConnectAsync();
        await c.ExpectOkAsync(session.ReadAsync("/"), "READ of the root");
        await c.ExpectOkAsync(session.DirectoryAsync("/"), "DIRECTORY of the root");
        await c.ExpectOkAsync(session.GetPermsAsync("/"), "GET_PERMS of the root");
        await c.ExpectOkAsync(session.WatchAsync("/", "root"), "WATCH of the root");
        await c.ExpectOkAsync(session.UnwatchAsync("/", "root"), "UNWATCH of the root");
    }

    private static async Task RefuseAsync(
        StoreContext c, StoreSession session, IReadOnlyList<XsMessageType> types, params IReadOnlyList<string> paths)
    {
        var findings = new Findings(c);
        foreach (var type in types)
        {
            foreach (string path in paths)
            {
                await session.RoundTripAsync();
                var reply = await session.AskAsync(type, path);
                findings.Check(reply.Error == XsError.EINVAL || PathRequests.IsMissing(type, reply), $"{type} of \"{path}\" {reply.Summary}");
            }
        }

        findings.Conclude("EINVAL for a path with an empty component");
    }
}
