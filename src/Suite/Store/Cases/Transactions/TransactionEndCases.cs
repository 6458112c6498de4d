using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>The forms of TRANSACTION_END.</summary>
public static class TransactionEndCases
{
    private static readonly string[] Wrong = ["\0", "t\0", "f\0", "X\0", "TT\0", "TF\0", "FT\0", " T\0", "0\0", "1\0", "true\0", "OK\0"];

    /// <summary>Anything but T and F is EINVAL and commits nothing.</summary>
    [Case("XS-122", Over = Carriers.Both)]
    public static async Task AnythingButTOrFIsEINVAL(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        foreach (string form in Wrong)
        {
            await ExpectRefusedAsync(c, session, area, form);
        }
    }

    /// <summary>T or F without its NUL is not the form T|, and is EINVAL.</summary>
    [Case("XS-122", Over = Carriers.Both)]
    public static async Task LetterWithoutNulIsEINVAL(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        await ExpectRefusedAsync(c, session, area, "T");
        await ExpectRefusedAsync(c, session, area, "F");
    }

    /// <summary>TRANSACTION_END outside any transaction is refused.</summary>
    [Case("XS-112", Over = Carriers.Both)]
    public static async Task EndOutsideATransactionIsRefused(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string form in new[] { "T\0", "F\0" })
        {
            var reply = await session.RequestAsync(XsMessageType.TransactionEnd, StorePayload.Raw(form));
            c.Expect(reply.IsError, "an error for TRANSACTION_END with tx_id 0", reply.Summary);
        }
    }

    private static async Task ExpectRefusedAsync(StoreContext c, StoreSession session, string area, string form)
    {
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "new", transaction), "WRITE in a transaction");
        await c.ExpectErrorAsync(
            XsError.EINVAL,
            session.RequestAsync(XsMessageType.TransactionEnd, StorePayload.Raw(form), transaction),
            $"TRANSACTION_END with the payload {WireText.Quote(StorePayload.Raw(form))}");
        await c.ExpectTextAsync("old", session.ReadAsync(area), "READ after a refused TRANSACTION_END");

        // Whether the refused END left the transaction open is not said; this one frees its place either way.
        await session.AbortAsync(transaction);
    }
}
