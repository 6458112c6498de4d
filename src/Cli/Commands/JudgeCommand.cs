using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conformance.Adapters.Logs;
using Conformance.Cli.Output;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf judge</c>: whether a trace, or a store daemon's log, shows connections that keep the protocol.</summary>
internal sealed class JudgeCommand(CliServices services)
{
    private const string Any = "any";

    private static readonly Dictionary<string, TraceFormat?> Formats = new()
    {
        ["auto"] = null, ["trace"] = TraceFormat.Trace, ["xenstored"] = TraceFormat.XenStored, ["oxenstored"] = TraceFormat.OXenStored,
    };

    private readonly Argument<string> file = new("trace") { Description = "A trace of JSON lines (docs/trace.md), xenstored's trace file or oxenstored's access log" };
    private readonly Option<string> format = new("--format") { HelpName = "FORMAT", Description = $"What it is written in: {string.Join(", ", Formats.Keys)}", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> front = Profile("--front", "The dialect that the front is held to");
    private readonly Option<string> back = Profile("--back", "The dialect that the back is held to");
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("judge", "Judges a trace by the connection model: the first step that is not allowed, its clause, whose it is.") { file, format, front, back, json };
        command.SetAction(Run);
        return command;
    }

    private static Option<string> Profile(string name, string description) => new(name)
    {
        HelpName = "PROFILE",
        Description = $"{description}: {Any}, {string.Join(", ", Dialects.All.Select(dialect => dialect.Name))}",
        DefaultValueFactory = _ => Any,
    };

    private int Run(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(file);
        var options = new JudgeOptions { Fronts = DialectsOf(front, parsed), Backs = DialectsOf(back, parsed) };
        var report = Judge(name, FormatOf(parsed), options);
        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(JudgedTrace.Of(name, report), JudgeContext.Default.JudgedTrace));
        }
        else
        {
            new JudgeView(services.Output).Write(name, report);
        }

        return (int)(!report.IsJudged && report.Rejections.Count == 0 ? ExitCode.Inconclusive : report.Rejections.Count == 0 ? ExitCode.Conforms : ExitCode.DoesNotConform);
    }

    private static JudgeReport Judge(string name, TraceFormat? format, JudgeOptions options)
    {
        string[] lines = CommandOptions.ReadFile(name).Split('\n');
        try
        {
            return TraceJudge.Judge(TraceFiles.Read(name, lines, format), options);
        }
        catch (FormatException malformed)
        {
            throw CommandException.BadUsage(malformed.Message);
        }
    }

    private TraceFormat? FormatOf(ParseResult parsed)
    {
        string given = parsed.GetRequiredValue(format);
        return Formats.TryGetValue(given, out var known) ? known : throw Unknown("--format", given, Formats.Keys);
    }

    private static IReadOnlyList<Dialect> DialectsOf(Option<string> option, ParseResult parsed)
    {
        string given = parsed.GetRequiredValue(option);
        if (given == Any)
        {
            return Dialects.All;
        }

        return Dialects.All.FirstOrDefault(dialect => dialect.Name == given) is { } known
            ? [known]
            : throw Unknown(option.Name, given, [Any, .. Dialects.All.Select(dialect => dialect.Name)]);
    }

    private static CommandException Unknown(string option, string given, IReadOnlyCollection<string> known)
    {
        string nearest = Nearest.Find(given, known) is { } near ? $"did you mean {near}? " : "";
        return CommandException.BadUsage($"expected one of {string.Join(", ", known)} for {option}, found '{given}'; {nearest}see `xenconf judge --help`");
    }
}

/// <summary>What the judge found, as JSON.</summary>
internal sealed record JudgedTrace(
    string File, string Verdict, long Steps, long Judged, IReadOnlyDictionary<string, long> Ignored, IReadOnlyList<JudgedConnection> Connections, IReadOnlyList<JudgedRejection> Rejections)
{
    public static JudgedTrace Of(string file, JudgeReport report) => new(
        file,
        report.Rejections.Count > 0 ? "rejected" : report.IsJudged ? "accepted" : "nothing judged",
        report.Events,
        report.Judged,
        report.Ignored,
        [.. report.Connections.Select(JudgedConnection.Of)],
        [.. report.Rejections.Select(JudgedRejection.Of)]);
}

/// <summary>One connection, as JSON.</summary>
internal sealed record JudgedConnection(
    string Front, string Back, long Beginning, string End, IReadOnlyList<string> Fronts, IReadOnlyList<string> Backs, IReadOnlyList<string> Transitions, IReadOnlyList<string> Steps)
{
    public static JudgedConnection Of(ConnectionVerdict verdict) =>
        new(verdict.Front, verdict.Back, verdict.Beginning, verdict.End, verdict.Fronts, verdict.Backs, verdict.Moves, verdict.Steps);
}

/// <summary>One rejection, as JSON.</summary>
internal sealed record JudgedRejection(long Index, string Line, string Actor, string Step, string Object, string Clause, string Blame, string Expected, string Came, IReadOnlyList<string> Allowed)
{
    public static JudgedRejection Of(Rejection rejection) => new(
        rejection.Event.Time, JudgeView.LineOf(rejection.Event), rejection.Event.Actor, rejection.Event.Step, rejection.Event.Object,
        rejection.Clause, JudgeView.NameOf(rejection.Blame), rejection.Expected, rejection.Came, rejection.Allowed);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JudgedTrace))]
internal sealed partial class JudgeContext : JsonSerializerContext;
