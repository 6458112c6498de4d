using System.Reflection.Metadata;
using System.Text.Json;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>The process of one reference: answers requests from its input until that ends.</summary>
internal static class StrategyProbe
{
    internal static int Run()
    {
        using var methods = new ReachedMethods();
        while (Console.In.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<ProbeRequest>(line)!;
            Console.Out.WriteLine(JsonSerializer.Serialize(Answer(request) with { Compiled = methods.TakeTokens() }));
            Console.Out.Flush();
        }

        return 0;
    }

    private static ProbeAnswer Answer(ProbeRequest request)
    {
        if (request.Update is { } update)
        {
            MetadataUpdater.ApplyUpdate(typeof(FiberDriver).Assembly, update.Metadata, update.Code, []);
        }

        var scenario = ScenarioCatalogue.Find(request.Scenario) ?? throw new ArgumentException($"expected a scenario of the catalogue, found '{request.Scenario}'");
        scenario = request.Delays is { } delays ? scenario with { Bounds = scenario.Bounds with { Delays = delays } } : scenario;
        IReadOnlyList<string>? steps = null;
        var begin = Environment.CpuUsage.TotalTime;
        var (schedules, failure) = Attempt(scenario, () =>
        {
            if (!request.TellsSteps)
            {
                return Strategy.Find(request.Strategy).Run(scenario, request.Most);
            }

            (steps, var first) = FirstRun.Tell(scenario);
            return (1, first);
        });
        var answer = new ProbeAnswer(schedules, (Environment.CpuUsage.TotalTime - begin).TotalSeconds, failure?.Rule, failure?.Message.ReplaceLineEndings(" "), []) { Steps = steps };
        if (failure is null || request.ScheduleFile is not { } file)
        {
            return answer;
        }

        // Nothing but Coyote sees an obligation that stays open, so its order is left as it was found.
        var kept = failure.Kind == FailureKind.Obligation ? failure : Shrinker.Shrink(scenario, failure);
        File.WriteAllText(file, ScheduleFile.Of(kept, scenario.Bounds).Write());
        return answer with { Found = OrderSize.Of(failure.Schedule), Kept = OrderSize.Of(kept.Schedule) };
    }

    /// <summary>A reference with which a run cannot even be built fails in its first schedule.</summary>
    private static (long Schedules, Failure? Failure) Attempt(Scenario scenario, Func<(long, Failure?)> run)
    {
        try
        {
            return run();
        }
        catch (Exception fault)
        {
            var cause = fault.InnerException ?? fault;
            return (1, new Failure(FailureKind.Exception, cause.GetType().Name, cause.Message, new Schedule(scenario.Name, [])));
        }
    }
}
