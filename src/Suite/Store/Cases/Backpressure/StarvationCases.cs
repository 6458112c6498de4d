using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Backpressure;

/// <summary>Floods of writes and other clients' transactions (XSA-206).</summary>
public static class StarvationCases
{
    private const int Attempts = 300;
    private const int MostSaved = 1500;

    // A store may let floods go on at some pace by the clock, shared among those who flood. With many of them the pace of
    // each is slow enough for an attempt to fit between two writes of one, on a busy machine too.
    private const int OtherFloods = 8;

    /// <summary>A guest that writes without end what another guest's transaction reads does not keep it from committing for ever.</summary>
    [Case("XS-126", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-062")]
    public static async Task FloodOfWritesDoesNotStarveAGuestsTransaction(StoreContext c)
    {
        var victim = await c.CreateGuestAsync();
        var writer = await c.CreateGuestAsync();
        await CommitDespiteAsync(c, writer, victim.Session, victim.Home + "/result", victim.Id.ToString());
    }

    /// <summary>Nor a privileged connection's.</summary>
    [Case("XS-126", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "Z-062")]
    public static async Task FloodOfWritesDoesNotStarveThePrivileged(StoreContext c)
    {
        var writer = await c.CreateGuestAsync();
        var victim = await c.ConnectAsync();
        await CommitDespiteAsync(c, writer, victim, writer.Home + "/result", "0");
    }

    private static async Task CommitDespiteAsync(StoreContext c, StoreGuest writer, StoreSession victim, string result, string reader)
    {
        string shared = writer.Home + "/shared";
        await c.ExpectOkAsync(writer.Session.WriteAsync(shared, "x"), "WRITE");
        await c.ExpectOkAsync(writer.Session.SetPermsAsync(shared, $"n{writer.Id}", $"r{reader}"), "SET_PERMS");
        var floods = new List<BusyRing> { await StartFloodAsync(c, writer) };
        for (int i = 0; i < OtherFloods; i++)
        {
            floods.Add(await StartFloodAsync(c, await c.CreateGuestAsync()));
        }

        await SpendSavingsAsync(c, floods, victim);
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            uint t = await c.StartTransactionAsync(victim);
            await c.ExpectOkAsync(victim.ReadAsync(shared, t), "READ of what is being written");

            // At least one write waits in the queue from here on, and the store has every occasion to take it.
            await PourAsync(floods);
            await victim.RoundTripAsync();
            var end = await WriteAndCommitAsync(c, victim, t, result, $"{attempt}");
            if (!end.IsError)
            {
                c.Log.Note(victim.Name, $"committed at attempt {attempt}, after {await floods[0].TakenAsync()} writes by the other");
                return;
            }

            c.Expect("XS-116", end.Error == XsError.EAGAIN, "OK or EAGAIN for TRANSACTION_END T", end.Summary);
        }

        throw c.Failure(new("XS", 126), $"a commit within {Attempts} attempts beside a guest that writes without end", "EAGAIN each time");
    }

    private static Task<BusyRing> StartFloodAsync(StoreContext c, StoreGuest writer) =>
        BusyRing.StartAsync(c, writer.Domain, XsMessageType.Write, StorePayload.PathAndBytes($"{writer.Home}/shared", "y"u8));

    private static async Task PourAsync(List<BusyRing> floods)
    {
        foreach (var flood in floods)
        {
            await flood.DiscardRepliesAsync();
            await flood.PutAsync();
        }
    }

    // A store may let a client that was quiet save up writes, and count only those beside an open transaction.
    private static async Task SpendSavingsAsync(StoreContext c, List<BusyRing> floods, StoreSession victim)
    {
        uint open = await c.StartTransactionAsync(victim);
        for (int round = 0; round < 40 && await floods[0].TakenAsync() < MostSaved; round++)
        {
            await PourAsync(floods);
            await victim.RoundTripAsync();
        }

        await c.ExpectOkAsync(victim.AbortAsync(open), "TRANSACTION_END F");
    }

    // All in one go: how soon this side is woken up after each reply must not decide whether the commit comes through.
    private static async Task<StoreMessage> WriteAndCommitAsync(StoreContext c, StoreSession victim, uint transaction, string path, string value)
    {
        await victim.SendAsync(XsMessageType.Write, StorePayload.PathAndBytes(path, StorePayload.Raw(value)), transaction);
        await victim.SendAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));
        await victim.SendAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));
        await victim.SendAsync(XsMessageType.TransactionEnd, StorePayload.Strings("T"), transaction);
        await c.ExpectOkAsync(victim.ReceiveReplyAsync("WRITE"), "WRITE in a transaction");
        await c.ExpectOkAsync(victim.ReceiveReplyAsync("GET_DOMAIN_PATH"), "GET_DOMAIN_PATH");
        await c.ExpectOkAsync(victim.ReceiveReplyAsync("GET_DOMAIN_PATH"), "GET_DOMAIN_PATH");
        return await victim.ReceiveReplyAsync("TRANSACTION_END");
    }
}
