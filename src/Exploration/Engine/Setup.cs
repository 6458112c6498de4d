using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>Steps that lead to where an exploration begins: always the same, and never a branch.</summary>
public static class Setup
{
    private const long Most = 1_000_000;

    /// <summary>
    /// Runs a body as a fiber until it has ended, and then everybody else until nobody can go on without the clock. At each
    /// step the fiber that was started first goes on.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does not come to an end.</exception>
    public static void Run(SteppedDriver driver, string participant, Func<ValueTask> body)
    {
        ArgumentNullException.ThrowIfNull(driver);
        var main = driver.Start(new FiberGroup(participant), "setup", body);
        for (long i = 0; i < Most; i++)
        {
            var enabled = driver.FindEnabled();
            if (enabled.Count > 0)
            {
                driver.Advance(enabled[0]);
            }
            else if (main.IsEnded)
            {
                return;
            }
            else if (!driver.PassTime())
            {
                throw new InvalidOperationException($"expected a setup that ends, got one in which nobody can go on: {driver.DescribeAlive()}");
            }
        }

        throw new InvalidOperationException($"expected a setup that ends, got one that goes on after {Most} steps: {driver.DescribeAlive()}");
    }
}
