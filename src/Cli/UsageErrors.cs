using System.CommandLine;
using System.CommandLine.Parsing;
using Conformance.Suite.Documents;

namespace Conformance.Cli;

/// <summary>Turns what the parser found into the one line that helps.</summary>
internal static class UsageErrors
{
    /// <summary>What is wrong with a command line; null when nothing is.</summary>
    public static string? Explain(ParseResult parsed, IReadOnlyList<string> args)
    {
        if (parsed.Action is HelpWithExamples)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        string help = $"see `{PathOf(parsed.CommandResult)} --help`";
        if (FindUnknownOption(parsed, args) is { } option)
        {
            string nearest = Nearest.Find(option, OptionsOf(parsed.CommandResult).Select(known => known.Name)) is { } near ? $"did you mean {near}? " : "";
            return $"expected an option of {(command is RootCommand ? "xenconf" : command.Name)}, found '{option}'; {nearest}{help}";
        }

        if (command.Subcommands.Count > 0 && parsed.Errors.Count > 0)
        {
            return ExplainCommand(parsed, command, help);
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        string problem = FindMissing(parsed) ?? FindSurplus(parsed) ?? parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return $"{problem}{(problem.EndsWith('?') ? " " : "; ")}{help}";
    }

    private static string? FindMissing(ParseResult parsed)
    {
        var command = parsed.CommandResult;
        foreach (var option in command.Command.Options)
        {
            var given = parsed.GetResult(option);
            if (given is { Implicit: false, Tokens.Count: 0 } && option.Arity.MinimumNumberOfValues > 0)
            {
                return $"expected {option.HelpName} behind {option.Name}, found nothing";
            }

            if (option.Required && given is null or { Implicit: true })
            {
                return $"expected {option.Name} {option.HelpName}, found none";
            }
        }

        return command.Command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 })
            .Select(argument => $"expected a {argument.Name}, found none")
            .FirstOrDefault();
    }

    private static string? FindSurplus(ParseResult parsed) =>
        parsed.UnmatchedTokens.Count > 0 ? $"expected nothing more, found '{parsed.UnmatchedTokens[0]}'" : null;

    private static string ExplainCommand(ParseResult parsed, Command command, string help)
    {
        string known = string.Join(", ", command.Subcommands.Select(sub => sub.Name));
        string? word = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        string found = word is null ? "none" : $"'{word}'";
        string nearest = word is not null && Nearest.Find(word, command.Subcommands.Select(sub => sub.Name)) is { } near ? $"did you mean {near}? " : "";
        return $"expected a command ({known}), found {found}; {nearest}{help}";
    }

    // The parser takes an unknown option for a plain argument where one may stand.
    private static string? FindUnknownOption(ParseResult parsed, IReadOnlyList<string> args)
    {
        if (args.Contains("--"))
        {
            return null;
        }

        return parsed.Tokens
            .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith('-') && token.Value.Length > 1)
            .Where(token => !IsValueOfOption(parsed, token))
            .Select(token => token.Value.Split('=')[0])
            .FirstOrDefault();
    }

    private static bool IsValueOfOption(ParseResult parsed, Token token) =>
        OptionsOf(parsed.CommandResult).Select(parsed.GetResult).Any(result => result is not null && result.Tokens.Contains(token));

    private static IEnumerable<Option> OptionsOf(CommandResult command)
    {
        for (SymbolResult? result = command; result is not null; result = result.Parent)
        {
            foreach (var option in result is CommandResult { Command: { } owner } ? owner.Options : [])
            {
                if (result == command || option.Recursive)
                {
                    yield return option;
                }
            }
        }
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "xenconf";
}
