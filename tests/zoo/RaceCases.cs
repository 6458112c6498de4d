using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>The races, each with the scenario that shows it, what finds it there, how it fails, and what the chart shows of it.</summary>
public static class RaceCases
{
    public static TheoryData<string, string, string, string, string> All() => new()
    {
        { "ring-asks-before-it-publishes", "I-60", "--coyote random --seed 1 --iterations 300", "standstill", "GE 10" },
        { "front-says-so-before-it-publishes", "I-00", "--coyote pct --seed 1 --iterations 20", "Connected", "B7 ENOENT" },
        { "front-says-so-before-it-publishes", "I-00", "--threads 1 --bounds delays=2,outcomes=2,schedules=300", "Connected", "B7 ENOENT" },
        { "bus-forgets-what-came-while-it-looked", "I-00", "--coyote pct --seed 1 --iterations 100", "Connected", "front 3 back 2" },
    };
}
