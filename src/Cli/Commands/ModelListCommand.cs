using System.CommandLine;
using Conformance.Cli.Output;
using Conformance.Model.Checking;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf model list</c>: the models by name.</summary>
internal sealed class ModelListCommand(CliServices services)
{
    private readonly Argument<string?> name = ModelCommand.Name();
    private readonly Option<ModelBounds> bounds = ModelCommand.Bounds();

    public Command Create()
    {
        var command = new Command("list", "Prints the models, each with one sentence on what it is.") { name, bounds };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var page = new Page(services);
        foreach (var model in ModelCommand.Select(parsed.GetValue(name), parsed.GetValue(bounds)))
        {
            page.Write(model.Name, "bold");
            page.Write(model.Summary, indent: 4);
        }

        return (int)ExitCode.Conforms;
    }
}
