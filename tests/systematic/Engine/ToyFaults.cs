using Conformance.Exploration.Engine;

namespace Conformance.Tests.Systematic.Engine;

/// <summary>Toys that go wrong in some orders.</summary>
internal static class ToyFaults
{
    /// <summary>Two that count up without holding each other off: an update can be lost.</summary>
    internal static readonly Toy LostUpdate = new("lost update", world =>
    {
        for (int i = 0; i < 2; i++)
        {
            world.Start($"p{i}", async () => await world.WriteAsync(0, await world.ReadAsync(0) + 1));
        }

        world.AtEnd = cells => cells[0] == 2 ? null : new Breach("toy", $"expected 2, got {cells[0]}");
    });

    /// <summary>Two that wait for each other in some orders.</summary>
    internal static readonly Toy Deadlock = new("deadlock", world =>
    {
        var (left, right) = (world.Driver.CreateSignal("left"), world.Driver.CreateSignal("right"));
        world.Start("p0", async () =>
        {
            if (await world.ReadAsync(0) == 0)
            {
                await world.Driver.WaitAsync(left);
            }

            right.Set();
        });
        world.Start("p1", async () =>
        {
            await world.WriteAsync(0, 1);
            await world.Driver.WaitAsync(right);
            left.Set();
        });
    });
}
