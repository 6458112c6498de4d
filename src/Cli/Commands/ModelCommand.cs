using System.CommandLine;
using Conformance.Model.Checking;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf model</c>: the formal models, their check, and what they say of the dialects in use.</summary>
internal sealed class ModelCommand(CliServices services)
{
    public Command Create()
    {
        var command = new Command("model", "Checks the formal models, lists and draws them, and compares the dialects of the protocol.");
        command.Subcommands.Add(new ModelCheckCommand(services).Create());
        command.Subcommands.Add(new ModelListCommand(services).Create());
        command.Subcommands.Add(new ModelMatrixCommand(services).Create());
        command.Subcommands.Add(new ModelDrawCommand(services).Create());
        return command;
    }

    /// <summary>The models whose names a pattern matches; all if there is none.</summary>
    /// <exception cref="CommandException">None has such a name.</exception>
    internal static IReadOnlyList<IModel> Select(string? pattern, ModelBounds bounds)
    {
        var all = ModelCatalogue.All(bounds);
        if (pattern is null)
        {
            return all;
        }

        var selected = all.Where(model => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, model.Name, ignoreCase: true)).ToList();
        if (selected.Count > 0)
        {
            return selected;
        }

        string nearest = Nearest.Find(pattern, [.. all.Select(model => model.Name)]) is { } near ? $"; did you mean {near}?" : "; `xenconf model list` prints them";
        throw CommandException.BadUsage($"expected the name of a model, or a pattern such as 'connection/*', found '{pattern}'{nearest}");
    }

    /// <summary>The argument that names models.</summary>
    internal static Argument<string?> Name()
    {
        var name = new Argument<string?>("name") { HelpName = "name", Description = "A model, or a pattern such as 'connection/*'; all when not given", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add([.. ModelCatalogue.All(ModelBounds.Default).Select(model => model.Name)]);
        return name;
    }

    /// <summary><c>--bounds</c>.</summary>
    internal static Option<ModelBounds> Bounds() => new("--bounds")
    {
        HelpName = "BOUNDS",
        Description = "default: minutes for all models; large: as far as memory allows",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (string.Equals(text, "default", StringComparison.OrdinalIgnoreCase))
            {
                return ModelBounds.Default;
            }

            if (!string.Equals(text, "large", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"expected default or large for --bounds, found '{text}'");
            }

            return ModelBounds.Large;
        },
    };
}
