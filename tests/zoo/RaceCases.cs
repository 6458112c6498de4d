using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>The races, each with the scenario that shows it, what finds it there and within how many schedules, how it fails, and what the chart shows of it.</summary>
public static class RaceCases
{
    public static TheoryData<string, string, string, int, string, string> All() => new()
    {
        { "ring-asks-before-it-publishes", "I-60", "random", 300, "standstill", "GE 10" },
        { "ring-asks-before-it-publishes", "I-60", "explorer", 600, "standstill", "GE 10" },
        { "front-says-so-before-it-publishes", "I-00", "pct", 20, "Connected", "B7 ENOENT" },
        { "front-says-so-before-it-publishes", "I-00", "explorer", 300, "Connected", "B7 ENOENT" },
        { "bus-forgets-what-came-while-it-looked", "I-00", "pct", 300, "Connected", "front 3 back 2" },
    };
}
