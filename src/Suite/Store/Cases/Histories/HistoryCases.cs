using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Histories;

/// <summary>Random histories of several connections, each explained by running its transactions one after the other.</summary>
public static class HistoryCases
{
    private const int StepsInARound = 150;

    /// <summary>Two connections read and write nodes that exist.</summary>
    [Case("XS-116", "XS-113", "XS-114")]
    public static Task TwoConnectionsOnValuesAreSerial(StoreContext c) => PlayAsync(c, 2, HistoryMix.Values);

    /// <summary>Three connections read and write nodes that exist.</summary>
    [Case("XS-116", "XS-113", "XS-114")]
    public static Task ThreeConnectionsOnValuesAreSerial(StoreContext c) => PlayAsync(c, 3, HistoryMix.Values);

    /// <summary>Two connections create, list and remove nodes.</summary>
    [Case("XS-116", "XS-113", "XS-114", "XS-120")]
    public static Task TwoConnectionsOnNodesThatComeAndGoAreSerial(StoreContext c) => PlayAsync(c, 2, HistoryMix.Nodes);

    /// <summary>Three connections create, list and remove nodes.</summary>
    [Case("XS-116", "XS-113", "XS-114", "XS-120")]
    public static Task ThreeConnectionsOnNodesThatComeAndGoAreSerial(StoreContext c) => PlayAsync(c, 3, HistoryMix.Nodes);

    /// <summary>A guest and a privileged connection create, list and remove nodes in the guest's home.</summary>
    [Case("XS-116", "XS-113", "XS-114", "XS-120", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task GuestAndPrivilegedConnectionAreSerial(StoreContext c)
    {
        var (guest, area) = await c.OpenAsync();
        await PlayAsync(c, area, [guest, await c.ToolStackAsync()], HistoryMix.Nodes);
    }

    private static async Task PlayAsync(StoreContext c, int connections, HistoryMix mix)
    {
        var (first, area) = await c.OpenAsync();
        var sessions = new List<StoreSession> { first };
        while (sessions.Count < connections)
        {
            sessions.Add(await c.ConnectAsync());
        }

        await PlayAsync(c, area, sessions, mix);
    }

    private static async Task PlayAsync(StoreContext c, string area, IReadOnlyList<StoreSession> sessions, HistoryMix mix)
    {
        int committed = 0;
        for (int round = 0; round < mix.Rounds; round++)
        {
            var history = new History(c, $"{area}/{round}", sessions, mix);
            await history.PrepareAsync();
            await history.PlayAsync(StepsInARound);
            committed += history.Committed;
        }

        c.Expect("XS-117", committed >= mix.Rounds, $"at least {mix.Rounds} transactions of {mix.Rounds} histories to commit", $"{committed}");
    }
}
