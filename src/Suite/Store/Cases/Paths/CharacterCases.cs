using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>Which bytes a path may have.</summary>
public static class CharacterCases
{
    private const string Punctuation = "-/_@";

    private static readonly byte[] SomeBadBytes =
        [0x01, (byte)'\n', (byte)' ', (byte)'*', (byte)'+', (byte)'.', (byte)':', (byte)'\\', (byte)'~', 0x7F, 0x80, 0xC3, 0xFF];

    /// <summary>Letters, digits and <c>-/_@</c> are allowed; each of the other 189 byte values that can stand in a string gives EINVAL.</summary>
    [Case("XS-040", Over = Carriers.Both)]
    public static async Task EachByteValueIsAllowedOrRefusedAsListed(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var findings = new Findings(c);
        for (int value = 1; value <= byte.MaxValue; value++)
        {
            char letter = (char)value;
            bool allowed = char.IsAsciiLetterOrDigit(letter) || Punctuation.Contains(letter, StringComparison.Ordinal);
            var reply = await session.WriteAsync($"{area}/x{letter}y", "v");
            findings.Check(
                allowed ? !reply.IsError : reply.Error == XsError.EINVAL,
                string.Create(CultureInfo.InvariantCulture, $"byte 0x{value:x2} {reply.Summary}"));
        }

        findings.Conclude("success for letters, digits and -/_@, EINVAL for every other byte of a path");
    }

    /// <summary>Every request about a node refuses a bad byte at any place of the path.</summary>
    [Case("XS-040", Over = Carriers.Both)]
    public static async Task BadByteIsRefusedByEveryRequest(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE of the area");
        var findings = new Findings(c);
        foreach (var type in PathRequests.AboutNodes)
        {
            foreach (byte bad in SomeBadBytes)
            {
                foreach (string path in new[] { $"{area}/{(char)bad}", $"{area}/a{(char)bad}", $"{area}{(char)bad}/a", $"/{(char)bad}a" })
                {
                    var reply = await session.AskAsync(type, path);
                    findings.Check(
                        reply.Error == XsError.EINVAL || PathRequests.IsMissing(type, reply),
                        $"{type} of {WireText.Quote(StorePayload.Raw(path))} {reply.Summary}");
                }
            }
        }

        findings.Conclude("EINVAL from every request with a byte that no path may have");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ of the area after all these requests");
    }

    /// <summary>The path of a node to watch may have no bad byte either.</summary>
    [Case("XS-040", Over = Carriers.Both)]
    public static async Task BadByteIsRefusedByWatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var findings = new Findings(c);
        foreach (byte bad in SomeBadBytes)
        {
            foreach (string path in new[] { $"{area}/{(char)bad}", $"{area}{(char)bad}" })
            {
                var reply = await session.WatchAsync(path, "token");
                findings.Check(reply.Error == XsError.EINVAL, $"WATCH of {WireText.Quote(StorePayload.Raw(path))} {reply.Summary}");
            }
        }

        findings.Conclude("EINVAL from WATCH with a byte that no path may have");
    }

    /// <summary>A relative path may have no bad byte either, whatever asks for it.</summary>
    [Case("XS-040", "XS-043", Over = Carriers.Ring)]
    public static async Task BadByteInARelativePathIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var findings = new Findings(c);
        foreach (byte bad in SomeBadBytes)
        {
            string path = $"node{(char)bad}";
            foreach (var type in new[] { XsMessageType.Read, XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Rm, XsMessageType.Directory })
            {
                var reply = await guest.Session.AskAsync(type, path);
                findings.Check(reply.Error == XsError.EINVAL, $"{type} of {WireText.Quote(StorePayload.Raw(path))} {reply.Summary}");
            }
        }

        findings.Conclude("EINVAL from every request with a relative path that has a byte no path may have");
    }

    /// <summary>UNWATCH answers EINVAL to such a path, not that it has no such watch.</summary>
    [Case("XS-040", Over = Carriers.Both)]
    public static async Task BadByteIsRefusedByUnwatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var findings = new Findings(c);
        foreach (byte bad in SomeBadBytes)
        {
            var reply = await session.UnwatchAsync($"{area}/{(char)bad}", "token");
            findings.Check(reply.Error == XsError.EINVAL, $"UNWATCH with byte 0x{bad.ToString("x2", CultureInfo.InvariantCulture)} {reply.Summary}");
        }

        findings.Conclude("EINVAL from UNWATCH with a byte that no path may have");
    }

    /// <summary>A NUL inside the only argument is neither cut off nor taken as part of a name.</summary>
    [Case("XS-040", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task NulInsideAPathIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE of the area");
        var findings = new Findings(c);
        foreach (var type in new[] { XsMessageType.Read, XsMessageType.Directory, XsMessageType.GetPerms, XsMessageType.Mkdir, XsMessageType.Rm })
        {
            var reply = await session.RequestAsync(type, StorePayload.Strings(area, "b"));
            findings.Check(reply.Error == XsError.EINVAL, $"{type} of a path with NUL {reply.Summary}");
        }

        findings.Conclude("EINVAL for a path with a NUL inside");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ of the area after all these requests");
    }
}
