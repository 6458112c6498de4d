using System.CommandLine;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf completion</c>: scripts that make a shell complete commands, options and targets.</summary>
internal sealed class CompletionCommand(CliServices services)
{
    // The program itself knows what can follow (its directive [suggest]); the scripts only ask it.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # xenconf completion for bash: source <(xenconf completion bash)
            _xenconf() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(xenconf "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _xenconf xenconf

            """,
        ["zsh"] = """
            #compdef xenconf
            # xenconf completion for zsh: xenconf completion zsh > "${fpath[1]}/_xenconf"
            _xenconf() {
                local -a suggestions
                suggestions=("${(@f)$(xenconf "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -a suggestions || _files
            }
            if [[ "${funcstack[1]}" == _xenconf ]]; then _xenconf "$@"; else compdef _xenconf xenconf; fi

            """,
        ["fish"] = """
            # xenconf completion for fish: xenconf completion fish > ~/.config/fish/completions/xenconf.fish
            complete -c xenconf -a '(xenconf "[suggest:"(commandline -C)"]" (commandline -cp | string collect) 2>/dev/null)'

            """,
    };

    private readonly Argument<string> shell = new("shell") { Description = string.Join(", ", Scripts.Keys) };

    public Command Create()
    {
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a completion script for a shell.") { shell };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(shell);
        if (!Scripts.TryGetValue(name, out string? script))
        {
            string nearest = Nearest.Find(name, Scripts.Keys) is { } near ? $"; did you mean {near}?" : "";
            throw CommandException.BadUsage($"expected a shell ({string.Join(", ", Scripts.Keys)}), found '{name}'{nearest}");
        }

        services.Output.Write(script);
        return (int)ExitCode.Conforms;
    }
}
