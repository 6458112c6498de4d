using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>What WRITE stores and READ returns.</summary>
public static class ValueCases
{
    // Leaves room for the rest of a node below the 2,048 bytes of XS-062.
    private const int LargeForAnybody = 1900;

    /// <summary>Every byte value is stored and returned, NUL among them, at any place.</summary>
    [Case("XS-048", "XS-049", Over = Carriers.Both)]
    public static async Task ValueMayHaveEveryByte(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] every = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        byte[][] values =
        [
            every, [.. every.Reverse()], [0], [0, 0, 0], "a\0b"u8.ToArray(), "a\0"u8.ToArray(), "\0a"u8.ToArray(), [0xFF, 0xFE],
            "/not/a/path\0n0\0"u8.ToArray(), "\n"u8.ToArray(),
        ];
        foreach (byte[] value in values)
        {
            await StoresAsync(c, session, area, value);
        }
    }

    /// <summary>An empty value replaces what was there and is returned without any byte.</summary>
    [Case("XS-048", "XS-049", Over = Carriers.Both)]
    public static async Task ValueMayBeEmpty(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await StoresAsync(c, session, area, []);
        await StoresAsync(c, session, area, "something"u8.ToArray());
        await StoresAsync(c, session, area, []);
    }

    /// <summary>A shorter value leaves nothing of a longer one, and a longer one is whole.</summary>
    [Case("XS-048", Over = Carriers.Both)]
    public static async Task WriteReplacesTheWholeValue(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (int length in new[] { 1, LargeForAnybody, 2, 1023, 1024, 1025, 3, 63, 64, 65, 0, 255, 256 })
        {
            var value = new byte[length];
            c.Random.NextBytes(value);
            await StoresAsync(c, session, area, value);
        }
    }

    /// <summary>A value leaves the children, siblings and permissions of its node alone.</summary>
    [Case("XS-048", Over = Carriers.Both)]
    public static async Task WriteChangesNothingButTheValue(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/node/child", "child"), "WRITE of a child");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/sibling", "sibling"), "WRITE of a sibling");
        var before = await c.ExpectOkAsync(session.GetPermsAsync($"{area}/node"), "GET_PERMS");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/node", "value"), "WRITE of the node");
        await c.ExpectTextAsync("child", session.ReadAsync($"{area}/node/child"), "READ of the child");
        await c.ExpectTextAsync("sibling", session.ReadAsync($"{area}/sibling"), "READ of the sibling");
        await c.ExpectTextAsync(before.Text, session.GetPermsAsync($"{area}/node"), "GET_PERMS after WRITE");
    }

    /// <summary>A WRITE without the NUL behind its path is refused and changes nothing.</summary>
    [Case("XS-048", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task WriteWithoutNulBehindThePathIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE of a node");
        var reply = await session.RequestAsync(XsMessageType.Write, StorePayload.Raw(area));
        c.Expect(reply.IsError, "an error for WRITE of a path without NUL", reply.Summary);
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after a refused WRITE");
    }

    /// <summary>A value that just fits into a message is stored whole by the privileged domain, or refused whole by a quota.</summary>
    [Case("XS-048", "XS-049")]
    public static async Task ValueThatFillsAMessageIsWholeOrRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await StoresAsync(c, session, area, "old"u8.ToArray());
        var value = new byte[XsLimits.PayloadMax - area.Length - 1];
        c.Random.NextBytes(value);
        var reply = await session.WriteAsync(area, value);
        if (reply.IsError)
        {
            await c.ExpectTextAsync("old", session.ReadAsync(area), $"READ after a WRITE refused with {reply.Summary}");
            throw CaseOutcome.NotApplicable($"the store refuses a value of {value.Length} bytes with {reply.Summary}");
        }

        await ReturnsAsync(c, session, area, value);
    }

    /// <summary>A node made by MKDIR has an empty value.</summary>
    [Case("XS-049", Over = Carriers.Both)]
    public static async Task NodeWithoutAValueReadsEmpty(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        await c.ExpectTextAsync("", session.ReadAsync(area), "READ of a node that nobody wrote");
    }

    /// <summary>READ of a node that is not there is ENOENT, also right after a READ that returned something.</summary>
    [Case("XS-049", "XS-017", Over = Carriers.Both)]
    public static async Task ReadOfAMissingNodeIsEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE");
        foreach (string missing in new[] { "/missing", "/missing/deeper", "x", "/v" })
        {
            await c.ExpectTextAsync("v", session.ReadAsync(area), "READ of a node");
            await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + missing), $"READ of the missing {area}{missing}");
        }
    }

    private static async Task StoresAsync(StoreContext c, StoreSession session, string path, byte[] value)
    {
        await c.ExpectOkAsync(session.WriteAsync(path, value), $"WRITE of {value.Length} bytes");
        await ReturnsAsync(c, session, path, value);
    }

    private static async Task ReturnsAsync(StoreContext c, StoreSession session, string path, byte[] value)
    {
        var reply = await c.ExpectOkAsync(session.ReadAsync(path), "READ");
        c.Expect(
            reply.Payload.AsSpan().SequenceEqual(value),
            $"the {value.Length} bytes {WireText.Quote(value)} that were written",
            $"{reply.Payload.Length} bytes {reply.Summary}");
    }
}
