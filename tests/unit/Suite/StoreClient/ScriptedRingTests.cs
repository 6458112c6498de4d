using System.Text;
using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Tests.Unit.Suite.StoreClient;

/// <summary>The page of a scripted store blames a guest for each thing that a guest may not do, and an honest one for nothing.</summary>
public sealed class ScriptedRingTests
{
    private static readonly RingPlan Offering = new() { Features = (uint)XsServerFeatures.Reconnection };

    [Fact]
    [Trait("Clause", "XS-007")]
    public Task CounterBeforeItsBytes_IsBlamed() => AssertBlamedAsync(7, page => page.StoreAsync(XsInterfacePage.RequestProducer, 16));

    [Fact]
    [Trait("Clause", "XS-007")]
    public Task BytesGivenBackUnread_AreBlamed() => AssertBlamedAsync(
        7,
        async page =>
        {
            await page.CopyInAsync(XsInterfacePage.Requests, new byte[1]);
            await page.StoreAsync(XsInterfacePage.RequestProducer, 1);
            await page.StoreAsync(XsInterfacePage.ResponseConsumer, 20);
        },
        new RingPlan { Stale = new byte[20] });

    [Theory]
    [Trait("Clause", "XS-005")]
    [InlineData(XsInterfacePage.RequestProducer, 1025u)]
    [InlineData(XsInterfacePage.RequestProducer, uint.MaxValue)]
    [InlineData(XsInterfacePage.ResponseConsumer, 21u)]
    public Task AdvanceTooFar_IsBlamed(int word, uint value) => AssertBlamedAsync(
        5, page => page.StoreAsync(word, value), new RingPlan { Stale = new byte[20] });

    [Fact]
    [Trait("Clause", "XS-005")]
    public Task ReadBeyondWhatIsThere_IsBlamed() => AssertBlamedAsync(
        5, page => page.CopyOutAsync(XsInterfacePage.Responses + 15, new byte[6]), new RingPlan { Stale = new byte[20] });

    [Fact]
    [Trait("Clause", "XS-003")]
    public Task BytesOutsideTheQueue_AreBlamed() => AssertBlamedAsync(3, page => page.CopyInAsync(1020, new byte[8]), new RingPlan { RequestCounter = 1020 });

    [Theory]
    [Trait("Clause", "XS-027")]
    [InlineData(XsInterfacePage.ServerFeatures, 27)]
    [InlineData(XsInterfacePage.Error, 3)]
    [InlineData(XsInterfacePage.ResponseProducer, 3)]
    public Task WordOfTheStoreWritten_IsBlamed(int word, int clause) => AssertBlamedAsync(clause, page => page.StoreAsync(word, 1));

    [Fact]
    [Trait("Clause", "XS-006")]
    public async Task UseOfImpossibleCounters_IsBlamed()
    {
        await using var context = CreateContext();
        var store = await context.CreateStoreAsync();
        await store.Ring.StoreAsync(XsInterfacePage.ResponseProducer, 2000);
        var page = PageOf(store);
        await page.LoadAsync(XsInterfacePage.ResponseProducer);
        await page.CopyOutAsync(XsInterfacePage.Responses, new byte[1024]);
        await AssertBlamedAsync(context, 6);
    }

    [Fact]
    [Trait("Clause", "XS-008")]
    public async Task CounterLoadedOnce_AndChangedAfterwards_IsUsedAsLoaded()
    {
        await using var context = CreateContext();
        var store = await context.CreateStoreAsync(new RingPlan { Stale = new byte[10] });
        store.Ring.StoreAfterLoad(XsInterfacePage.ResponseProducer, 10, 5000);
        var page = PageOf(store);
        Assert.Equal(10u, await page.LoadAsync(XsInterfacePage.ResponseProducer));
        await page.CopyOutAsync(XsInterfacePage.Responses, new byte[10]);
        await context.DoneAsync(Task.CompletedTask, "using the counter as loaded");
        Assert.Equal(5000u, await page.LoadAsync(XsInterfacePage.ResponseProducer));
        await page.CopyOutAsync(XsInterfacePage.Responses, new byte[11]);
        await AssertBlamedAsync(context, 6);
    }

