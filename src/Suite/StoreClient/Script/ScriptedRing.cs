using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>The interface page between a scripted store and a client: what the store does to it besides moving bytes.</summary>
public sealed class ScriptedRing
{
    private readonly MemoryPage page = new();
    private readonly MonitoredPage monitored;
    private readonly EventPort storeEnd;
    private readonly EventPort guestEnd;
    private readonly Action<string> note;

    private ScriptedRing(Action<string> note)
    {
        this.note = note;
        monitored = new MonitoredPage(page, note);
        var hypervisor = new InProcessHypervisor();
        var guest = hypervisor.Create();
        guestEnd = guest.StorePort;
        storeEnd = hypervisor.Bind(hypervisor.Find(DomainId.Zero)!, guest.Id, guestEnd.Number)
            ?? throw new InvalidOperationException("the port of a fresh domain could not be bound");
    }

    internal StoreWire Wire => new StoreWire.Ring(monitored, guestEnd);

    internal CaseOutcome? Breach => monitored.Breach;

    internal static async Task<ScriptedRing> CreateAsync(RingPlan plan, Action<string> note)
    {
        var ring = new ScriptedRing(note);
        await plan.ApplyAsync(ring.page);
        note($"page prepared: {plan}");
        return ring;
    }

    internal IStoreEnd OpenStoreEnd() => new ServerRing(page, storeEnd);

    /// <summary>Loads a word, by its offset in <see cref="XsInterfacePage"/>.</summary>
    public async Task<uint> LoadAsync(int word) => await page.LoadAsync(word);

    /// <summary>Stores a word without a signal.</summary>
    public async Task StoreAsync(int word, uint value)
    {
        note($"word at {word} set to {value}");
        await page.StoreAsync(word, value);
    }

    /// <summary>Signals the client.</summary>
    public async Task SignalAsync() => await storeEnd.NotifyAsync();

    /// <summary>Waits for a signal of the client; one that is pending from before counts.</summary>
    public async Task WaitForSignalAsync(CancellationToken cancellation) => await storeEnd.WaitAsync(cancellation);

    /// <summary>Stores a word once, right after the client has loaded the value <paramref name="loaded"/> of it, and signals.</summary>
    public void StoreAfterLoad(int word, uint loaded, uint value) => monitored.AfterLoad(word, loaded, () =>
    {
        // Memory of this process answers at once, so nothing is left to wait for.
        note($"word at {word} set to {value}, right after the client had loaded it");
        page.StoreAsync(word, value).AsTask().GetAwaiter().GetResult();
        storeEnd.NotifyAsync().AsTask().GetAwaiter().GetResult();
    });

    /// <summary>Does what a store does when a guest asks to reconnect: empties both queues, says that it is connected, signals (XS-025).</summary>
    public async Task CompleteReconnectAsync()
    {
        await page.StoreAsync(XsInterfacePage.RequestConsumer, await page.LoadAsync(XsInterfacePage.RequestProducer));
        await page.StoreAsync(XsInterfacePage.ResponseProducer, await page.LoadAsync(XsInterfacePage.ResponseConsumer));
        await StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Connected);
        await SignalAsync();
    }
}
