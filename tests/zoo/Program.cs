using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Strategies;

namespace Conformance.Tests.Zoo;

/// <summary>The tests as a program: makes the report of the strategies, and is what runs a reference under them or under a unit test.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        ["probe"] => StrategyProbe.Run(),
        ["test", var name] => UnitTest.Find(name).Run(),
        ["strategies", var file, .. var mutants] => StrategyCommand.Run(file, mutants),
        ["cover", var most] when int.TryParse(most, out int number) => CoverCommand.Run(number),
        ["races", var most] when int.TryParse(most, out int number) => RaceCommand.Run(number, null),
        ["races", var most, var delays] when int.TryParse(most, out int number) && int.TryParse(delays, out int bound) => RaceCommand.Run(number, bound),
        _ => Explain(),
    };

    private static int Explain()
    {
        Console.Error.WriteLine("expected `strategies FILE` to write the report of the strategies, or names of mutants behind it for a trial; `cover N` to choose N scenarios that execute the most; or `races N [DELAYS]` to look for each race in N schedules by each strategy");
        return 2;
    }
}
