using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>Errors come as one of the names that the public header lists, with its NUL.</summary>
public static class ErrorNameCases
{
    /// <summary>Refusals of every ordinary kind carry a listed name.</summary>
    [Case("XS-017", Over = Carriers.Both)]
    public static async Task RefusedRequestsCarryListedNames(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WatchAsync(area, "t"), "WATCH");
        (string What, StoreMessage Reply)[] refused =
        [
            ("READ of a missing node", await session.ReadAsync(area + "/a/b")),
            ("READ of a bad path", await session.ReadAsync(area + "//")),
            ("WATCH twice", await session.WatchAsync(area, "t")),
            ("UNWATCH of nothing", await session.UnwatchAsync(area, "other")),
            ("TRANSACTION_START inside a transaction", await session.RequestAsync(XsMessageType.TransactionStart, StorePayload.Strings(""), transaction)),
            ("TRANSACTION_END with X", await session.RequestAsync(XsMessageType.TransactionEnd, StorePayload.Strings("X"), transaction)),
            ("READ with an unknown tx_id", await session.ReadAsync(area, 0x7654_3210)),
            ("an unknown type", await session.RequestAsync(XsMessageType.Invalid, StorePayload.Strings(""))),
            ("SET_PERMS without entries", await session.SetPermsAsync(area)),
        ];
        foreach ((string what, var reply) in refused)
        {
            ExpectListed(c, reply, what);
        }
    }

    /// <summary>Arguments that end without a NUL, or are missing, are refused by a listed name.</summary>
    [Case("XS-017", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "Z-067")]
    public static async Task UnterminatedArgumentsAreRefusedByListedNames(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (var type in new[] { XsMessageType.Directory, XsMessageType.Read, XsMessageType.GetPerms, XsMessageType.Rm, XsMessageType.Mkdir, XsMessageType.Watch, XsMessageType.Unwatch, XsMessageType.SetPerms })
        {
            ExpectListed(c, await session.RequestAsync(type, StorePayload.Raw(area)), $"{type} of a path without NUL");
        }
    }

    /// <summary>A refusal names its own reason, whatever another connection was refused before (EACCES against ENOENT and EINVAL).</summary>
    [Case("XS-017", "XS-058", Needs = Needs.Guests, Guards = "Z-067")]
    public static async Task RefusalNamesItsOwnReason(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(tools.WriteAsync("/conformance-closed", ""), "WRITE by the tool stack");
        await c.ExpectOkAsync(tools.SetPermsAsync("/conformance-closed", "n0"), "SET_PERMS by the tool stack");
        foreach (string other in new[] { "/conformance-closed/missing/node", "no//path", "/conformance-closed/" })
        {
            ExpectListed(c, await tools.ReadAsync(other), $"READ of {other}");
            await c.ExpectErrorAsync(XsError.EACCES, guest.Session.WriteAsync("/conformance-closed", "x"), "WRITE of a closed node, after another's refusal");
        }
    }

    /// <summary>A limit that is reached is told by a listed name.</summary>
    [Case("XS-017", "XS-123", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task ReachedLimitsCarryListedNames(StoreContext c)
    {
        const int plenty = 2000;
        var (session, area) = await c.OpenAsync();
        await ExpectLimitAsync("transactions", _ => session.StartTransactionAsync());
        await c.ExpectOkAsync(session.ResetWatchesAsync(), "RESET_WATCHES");
        await ExpectLimitAsync("watches", i => session.WatchAsync($"{area}/{i}", "t"));
        await c.ExpectOkAsync(session.ResetWatchesAsync(), "RESET_WATCHES");
        await ExpectLimitAsync("nodes", i => session.MkdirAsync($"{area}/{i / 100}/{i}"));

        async Task ExpectLimitAsync(string what, Func<int, Task<StoreMessage>> request)
        {
            for (int i = 0; i < plenty; i++)
            {
                var reply = await request(i);
                if (reply.IsError)
                {
                    ExpectListed(c, reply, $"one {what} too many, number {i + 1}");
                    return;
                }
            }

            throw c.Failure(new("XS", 123), $"a limit below {plenty} {what} of an unprivileged domain", "none");
        }
    }

    private static void ExpectListed(StoreContext c, StoreMessage reply, string what)
    {
        c.Expect(reply.IsError, $"an error for {what}", reply.Summary);
        c.Expect(reply.Error != XsError.None, $"a listed error name with its NUL for {what}", WireText.Quote(reply.Payload));
    }
}
