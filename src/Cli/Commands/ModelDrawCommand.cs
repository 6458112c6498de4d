using System.CommandLine;
using Conformance.Model.Connection;
using Conformance.Model.Pictures;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf model draw</c>: state diagrams of the connection as its models take it, and the page on its protocol.</summary>
internal sealed class ModelDrawCommand(CliServices services)
{
    private static readonly string[] Subjects = ["both", "front", "back", "protocol"];

    private readonly Argument<string> subject = What();
    private readonly Option<string?> model = new("--model") { HelpName = "NAME", Description = "One model of the connection only, such as connection/removal" };
    private readonly Option<string?> format = new("--format") { HelpName = "FORMAT", Description = "mermaid (the default) or svg; the page on the protocol is Markdown" };
    private readonly Option<string?> output = new("--out") { HelpName = "FILE", Description = "Where it goes; standard output when not given" };

    public Command Create()
    {
        var command = new Command("draw", "Draws the states of both ends as the models take them, the life of one end, or the page on the protocol.") { subject, model, format, output };
        model.CompletionSources.Add([.. Obligations.Systems.Select(system => system.Name)]);
        format.CompletionSources.Add("mermaid", "svg");
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        string what = Find(parsed.GetValue(subject)!, Subjects, "what to draw");
        string kind = parsed.GetValue(format) is { } given ? Find(given, ["mermaid", "svg"], "--format") : "mermaid";
        var systems = Obligations.Systems;
        if (parsed.GetValue(model) is { } name)
        {
            string found = Find(name, [.. systems.Select(system => system.Name)], "--model");
            systems = [.. systems.Where(system => system.Name == found)];
        }

        if (what == "protocol" && (systems.Count < Obligations.Systems.Count || parsed.GetValue(format) is not null))
        {
            throw CommandException.BadUsage("expected no --model and no --format with protocol, which is a page of Markdown on all models; leave them out, or draw both, front or back");
        }

        Write(parsed.GetValue(output), Draw(what, kind, ConnectionProduct.Of(systems, stop)));
        return (int)ExitCode.Conforms;
    }

    private static string Draw(string what, string kind, ConnectionProduct product)
    {
        if (what == "protocol")
        {
            return ProtocolPage.Write(product);
        }

        var diagram = what switch
        {
            "front" => ConnectionDiagrams.OfOne(product, ConnectionParticipant.Front),
            "back" => ConnectionDiagrams.OfOne(product, ConnectionParticipant.Back),
            _ => ConnectionDiagrams.OfBoth(product),
        };
        string note = what == "both"
            ? "Each box: what the front shows, what the back shows. Down and up the front moves, across the back."
            : "Arrows: the step of the trace in which it moves, or who else moves it.";
        return kind == "svg" ? DiagramSvg.Draw(diagram, note) : diagram.ToMermaid();
    }

    private void Write(string? file, string text)
    {
        if (file is null)
        {
            services.Output.Write(text);
            return;
        }

        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.BadUsage($"expected a file that can be written, found '{file}': {failure.Message.TrimEnd('.')}; choose another with --out");
        }
    }

    private static string Find(string text, string[] known, string where)
    {
        if (known.FirstOrDefault(one => string.Equals(one, text, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        string nearest = Nearest.Find(text, known) is { } near ? $"; did you mean {near}?" : string.Empty;
        throw CommandException.BadUsage($"expected one of {string.Join(", ", known)} for {where}, found '{text}'{nearest}");
    }

    private static Argument<string> What()
    {
        var what = new Argument<string>("what") { HelpName = "what", Description = "both, front, back, or protocol" };
        what.CompletionSources.Add(Subjects);
        return what;
    }
}
