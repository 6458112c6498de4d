using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>Types that no client may send are answered ENOSYS, and the connection goes on.</summary>
public static class UnknownTypeCases
{
    // 27 is one above the table; 0x10002 and 0x80000002 are READ to a daemon that keeps too few bits of the type.
    private static readonly uint[] Unknown = [27, 28, 255, 256, 0x7FFF, 65534, 65536, 0x1_0002, 0x7FFF_FFFF, 0x8000_0002, 0xFFFF_FFFE, uint.MaxValue];

    /// <summary>A type outside the table is answered ENOSYS.</summary>
    [Case("XS-022", "XS-002", Over = Carriers.Both)]
    public static Task UnknownTypesAreAnsweredEnosys(StoreContext c) => ExpectEnosysAsync(c, Unknown);

    /// <summary>20 is retired and 65535 never valid.</summary>
    [Case("XS-022", "XS-002", Over = Carriers.Both)]
    public static Task RetiredAndInvalidTypesAreAnsweredEnosys(StoreContext c) => ExpectEnosysAsync(c, [20, 65535]);

    /// <summary>WATCH_EVENT and ERROR come from the server alone.</summary>
    [Case("XS-022", "XS-002", Over = Carriers.Both)]
    public static Task ServerTypesFromAClientAreAnsweredEnosys(StoreContext c) => ExpectEnosysAsync(c, [15, 16]);

    /// <summary>Inside a transaction the answer is the same, with the transaction's id.</summary>
    [Case("XS-022", "XS-016", Over = Carriers.Both)]
    public static async Task UnknownTypeInATransactionIsAnsweredEnosys(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        foreach (uint type in new uint[] { 15, 16, 20, 27, 65535 })
        {
            await c.ExpectErrorAsync(XsError.ENOSYS, session.RequestAsync((XsMessageType)type, StorePayload.Strings(area), transaction), $"type {type} in a transaction");
        }
    }

    private static async Task ExpectEnosysAsync(StoreContext c, uint[] types)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE");
        foreach (uint type in types)
        {
            await c.ExpectErrorAsync(XsError.ENOSYS, session.RequestAsync((XsMessageType)type, StorePayload.Strings(area, "T", "1")), $"type {type}");
            await c.ExpectTextAsync("kept", session.ReadAsync(area), $"READ after type {type}");
        }
    }
}
