using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Daemon;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Tests.Unit.Store;

/// <summary>The daemon's loop gives turns, and nobody keeps his.</summary>
[Trait("Clause", "XS-125")]
public sealed class DaemonTurnTests : IDisposable
{
    private const int Requests = 1000;

    private readonly EventLoop _loop = new();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Turns_GoRoundInTheOrderOfAsking_HoweverOftenOneAsksAgain()
    {
        const int rounds = 20;
        var turns = new List<string>();
        foreach (string name in (string[])["first", "second", "third"])
        {
            int left = rounds;
            _loop.Note(new Client(self =>
            {
                turns.Add(name);
                if (--left > 0)
                {
                    _loop.Note(self);
                }
                else if (turns.Count == 3 * rounds)
                {
                    _loop.Stop();
                }
            }));
        }

        await RunAsync();

        Assert.Equal(Enumerable.Repeat((string[])["first", "second", "third"], rounds).SelectMany(round => round), turns);
    }

    [Fact]
    public async Task Ring_ThatRefillsItselfAsItIsServed_LeavesOthersTheirTurn()
    {
        using var store = new Engine.Store();
        var guest = store.Guest(5);

        // Without a limit of outstanding requests only the length of its turn stops a guest that takes its replies at once.
        Assert.Equal("OK", store.Control.Ask(XsMessageType.Control, "quota\0set\0outstanding\0" + "0\0"));
        var page = new RefillingPage(Requests);
        await page.PutAsync();
        using var ring = new RingClient(_loop, new GuestRing(store.Engine, guest.Connection, page, page), page);
        var taken = new List<int>();
        var other = new Client(self =>
        {
            taken.Add(page.Taken);
            if (page.Taken < Requests && taken.Count < Requests)
            {
                _loop.Note(self);
            }
            else
            {
                _loop.Stop();
            }
        });

        _loop.Note(ring);
        _loop.Note(other);
        await RunAsync();

        Assert.InRange(taken[0], 1, Requests / 2);
        Assert.Equal(Requests, taken[^1]);
    }

    /// <summary>On a thread of its own, since the loop makes itself the context of its thread.</summary>
    private Task RunAsync() => Task.Factory.StartNew(_loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Client(Action<Client> turn) : LoopTask
    {
        internal override void Turn() => turn(this);
    }

    /// <summary>A guest that puts its next request as soon as the one before is taken, and takes every reply at once.</summary>
    private sealed class RefillingPage(int most) : ISharedPage, IEventLine
    {
        // A divisor of the queue's size, so that no request wraps.
        private static readonly byte[] Request = DaemonRawClient.Message(XsMessageType.Read, 1, "fifteen-letters\0");

        private readonly MemoryPage _page = new();
        private uint _put;

        public int Taken { get; private set; }

        public ValueTask<uint> LoadAsync(int offset) => _page.LoadAsync(offset);

        public async ValueTask StoreAsync(int offset, uint value)
        {
            await _page.StoreAsync(offset, value);
            if (offset == XsInterfacePage.ResponseProducer)
            {
                await _page.StoreAsync(XsInterfacePage.ResponseConsumer, value);
            }
            else if (offset == XsInterfacePage.RequestConsumer && value == _put && ++Taken < most)
            {
                await PutAsync();
            }
        }

        public ValueTask CopyOutAsync(int offset, Memory<byte> destination) => _page.CopyOutAsync(offset, destination);

        public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source) => _page.CopyInAsync(offset, source);

        public ValueTask NotifyAsync() => default;

        public ValueTask WaitAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public async ValueTask PutAsync()
        {
            await _page.CopyInAsync(XsInterfacePage.Requests + (int)(_put % XsInterfacePage.RingSize), Request);
            _put += (uint)Request.Length;
            await _page.StoreAsync(XsInterfacePage.RequestProducer, _put);
        }
    }
}
