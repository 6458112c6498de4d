using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>The root is a node like any other where permissions are concerned.</summary>
public static class RootCases
{
    /// <summary>Guests may read and write the root exactly as its list says.</summary>
    [Case("XS-059", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-353, Z-051")]
    public static async Task GuestsAccessTheRootByItsList(StoreContext c)
    {
        var (listed, unlisted) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        var findings = new Findings(c);
        foreach (char byDefault in "nrwb")
        {
            foreach (char byEntry in "nrwb")
            {
                await c.ExpectOkAsync(tools.SetPermsAsync("/", $"{byDefault}0", $"{byEntry}{listed.Id}"), "SET_PERMS of the root by domain 0");
                string where = $"with default {byDefault} and entry {byEntry}";
                await AskAsync(findings, listed.Session, byEntry, $"by a listed domain {where}");
                await AskAsync(findings, unlisted.Session, byDefault, $"by an unlisted domain {where}");
            }
        }

        findings.Conclude("access to the root by its permission list, EACCES otherwise");
    }

    /// <summary>A guest cannot set the root's permissions, whatever access it has.</summary>
    [Case("XS-059", "XS-057", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-353, Z-051")]
    public static async Task GuestsCannotSetThePermissionsOfTheRoot(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        foreach (string letter in new[] { "n", "r", "w", "b" })
        {
            await c.ExpectOkAsync(tools.SetPermsAsync("/", $"{letter}0"), "SET_PERMS of the root by domain 0");
            foreach (string[] list in new[] { [$"b{guest.Id}"], ["b0", $"b{guest.Id}"], new[] { "b0" } })
            {
                var reply = await guest.Session.SetPermsAsync("/", list);
                c.Expect(reply.Error is XsError.EACCES or XsError.EPERM, $"EACCES for SET_PERMS of the root to {string.Join(' ', list)}", reply.Summary);
            }

            await c.ExpectTextAsync($"{letter}0\0", tools.GetPermsAsync("/"), "GET_PERMS of the root by domain 0");
        }
    }

    /// <summary>Creating right below the root needs write access to the root.</summary>
    [Case("XS-059", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-353")]
    public static async Task CreatingBelowTheRootNeedsWriteAccess(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        foreach (string letter in new[] { "n", "r" })
        {
            await c.ExpectOkAsync(tools.SetPermsAsync("/", $"{letter}0"), "SET_PERMS of the root by domain 0");
            await c.ExpectErrorAsync(XsError.EACCES, guest.Session.WriteAsync("/stray", "v"), $"WRITE right below a root with {letter}0");
            await c.ExpectErrorAsync(XsError.EACCES, guest.Session.MkdirAsync("/stray/deep"), $"MKDIR two levels below a root with {letter}0");
            await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync("/stray"), "READ by domain 0");
        }

        await c.ExpectOkAsync(tools.SetPermsAsync("/", "b0"), "SET_PERMS of the root by domain 0");
        await c.ExpectOkAsync(guest.Session.WriteAsync("/stray", "v"), "WRITE right below a root that everybody may write");
    }

    private static async Task AskAsync(Findings findings, StoreSession session, char letter, string situation)
    {
        bool reads = letter is 'r' or 'b';
        bool writes = letter is 'w' or 'b';
        foreach (var (name, allowed, reply) in new[]
        {
            ("READ", reads, await session.ReadAsync("/")),
            ("DIRECTORY", reads, await session.DirectoryAsync("/")),
            ("GET_PERMS", reads, await session.GetPermsAsync("/")),
            ("WRITE", writes, await session.WriteAsync("/", "")),
        })
        {
            findings.Check(allowed ? !reply.IsError : reply.Error == XsError.EACCES, $"{name} of the root {situation} {reply.Summary}");
        }
    }
}
