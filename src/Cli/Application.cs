using System.CommandLine;
using System.CommandLine.Help;
using Conformance.Cli.Commands;
using Conformance.Suite.Running;
using Conformance.Suite.Targets;

namespace Conformance.Cli;

/// <summary>From a command line to an exit code. Whatever goes wrong becomes one line and a code here.</summary>
public sealed class Application(CliServices services)
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="stop">Ends the command in an orderly way.</param>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        try
        {
            return (int)await DispatchAsync(args, stop);
        }
        catch (CommandException known)
        {
            return Report(known.Code, known.Message);
        }
        catch (UnknownTargetException unknown)
        {
            return Report(ExitCode.BadUsage, unknown.Message);
        }
        catch (NothingSelectedException nothing)
        {
            return Report(ExitCode.Inconclusive, $"nothing was tested: {nothing.Message}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Report(ExitCode.Inconclusive, "stopped");
        }
        catch (Exception failure)
        {
            return Report(ExitCode.InternalError, $"internal error: {failure.GetType().Name}: {OneLine(failure.Message)}; details in {WriteDetails(failure)}");
        }
    }

    /// <summary>The whole command tree.</summary>
    public RootCommand CreateRoot()
    {
        var root = new RootCommand("Judges whether a XenStore daemon or a Xen block driver keeps the protocol, clause by clause.");
        Command[] commands =
        [
            new CertifyCommand(services).Create(),
            new ListCommand(services).Create(),
            new TargetsCommand(services).Create(),
            new DemoCommand(services).Create(),
            new ModelCommand(services).Create(),
            new ExploreCommand(services).Create(),
            new ReplayCommand(services).Create(),
            new StoreCommand(services).Create(),
            new JudgeCommand(services).Create(),
            new ReportCommand(services).Create(),
            new CompletionCommand(services).Create(),
        ];
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private async Task<ExitCode> DispatchAsync(IReadOnlyList<string> args, CancellationToken stop)
    {
        var parsed = CreateRoot().Parse(args);
        if (UsageErrors.Explain(parsed, args) is { } problem)
        {
            throw CommandException.BadUsage(problem);
        }

        var configuration = new InvocationConfiguration
        {
            Output = services.Output,
            Error = services.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)await parsed.InvokeAsync(configuration, stop);
    }

    private int Report(ExitCode code, string message)
    {
        services.Error.WriteLine($"xenconf: {OneLine(message)}");
        return (int)code;
    }

    private static string WriteDetails(Exception failure)
    {
        string path = Path.Combine(Path.GetTempPath(), $"xenconf-{Guid.NewGuid():N}.log");
        try
        {
            File.WriteAllText(path, $"{failure}\n");
            return path;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return $"no file, as {path} cannot be written";
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
