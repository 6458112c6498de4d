using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>How long a path may be, in both forms.</summary>
public static class PathLengthCases
{
    // The other requests would answer that there is no such node, which a path too long and a path allowed have in common.
    private static readonly XsMessageType[] Telling =
        [XsMessageType.Write, XsMessageType.Mkdir, XsMessageType.Rm, XsMessageType.Watch];

    /// <summary>3,073 bytes are too many anywhere.</summary>
    [Case("XS-042", Over = Carriers.Both)]
    public static async Task AbsolutePathAboveItsLimitIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string start = c.Carrier == Carriers.Ring ? "" : area;
        await RefuseAsync(c, session, PathRequests.OfLength(start, XsLimits.AbsolutePathMax + 1));
    }

    /// <summary>3,072 bytes are allowed outside of the homes.</summary>
    [Case("XS-042")]
    public static async Task AbsolutePathAtItsLimitIsAccepted(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string path = PathRequests.OfLength(area, XsLimits.AbsolutePathMax);
        await c.ExpectOkAsync(session.WriteAsync(path, "far"), $"WRITE of an absolute path of {path.Length} bytes");
        await c.ExpectTextAsync("far", session.ReadAsync(path), $"READ of an absolute path of {path.Length} bytes");
    }

    /// <summary>2,049 bytes are too many for a relative path.</summary>
    [Case("XS-042", Over = Carriers.Ring)]
    public static async Task RelativePathAboveItsLimitIsRefused(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await RefuseAsync(c, session, PathRequests.RelativeOfLength(XsLimits.RelativePathMax + 1));
    }

    /// <summary>2,048 bytes are allowed for a relative path, and the node can be read by its absolute path.</summary>
    [Case("XS-042", Over = Carriers.Ring)]
    public static async Task RelativePathAtItsLimitIsAccepted(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string path = PathRequests.RelativeOfLength(XsLimits.RelativePathMax);
        await c.ExpectOkAsync(guest.Session.WriteAsync(path, "far"), $"WRITE of a relative path of {path.Length} bytes");
        await c.ExpectTextAsync("far", guest.Session.ReadAsync(path), $"READ of a relative path of {path.Length} bytes");
        await c.ExpectTextAsync("far", guest.Session.ReadAsync($"{guest.Home}/{path}"), "READ of that node by its absolute path");
    }

    /// <summary>The relative limit also holds below a home that is named absolutely.</summary>
    [Case("XS-042", Over = Carriers.Both, Guards = "XSA-323, Z-045")]
    public static async Task AbsolutePathBelowAHomeHasTheRelativeLimit(StoreContext c)
    {
        string home = "/local/domain/0";
        StoreSession session;
        if (c.Carrier == Carriers.Ring)
        {
            var guest = await c.CreateGuestAsync();
            (session, home) = (guest.Session, guest.Home);
        }
        else
        {
            session = await c.ConnectAsync();
        }

        await RefuseAsync(c, session, PathRequests.OfLength(home, home.Length + 1 + XsLimits.RelativePathMax + 1));
    }

    /// <summary>How much fits below a home depends neither on the digits of its number nor on the form of the path.</summary>
    [Case("XS-042", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-323, Z-045")]
    public static async Task RoomBelowAHomeIsTheSameForEveryNumber(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var rooms = new List<(string Way, int Bytes)>();
        foreach (ushort number in new ushort[] { 7, 31_007 })
        {
            var guest = await c.CreateGuestAsync(new DomainId(number));
            rooms.Add(($"domain {number}, relative", await LongestAsync(guest.Session, PathRequests.RelativeOfLength)));
            rooms.Add(($"domain {number}, absolute", await LongestAsync(guest.Session, length => $"{guest.Home}/{PathRequests.RelativeOfLength(length)}")));
            rooms.Add(($"domain 0 about domain {number}", await LongestAsync(tools, length => $"{guest.Home}/{PathRequests.RelativeOfLength(length)}")));
        }

        string came = string.Join(", ", rooms.Select(room => $"{room.Bytes} bytes ({room.Way})"));
        c.Expect(rooms.TrueForAll(room => room.Bytes == rooms[0].Bytes), "the same room below a home for every number and form", came);
        c.Expect(rooms[0].Bytes <= XsLimits.RelativePathMax, $"at most {XsLimits.RelativePathMax} bytes below a home", came);
    }

    private static async Task RefuseAsync(StoreContext c, StoreSession session, string path)
    {
        // With its parent there, RM of the path would succeed in a store that allows it.
        _ = await session.MkdirAsync(path[..path.LastIndexOf('/')]);
        var findings = new Findings(c);
        foreach (var type in Telling)
        {
            var reply = await session.AskAsync(type, path);
            findings.Check(reply.IsError, $"{type} {reply.Summary}");
        }

        findings.Conclude($"an error for a path of {path.Length} bytes");
    }

    private static async Task<int> LongestAsync(StoreSession session, Func<int, string> path)
    {
        int accepted = 0;
        int refused = XsLimits.RelativePathMax + 200;
        while (refused - accepted > 1)
        {
            int tried = (accepted + refused) / 2;
            bool fits = !(await session.MkdirAsync(path(tried))).IsError;
            (accepted, refused) = fits ? (tried, refused) : (accepted, tried);
            string made = path(tried);
            string top = made[..made.IndexOf('x', StringComparison.Ordinal)];
            _ = await session.RmAsync(top + made[top.Length..].Split('/')[0]);
        }

        return accepted;
    }
}
