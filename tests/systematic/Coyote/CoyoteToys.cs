using Conformance.Exploration.Engine;
using Conformance.Model.Trace;
using Conformance.Tests.Systematic.Engine;

namespace Conformance.Tests.Systematic.Coyote;

/// <summary>Experiments small enough to be counted by hand, good and bad ones.</summary>
internal static class CoyoteToys
{
    /// <summary>Two of three steps each: C(6,3) = 20 orders.</summary>
    internal static readonly Toy TwoOfThree = new("two of three", world => Writers(world, 2, 3));

    /// <summary>Three of two steps each: 6!/(2! 2! 2!) = 90 orders.</summary>
    internal static readonly Toy ThreeOfTwo = new("three of two", world => Writers(world, 3, 2));

    /// <summary>
    /// Two of one participant, the second woken by the first; another that takes one step or, by chance, two. The pair has 3
    /// orders, the other comes in at 5 places or, with two steps, at 15: 60 orders.
    /// </summary>
    internal static readonly Toy Mixture = new("mixture", world =>
    {
        var signal = world.Driver.CreateSignal("go");
        world.Start("p0", async () =>
        {
            await world.WriteAsync(0, 1);
            signal.Set();
        });
        world.Start("p0", () => world.Driver.WaitAsync(signal), "second");
        world.Start("p1", async () =>
        {
            if (world.Driver.Choose("coin", 2) == 1)
            {
                await world.WriteAsync(1, 1);
            }
        });
    });

    /// <summary>
    /// Two that wait for the same time: 2 and 1 steps before in 3 orders, then 2 each in 6, which makes 18. The clock has its turn.
    /// </summary>
    internal static readonly Toy Sleeper = new("sleeper", world =>
    {
        world.Start("p0", async () =>
        {
            await world.WriteAsync(0, 1);
            await world.Driver.DelayAsync(TimeSpan.FromSeconds(1));
            await world.WriteAsync(0, 2);
        });
        world.Start("p1", async () =>
        {
            await world.Driver.DelayAsync(TimeSpan.FromSeconds(1));
            await world.WriteAsync(1, 5);
        });
    });

    /// <summary>Fails only when one comes between two steps of another and chance is against it.</summary>
    internal static readonly Toy Crooked = new("crooked", world =>
    {
        world.Start("p0", async () =>
        {
            await world.WriteAsync(0, 1);
            await world.WriteAsync(1, 1 + world.Driver.Choose("coin", 2));
            await world.WriteAsync(0, 0);
        });
        world.Start("p1", async () =>
        {
            if (await world.ReadAsync(0) == 1 && await world.ReadAsync(1) == 2)
            {
                throw new BreachException(new Breach("toy", "expected no 2 while at 1"));
            }
        });
    });

    /// <summary>A back that begins to close, and asks again and again whether it may, which nobody allows if it asks early.</summary>
    internal static Toy NeverClosed(bool isEndless) => new("never closed", world =>
    {
        world.Start("p0", async () =>
        {
            await world.ReadAsync(1);
            world.Trace?.Record("dom0/blkback 1/51712", 1, BackStep.Closing, "node", "OK");
            while (await world.ReadAsync(0) == 0)
            {
                if (!isEndless)
                {
                    return;
                }
            }

            world.Trace?.Record("dom0/blkback 1/51712", 1, BackStep.Closed, "node", "OK");
        });
        world.Start("p1", async () =>
        {
            if (await world.ReadAsync(2) == 0)
            {
                await world.WriteAsync(0, isEndless ? 0 : 1);
            }
        });
    });

    /// <summary>The same, closed in every order.</summary>
    internal static readonly Toy Closed = new("closed", world =>
    {
        world.Start("p0", async () =>
        {
            world.Trace?.Record("dom0/blkback 1/51712", 1, BackStep.Closing, "node", "OK");
            await world.ReadAsync(0);
            world.Trace?.Record("dom0/blkback 1/51712", 1, BackStep.Closed, "node", "OK");
        });
        world.Start("p1", () => world.WriteAsync(0, 1));
    });

    internal static Toy Find(string name) =>
        new[] { TwoOfThree, ThreeOfTwo, Mixture, Sleeper, ToyFaults.LostUpdate, Crooked, ToyFaults.Deadlock }.Single(toy => toy.Name == name);

    private static void Writers(ToyWorld world, int count, int steps)
    {
        for (int i = 0; i < count; i++)
        {
            int own = i;
            world.Start($"p{i}", async () =>
            {
                // The step that begins a fiber is one too.
                for (int step = 1; step < steps; step++)
                {
                    await world.WriteAsync(own, step);
                }
            });
        }
    }
}