    [Theory]
    [Trait("Clause", "XS-026")]
    [InlineData(XsConnectionState.Reconnect, 26)]
    [InlineData(XsConnectionState.Connected, 0)]
    public Task UseBeforeConnected_IsBlamed(XsConnectionState state, int clause) =>
        AssertBlamedAsync(clause, page => page.CopyInAsync(0, new byte[4]), Offering with { Connection = state });

    [Fact]
    [Trait("Clause", "XS-024")]
    public Task ReconnectionNotOffered_IsBlamed() => AssertBlamedAsync(24, page => page.StoreAsync(XsInterfacePage.Connection, 1));

    [Fact]
    [Trait("Clause", "XS-024")]
    public async Task UseBetweenAskingAndReadingZero_IsBlamed()
    {
        await using var context = CreateContext();
        var store = await context.CreateStoreAsync(Offering);
        var page = PageOf(store);
        await page.StoreAsync(XsInterfacePage.Connection, 1);
        await store.Ring.CompleteReconnectAsync();
        await page.CopyInAsync(0, new byte[4]);
        await AssertBlamedAsync(context, 24);
    }

    [Fact]
    [Trait("Clause", "XS-011")]
    public Task DiscardBeforeTheFirstRequest_IsFine() => AssertBlamedAsync(
        0, page => page.StoreAsync(XsInterfacePage.ResponseConsumer, 20), new RingPlan { Stale = new byte[20] });

    [Theory]
    [Trait("Clause", "XS-004")]
    [InlineData(0u, 1)]
    [InlineData(0xFFFF_FFF0u, 7)]
    [InlineData(0x7FFF_FFF0u, 1024)]
    [InlineData(0xFFFF_FC01u, 4096)]
    public async Task HonestGuest_IsServedAcrossTheWrap_AndNotBlamed(uint start, int part)
    {
        await using var context = CreateContext();
        var store = await context.CreateStoreAsync(new RingPlan { RequestCounter = start, ResponseCounter = start, Fill = 0xEE });
        store.BytesPerRead = store.BytesPerWrite = part;
        var wire = (StoreWire.Ring)store.Wire;
        await using var guest = await RingTransport.AttachAsync(wire.Page, wire.Line);
        byte[] payload = Encoding.ASCII.GetBytes(new string('p', 3000));
        var header = new XsHeader(XsMessageType.Write, 9, 0, 3000);
        var writing = guest.WriteAsync(ScriptedStore.ToBytes(header, payload), default).AsTask();
        var request = await store.NextAsync(XsMessageType.Write);
        await writing;
        Assert.Equal(header, request.Header);
        Assert.Equal(payload, request.Payload);

        var sending = store.SendAsync(header, payload);
        byte[] answer = new byte[3016];
        for (int taken = 0; taken < answer.Length;)
        {
            taken += await guest.ReadAsync(answer.AsMemory(taken), default);
        }

        await sending;
        Assert.Equal(ScriptedStore.ToBytes(header, payload), answer);
        await context.DoneAsync(Task.CompletedTask, "the exchange");
    }

    private static StoreClientContext CreateContext() => new(
        new CaseSettings(new ClauseId("XS", 1), 1, TimeSpan.FromSeconds(30), CancellationToken.None), new NoTarget(), Carriers.Ring);

    private static ISharedPage PageOf(ScriptedStore store) => ((StoreWire.Ring)store.Wire).Page;

    private static async Task AssertBlamedAsync(int clause, Func<ISharedPage, ValueTask> guest, RingPlan? plan = null)
    {
        await using var context = CreateContext();
        await guest(PageOf(await context.CreateStoreAsync(plan)));
        await AssertBlamedAsync(context, clause);
    }

    /// <param name="context">The context of the store.</param>
    /// <param name="clause">The clause that was broken; 0 for none.</param>
    private static async Task AssertBlamedAsync(StoreClientContext context, int clause)
    {
        var outcome = await Record.ExceptionAsync(() => context.DoneAsync(Task.CompletedTask, "what the guest did")) as CaseOutcome;
        Assert.Equal(clause == 0 ? null : new ClauseId("XS", clause), outcome?.Clause);
        Assert.Equal(clause == 0 ? null : Blame.Client, outcome?.Blame);
    }

    private sealed class NoTarget : IStoreClientTarget
    {
        public string Name => "none";

        public string Description => "the test plays the guest itself";

        public Availability Probe() => new(true, "");

        public ValueTask<IClientUnderTest> AttachAsync(StoreWire wire, bool afterCrash, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
