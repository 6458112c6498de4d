using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.World;

/// <summary>What may happen for no reason happens where somebody says so and chance has it, and nowhere else.</summary>
public sealed class WhimTests
{
    [Theory]
    [Trait("Clause", "XS-082")]
    [InlineData(Whims.DoubledEvents, true, 3)]
    [InlineData(Whims.DoubledEvents, false, 2)]
    [InlineData(Whims.FailedCommits | Whims.SpuriousUpcalls, true, 2)]
    public void AnEvent_ComesTwice_IfItMay(Whims whims, bool chosen, int expected)
    {
        var came = new List<string>();
        Run(whims, "an event that comes twice", chosen, async world =>
        {
            await world.Control.StoreClient.WatchAsync(new StoreWatch("/noted", path =>
            {
                came.Add(path);
                return default;
            }));
            await world.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            await world.Control.StoreClient.WriteAsync("/noted", "1"u8.ToArray());
            await world.Control.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
        });
        Assert.Equal(Enumerable.Repeat("/noted", expected), came);
    }

    [Theory]
    [Trait("Clause", "XS-117")]
    [InlineData(Whims.FailedCommits, true, 2)]
    [InlineData(Whims.FailedCommits, false, 1)]
    [InlineData(Whims.DoubledEvents | Whims.SpuriousUpcalls, true, 1)]
    public void ACommit_Fails_IfItMay_LeavesNothing_AndIsDoneAgain(Whims whims, bool chosen, int expected)
    {
        var before = new List<string?>();
        Run(whims, "a commit that fails for nothing", chosen, async world =>
        {
            var store = world.Control.StoreClient;
            await store.InTransactionAsync(async transaction =>
            {
                before.Add(await store.ReadOptionalAsync("/done"));
                await store.WriteAsync("/done", "1"u8.ToArray(), transaction);
            });
            Assert.Equal("1", await store.ReadOptionalAsync("/done"));
        });
        Assert.Equal(Enumerable.Repeat<string?>(null, expected), before);
    }

    [Fact]
    [Trait("Clause", "XS-117")]
    public void AnAbort_DoesNotFail() => Run(Whims.FailedCommits, "a commit that fails for nothing", chosen: true, async world =>
    {
        var store = world.Control.StoreClient;
        await store.AbortAsync(await store.BeginAsync());
        var error = await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync(await store.BeginAsync()));
        Assert.Equal(XsError.EAGAIN, error.Error);
    });

    [Theory]
    [Trait("Clause", "EV-013")]
    [InlineData(Whims.SpuriousUpcalls, true, 2)]
    [InlineData(Whims.SpuriousUpcalls, false, 1)]
    [InlineData(Whims.DoubledEvents | Whims.FailedCommits, true, 1)]
    public void AnUpcall_ComesAgain_IfItMay(Whims whims, bool chosen, int expected)
    {
        int upcalls = 0;
        Run(whims, "an upcall for nothing", chosen, async world =>
        {
            var guest = await world.CreateDomainAsync();
            var port = (await guest.Events.AllocateUnboundAsync(DomainId.Zero)).Channel!;
            var other = (await world.Control.Events.BindInterdomainAsync(guest.Id, port.Port)).Channel!;
            guest.Fibers.Start("handler", async () =>
            {
                while (await port.WaitAsync())
                {
                    upcalls++;
                }
            });
            await guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            int bound = upcalls;
            await other.NotifyAsync();
            await guest.Fibers.DelayAsync(TimeSpan.FromSeconds(1));
            upcalls -= bound;
            await port.CloseAsync();
        });
        Assert.Equal(expected, upcalls);
    }

    private static void Run(Whims whims, string what, bool chosen, Func<XenWorld, ValueTask> body)
    {
        var driver = new SteppedDriver(new OnceChoices(what, chosen));
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            Assert.Equal(Whims.None, world.Whims);
            world.Whims = whims;
            await body(world);
        });
    }

    /// <summary>Chooses the other way once, the first time after the beginning that it is asked about one thing.</summary>
    private sealed class OnceChoices(string thing, bool chosen) : IChoices
    {
        private bool _isLeft = chosen;

        public int Choose(string what, int count)
        {
            bool isNow = what == thing && _isLeft;
            _isLeft &= !isNow;
            return isNow ? 1 : 0;
        }
    }
}
