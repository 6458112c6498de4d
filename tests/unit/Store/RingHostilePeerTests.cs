using System.Globalization;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Tests.Unit.Store;

/// <summary>Guests that change the page between any two looks at it, and pages that answer late.</summary>
public sealed class RingHostilePeerTests
{
    [Fact]
    [Trait("Clause", "XS-006")]
    [Trait("Clause", "XS-008")]
    public async Task Page_ThatAnswersAnything_NeverHarmsTheStore()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var host = new Host();
            var engine = new StoreEngine(new StoreSettings(), host);
            host.Connect = connection => new GuestRing(engine, connection, new HostilePage(random), new DeafLine());
            var control = engine.Connect();
            engine.Process(control, new XsHeader(XsMessageType.Introduce, 1, 0, 6), "5\01\01\0"u8);
            var ring = host.Ring!;
            await ring.AttachAsync(startEmpty: random.Next(2) == 0);
            for (int turn = 0; turn < 100 && !ring.IsAbandoned; turn++)
            {
                await ring.ServeAsync(8);
            }

            engine.Process(control, new XsHeader(XsMessageType.IsDomainIntroduced, 2, 0, 2), "5\0"u8);
            Assert.True(Output(control).EndsWith("T\0", StringComparison.Ordinal), string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        }
    }

    [Fact]
    public async Task Page_ThatAnswersLate_IsServedOnTheStoresThread()
    {
        var threads = new HashSet<string?>();
        await using var store = new DaemonFixture(guests: guests => new LateGuests(guests, threads));
        await using var administrator = await store.ConnectAsync();
        var guest = await store.IntroduceAsync(administrator);
        await using var client = await DaemonFixture.GuestClientAsync(guest);
        for (int i = 0; i < 50; i++)
        {
            await client.WriteTextAsync("data", $"{i}");
            Assert.Equal($"{i}", await client.ReadTextAsync("data"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.ReadTextAsync("data").AsTask()));
        Assert.All(answers, answer => Assert.Equal("49", answer));
        Assert.Equal("xenstore", Assert.Single(threads));
    }

    [Fact]
    public async Task Page_ThatFails_EndsTheDaemon()
    {
        await using var store = new DaemonFixture(guests: guests => new LateGuests(guests, [], failing: true));
        await using var administrator = await store.ConnectAsync();
        var guest = store.Hypervisor.Create();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
            await store.Daemon.Completion;
        });
        await Assert.ThrowsAsync<IOException>(() => store.Daemon.Completion);
    }

    private static string Output(StoreConnection connection)
    {
        string all = "";
        while (connection.HasOutput)
        {
            var bytes = connection.PeekOutput();
            all += System.Text.Encoding.Latin1.GetString(bytes.Span);
            connection.ConsumeOutput(bytes.Length);
        }

        return all;
    }

    private sealed class Host : IStoreHost
    {
        public Func<StoreConnection, GuestRing>? Connect { get; set; }

        public GuestRing? Ring { get; private set; }

        public DomainReport Query(DomainId domain) => new(DomainLife.Running, 1);

        public bool AttachRing(StoreConnection connection, ulong frame, uint port)
        {
            Ring = Connect!(connection);
            return true;
        }

        public void DetachRing(StoreConnection connection)
        {
        }

        public void Wake(StoreConnection connection)
        {
        }
    }

    private sealed class DeafLine : IEventLine
    {
        public ValueTask NotifyAsync() => default;

        public ValueTask WaitAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }

    /// <summary>Mostly plausible words, so that a run gets deep before it is caught.</summary>
    private sealed class HostilePage(Random random) : ISharedPage
    {
        private readonly MemoryPage _page = new();

        public async ValueTask<uint> LoadAsync(int offset)
        {
            uint word = await _page.LoadAsync(offset);
            return random.Next(40) switch
            {
                0 => (uint)random.NextInt64(1L << 32),
                1 or 2 or 3 => word + (uint)random.Next(1025),
                4 => offset == XsInterfacePage.Connection ? 1u : word,
                _ => word,
            };
        }

        public ValueTask StoreAsync(int offset, uint value) => _page.StoreAsync(offset, value);

        public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
        {
            Assert.InRange(offset, XsInterfacePage.Requests, XsInterfacePage.Responses - 1);
            Assert.InRange(offset + destination.Length, offset, XsInterfacePage.Responses);
            random.NextBytes(destination.Span);
            if (destination.Length >= XsHeader.Size)
            {
                new XsHeader((XsMessageType)random.Next(28), 1, (uint)random.Next(3), (uint)random.Next(30)).Write(destination.Span);
            }

            return default;
        }

        public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
        {
            Assert.InRange(offset, XsInterfacePage.Responses, XsInterfacePage.RequestConsumer - 1);
            Assert.InRange(offset + source.Length, offset, XsInterfacePage.RequestConsumer);
            return _page.CopyInAsync(offset, source);
        }
    }

    [Fact]
    public async Task LineThatCannotBeClosed_IsTold_AndTheDaemonEndsAllTheSame()
    {
        var store = new DaemonFixture(guests: inner => new StickyGuests(inner));
        await using (var administrator = await store.ConnectAsync())
        {
            await store.IntroduceAsync(administrator);
        }

        var stopped = store.Daemon.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("sticky", (await Assert.ThrowsAsync<FormatException>(() => stopped)).Message);
        Assert.False(File.Exists(store.SocketPath));
        await store.DisposeAsync();
    }

    private sealed class StickyGuests(IStoreGuests inner) : IStoreGuests
    {
        public event Action? DomainsChanged
        {
            add => inner.DomainsChanged += value;
            remove => inner.DomainsChanged -= value;
        }

        public DomainReport Query(DomainId domain) => inner.Query(domain);

        public ISharedPage? MapPage(DomainId domain, ulong frame) => inner.MapPage(domain, frame);

        public IEventLine? Bind(DomainId domain, uint port, IEventLine? present) => inner.Bind(domain, port, present);

        public void Close(IEventLine line) => throw new FormatException("sticky");
    }

    private sealed class LateGuests(IStoreGuests inner, HashSet<string?> threads, bool failing = false) : IStoreGuests
    {
        public event Action? DomainsChanged
        {
            add => inner.DomainsChanged += value;
            remove => inner.DomainsChanged -= value;
        }

        public DomainReport Query(DomainId domain) => inner.Query(domain);

        public ISharedPage? MapPage(DomainId domain, ulong frame) => new LatePage(inner.MapPage(domain, frame)!, threads, failing);

        public IEventLine? Bind(DomainId domain, uint port, IEventLine? present) => inner.Bind(domain, port, present);

        public void Close(IEventLine line) => inner.Close(line);
    }

    private sealed class LatePage(ISharedPage inner, HashSet<string?> threads, bool failing) : ISharedPage
    {
        public async ValueTask<uint> LoadAsync(int offset)
        {
            if (offset != XsInterfacePage.EventChannelPort)
            {
                await LateAsync();
            }

            return await inner.LoadAsync(offset);
        }

        public async ValueTask StoreAsync(int offset, uint value)
        {
            await LateAsync();
            await inner.StoreAsync(offset, value);
        }

        public async ValueTask CopyOutAsync(int offset, Memory<byte> destination)
        {
            await LateAsync();
            await inner.CopyOutAsync(offset, destination);
        }

        public async ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
        {
            await LateAsync();
            await inner.CopyInAsync(offset, source);
        }

        private async ValueTask LateAsync()
        {
            await Task.Run(() => { });
            threads.Add(Thread.CurrentThread.Name);
            if (failing)
            {
                throw new IOException("the page is gone");
            }
        }
    }
}
