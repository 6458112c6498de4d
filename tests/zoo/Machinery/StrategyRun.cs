using System.Text.Json;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>The scenario that failed.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Rule">What it broke.</param>
/// <param name="Message">What was expected and what came.</param>
/// <param name="Found">The order as it was found.</param>
/// <param name="Kept">The order as it was kept, made simpler.</param>
public sealed record FailedScenario(string Scenario, string Rule, string Message, OrderSize Found, OrderSize Kept);

/// <summary>How long and how crooked an order is.</summary>
/// <param name="Deviations">How often something went another than the plain way.</param>
/// <param name="Switches">How often it goes from one fiber to another.</param>
/// <param name="Steps">How many steps it has.</param>
public sealed record OrderSize(int Deviations, int Switches, int Steps)
{
    internal static OrderSize Read(JsonElement size) =>
        new(size.GetProperty("deviations").GetInt32(), size.GetProperty("switches").GetInt32(), size.GetProperty("steps").GetInt32());
}

/// <summary>What <c>xenconf explore</c> said of a reference under one strategy.</summary>
/// <param name="ExitCode">Of the program.</param>
/// <param name="Scenarios">How many scenarios ran, the failed one included.</param>
/// <param name="Schedules">The runs of all of them, up to the first that failed.</param>
/// <param name="Seconds">How long those took.</param>
/// <param name="Failure">The scenario that failed; null when none did.</param>
/// <param name="Output">What the program wrote beside its report.</param>
public sealed record StrategyRun(int ExitCode, int Scenarios, long Schedules, double Seconds, FailedScenario? Failure, string Output)
{
    /// <summary>Reads what <c>explore --json</c> wrote; without it there is no failure, only an exit code.</summary>
    public static StrategyRun Read(int exitCode, string written, string errors)
    {
        if (!written.StartsWith('{'))
        {
            return new StrategyRun(exitCode, 0, 0, 0, null, errors + written);
        }

        using var document = JsonDocument.Parse(written);
        var rows = document.RootElement.GetProperty("scenarios").EnumerateArray().ToList();
        var failed = rows.Where(row => row.TryGetProperty("rule", out _)).Select(row => new FailedScenario(
            row.GetProperty("scenario").GetString()!,
            row.GetProperty("rule").GetString()!,
            row.GetProperty("message").GetString()!,
            OrderSize.Read(row.GetProperty("found")),
            OrderSize.Read(row.GetProperty("kept")))).FirstOrDefault();
        return new StrategyRun(
            exitCode,
            rows.Count,
            rows.Sum(row => row.GetProperty("runs").GetInt64()),
            rows.Sum(row => row.GetProperty("seconds").GetDouble()),
            failed,
            errors);
    }
}
