using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>Paths that begin with an at-sign.</summary>
public static class SpecialPathCases
{
    private static readonly string[] Special = ["@releaseDomain", "@introduceDomain"];

    /// <summary>No request about values and children takes a special path.</summary>
    [Case("XS-044", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task SpecialPathIsNoNode(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        var findings = new Findings(c);
        foreach (var type in new[]
        {
            XsMessageType.Read, XsMessageType.Directory, XsMessageType.DirectoryPart, XsMessageType.Mkdir, XsMessageType.Write,
            XsMessageType.Read, XsMessageType.Directory, XsMessageType.Rm,
        })
        {
            foreach (string path in new[] { Special[0], Special[1], "@other", "@releaseDomain/below", "@" })
            {
                var reply = await session.AskAsync(type, path);
                findings.Check(reply.IsError, $"{type} of {path} {reply.Summary}");
            }
        }

        findings.Conclude("an error from READ, WRITE, MKDIR, RM, DIRECTORY and DIRECTORY_PART of a special path");
    }

    /// <summary>WATCH and UNWATCH take a special path, known or not.</summary>
    [Case("XS-044")]
    public static async Task SpecialPathCanBeWatched(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string path in new[] { Special[0], Special[1], "@other" })
        {
            await c.ExpectOkAsync(session.WatchAsync(path, "token"), $"WATCH of {path}");
            await c.ExpectOkAsync(session.UnwatchAsync(path, "token"), $"UNWATCH of {path}");
        }
    }

    /// <summary>SET_PERMS and GET_PERMS take the special paths that the store knows.</summary>
    [Case("XS-044", "XS-088", Needs = Needs.OwnDaemon)]
    public static async Task SpecialPathHasPermissions(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string path in Special)
        {
            await c.ExpectOkAsync(session.SetPermsAsync(path, "r0"), $"SET_PERMS of {path}");
            await c.ExpectTextAsync("r0\0", session.GetPermsAsync(path), $"GET_PERMS of {path}");
        }
    }

    /// <summary>An at-sign inside a path makes nothing special.</summary>
    [Case("XS-044", "XS-040", Over = Carriers.Both)]
    public static async Task AtSignInsideAPathIsOrdinary(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/@releaseDomain", "plain"), "WRITE of a node with an at-sign");
        await c.ExpectTextAsync("plain", session.ReadAsync($"{area}/@releaseDomain"), "READ of a node with an at-sign");
        await c.ExpectTextAsync("@releaseDomain\0", session.DirectoryAsync(area), "DIRECTORY above a node with an at-sign");
    }
}
