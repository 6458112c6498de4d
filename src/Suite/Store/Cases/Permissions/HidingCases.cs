using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Paths;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>Errors do not tell a domain what exists where it may not look.</summary>
public static class HidingCases
{
    private static readonly XsMessageType[] Reading =
        [XsMessageType.Read, XsMessageType.Directory, XsMessageType.DirectoryPart, XsMessageType.GetPerms];

    /// <summary>Below a closed node, what exists and what does not both give EACCES.</summary>
    [Case("XS-058", Needs = Needs.Guests)]
    public static async Task MissingNodeBelowAClosedOneIsEacces(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("closed/there/below", "v"), "WRITE by the owner");
        var findings = new Findings(c);
        foreach (var type in Reading)
        {
            foreach (string path in new[] { "closed", "closed/there", "closed/there/below", "closed/missing", "closed/missing/below", "closed/there/missing", "missing" })
            {
                var reply = await other.Session.AskAsync(type, $"{owner.Home}/{path}");
                findings.Check(reply.Error == XsError.EACCES || PathRequests.IsMissing(type, reply), $"{type} of {path} {reply.Summary}");
            }
        }

        findings.Conclude("EACCES for everything below a node that the caller may not read");
    }

    /// <summary>Requests that would change something give the same answer for what exists and what does not, and change nothing.</summary>
    [Case("XS-058", "XS-055", Needs = Needs.Guests)]
    public static async Task ChangingBelowAClosedNodeIsEacces(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("closed/there", "v"), "WRITE by the owner");
        var findings = new Findings(c);
        foreach (var type in new[] { XsMessageType.Write, XsMessageType.Rm, XsMessageType.SetPerms })
        {
            foreach (string path in new[] { "closed/there", "closed/missing", "closed/missing/below", "closed/there/missing" })
            {
                var reply = await other.Session.AskAsync(type, $"{owner.Home}/{path}");
                findings.Check(reply.Error == XsError.EACCES, $"{type} of {path} {reply.Summary}");
            }
        }

        foreach (string path in new[] { "closed/missing", "closed/missing/below", "closed/there/missing" })
        {
            var reply = await other.Session.MkdirAsync($"{owner.Home}/{path}");
            findings.Check(reply.Error == XsError.EACCES, $"MKDIR of {path} {reply.Summary}");
        }

        findings.Conclude("EACCES for every change below a node that the caller may not touch");
        await c.ExpectTextAsync("there\0", owner.Session.DirectoryAsync("closed"), "DIRECTORY by the owner");
        await c.ExpectTextAsync("v", owner.Session.ReadAsync("closed/there"), "READ by the owner");
    }

    /// <summary>Below a readable node a missing one is ENOENT, and an unreadable one EACCES.</summary>
    [Case("XS-058", Needs = Needs.Guests)]
    public static async Task MissingNodeBelowAReadableOneIsEnoent(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("open/closed", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("open", $"r{owner.Id}"), "SET_PERMS by the owner");
        var findings = new Findings(c);
        foreach (var type in Reading)
        {
            foreach (var (path, expected) in new[]
            {
                ("open/missing", XsError.ENOENT), ("open/missing/below", XsError.ENOENT),
                ("open/closed", XsError.EACCES), ("open/closed/missing", XsError.EACCES),
            })
            {
                var reply = await other.Session.AskAsync(type, $"{owner.Home}/{path}");
                findings.Check(reply.Error == expected || PathRequests.IsMissing(type, reply), $"{type} of {path} {reply.Summary} instead of {expected}");
            }
        }

        findings.Conclude("ENOENT below a readable node, EACCES for and below an unreadable one");
    }

    /// <summary>The answer does not depend on what went wrong before, for the same client or another.</summary>
    [Case("XS-058", "XS-017", Needs = Needs.Guests, Guards = "Z-067")]
    public static async Task RefusalDoesNotRepeatAnEarlierError(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(owner.Session.WriteAsync("closed", "v"), "WRITE by the owner");
        string closed = $"{owner.Home}/closed";
        Func<Task<StoreMessage>>[] before =
        [
            () => tools.ReadAsync("/conformance/missing/node"), () => tools.ReadAsync("//"), () => tools.WatchAsync("/local", "t"),
            () => tools.UnwatchAsync("/local", "unknown"), () => other.Session.ReadAsync("missing"), () => other.Session.ReadAsync("a//b"),
            () => owner.Session.ReadAsync("closed"), () => other.Session.CommitAsync(0),
        ];
        foreach (var earlier in before)
        {
            _ = await earlier();
            await c.ExpectErrorAsync(XsError.EACCES, other.Session.ReadAsync(closed), "READ of a closed node after something else");
            _ = await earlier();
            await c.ExpectErrorAsync(XsError.EACCES, other.Session.WriteAsync(closed, "w"), "WRITE of a closed node after something else");
        }
    }

    /// <summary>Nothing is hidden from the privileged domain.</summary>
    [Case("XS-058", Needs = Needs.Guests)]
    public static async Task NothingIsHiddenFromThePrivilegedDomain(StoreContext c)
    {
        var owner = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(owner.Session.WriteAsync("closed/there", "v"), "WRITE by the owner");
        await c.ExpectTextAsync("v", tools.ReadAsync($"{owner.Home}/closed/there"), "READ by domain 0");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync($"{owner.Home}/closed/missing"), "READ of a missing node by domain 0");
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync($"{owner.Home}/closed/missing/below"), "READ below a missing node by domain 0");
    }
}
