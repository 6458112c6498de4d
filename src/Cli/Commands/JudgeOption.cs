using System.CommandLine;
using Conformance.Cli.Output;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;

namespace Conformance.Cli.Commands;

/// <summary><c>--judge on|off</c>: whether runs are held against the connection model beside the rules of their scenario.</summary>
internal sealed class JudgeOption
{
    private const string On = "on";
    private const string Off = "off";

    // Text: an option that is true or false takes no other words for it.
    private readonly Option<string?> option = new("--judge")
    {
        HelpName = $"{On}|{Off}",
        Description = "Whether each run is held against the connection model too; on when not given",
        CustomParser = static result =>
        {
            string given = result.Tokens[0].Value;
            if (given is not (On or Off))
            {
                result.AddError($"expected {On} or {Off} for --judge, found '{given}'");
            }

            return given;
        },
    };

    internal Option<string?> Option => option;

    /// <summary>What somebody asked for; null for nothing.</summary>
    internal bool? Asked(ParseResult parsed) => parsed.GetValue(option) is { } given ? given == On : null;

    /// <summary>What is to be run of a scenario.</summary>
    internal static IExperiment Of(IScenario scenario, bool isJudged) => (isJudged ? scenario.Judged : null) ?? scenario;

    /// <summary>Whether the runs of an experiment that <see cref="Of"/> gave are judged; a front of somebody else's always is.</summary>
    internal static bool IsJudged(IScenario scenario, bool isJudged) => isJudged ? scenario.Judged is not null : ReferenceEquals(scenario.Judged, scenario);

    /// <summary>The same for people, with what is left out.</summary>
    internal static string Describe(IScenario scenario, bool isJudged) =>
        scenario.Judged is null ? "no: it offers no connection to be judged"
        : !IsJudged(scenario, isJudged) ? "no: --judge off"
        : scenario is Scenario { Odd: { } odd } ? $"yes, but for what the {JudgeView.NameOf(odd)} does that the model does not allow, as the scenario says"
        : "yes";
}
