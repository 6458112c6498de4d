using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Conformance.Exploration.Engine;

namespace Conformance.Cli.Commands;

/// <summary><c>--bounds NAME=N,…</c>: how far an exploration goes, and the words for it in a table.</summary>
internal static class BoundsOption
{
    private const string Form = "expected bounds such as delays=2,outcomes=1 (names: preemptions, delays, outcomes, states, schedules, depth, seconds; or none) for --bounds";

    public static Option<Bounds?> Create() => new("--bounds")
    {
        HelpName = "NAME=N,…",
        Description = "How far, instead of each scenario's own: preemptions, delays, outcomes, states, schedules, depth, seconds; or none",
        CustomParser = Parse,
    };

    /// <summary>Bounds in the words of the option, for people.</summary>
    public static string Describe(Bounds bounds)
    {
        var words = new List<string>();
        Add("preemptions", bounds.Preemptions);
        Add("delays", bounds.Delays);
        Add("outcomes", bounds.Outcomes);
        Add("states", bounds.States);
        Add("schedules", bounds.Schedules);
        Add("depth", bounds.Depth == Bounds.None.Depth ? null : bounds.Depth);
        Add("seconds", (long?)bounds.Time?.TotalSeconds);
        return words.Count == 0 ? "none" : string.Join(", ", words);

        void Add(string name, long? value)
        {
            if (value is not null)
            {
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            }
        }
    }

    private static Bounds? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        Bounds? bounds = Bounds.None;
        foreach (string part in text == "none" ? [] : text.Split(','))
        {
            string[] pair = part.Split('=');
            bounds = pair.Length == 2 && int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? With(bounds, pair[0], number)
                : null;
            if (bounds is null)
            {
                result.AddError($"{Form}, found '{part}'");
                return null;
            }
        }

        return bounds;
    }

    private static Bounds? With(Bounds bounds, string name, int number) => name switch
    {
        "preemptions" => bounds with { Preemptions = number },
        "delays" => bounds with { Delays = number },
        "outcomes" => bounds with { Outcomes = number },
        "states" => bounds with { States = number },
        "schedules" => bounds with { Schedules = number },
        "depth" => bounds with { Depth = number },
        "seconds" => bounds with { Time = TimeSpan.FromSeconds(number) },
        _ => null,
    };
}
