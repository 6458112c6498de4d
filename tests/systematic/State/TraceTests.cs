using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.State;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.State;

public sealed class TraceTests
{
    private const int Steps = 150;

    public static TheoryData<string> Names => [.. ScenarioCatalogue.All.Select(static scenario => scenario.Name)];

    /// <summary>Whoever listens to a run sees the states that it has when nobody does.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void AState_IsTheSame_WhetherATraceIsKeptOrNot(string name)
    {
        var scenario = ScenarioCatalogue.Find(name)!;
        Assert.Equal(StatesOf(scenario, null), StatesOf(scenario, new Deaf()));
    }

    private static List<ulong> StatesOf(Scenario scenario, ITraceSink? trace)
    {
        var run = new Run(scenario, null, trace);
        var image = new HeapImage();
        var states = new List<ulong>();
        for (int i = 0; i < Steps && !run.IsOver && FindNext(run.Driver) is { } next; i++)
        {
            run.Take(next, null);
            image.Leave();
            states.Add(image.Take(run.Driver, [.. run.Roots]).First);
        }

        Assert.NotEmpty(states);
        return states;
    }

    private static Fiber? FindNext(SteppedDriver driver) =>
        driver.FindEnabledInTime() is [var first, ..] ? first : null;

    private sealed class Deaf : ITraceSink
    {
        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
        {
        }
    }
}
