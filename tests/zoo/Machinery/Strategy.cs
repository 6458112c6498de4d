using System.Globalization;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>A way to choose orders, with a budget in schedules; the clock never ends a run, so that it is the same everywhere.</summary>
/// <param name="Name">For people.</param>
/// <param name="Most">How many schedules of a scenario at most.</param>
/// <param name="Arguments">What <c>xenconf explore</c> is told.</param>
public sealed record Strategy(string Name, int Most, IReadOnlyList<string> Arguments)
{
    /// <summary>Coyote, each turn by chance.</summary>
    public static Strategy Random(int most) => Coyote("random", most);

    /// <summary>Coyote, by priorities that change at a few points.</summary>
    public static Strategy Pct(int most) => Coyote("pct", most);

    private static Strategy Coyote(string name, int most) => new(name, most, ["--coyote", name, "--seed", "1", "--iterations", Text(most)]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Text(Most)}";
}
