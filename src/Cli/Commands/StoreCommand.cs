using System.CommandLine;
using Conformance.Reference.XenStore.Daemon;
using Conformance.Suite.Evidence;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf store serve</c>: the reference daemon for real clients.</summary>
internal sealed class StoreCommand(CliServices services)
{
    private readonly Option<string> socket = new("--socket") { HelpName = "PATH", Description = "Where to listen", Required = true };
    private readonly Option<string?> trace = new("--trace") { HelpName = "FILE", Description = "Write each step as a JSON line (docs/trace.md)" };

    public Command Create()
    {
        var serve = new Command("serve", "Serves an empty store at a Unix socket until it is interrupted.") { socket, trace };
        serve.SetAction(ServeAsync);
        return new Command("store", "The reference store.") { serve };
    }

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken stop)
    {
        string path = parsed.GetRequiredValue(socket);
        using var sink = parsed.GetValue(trace) is { } file ? new TraceWriter(OutputFile.Create(file, "the trace")) : null;
        try
        {
            await using var daemon = StoreDaemon.Start(new StoreDaemonOptions { SocketPath = path, Trace = sink, Time = services.Time }, stop);
            services.Error.WriteLine($"xenconf: the reference store listens at {path}; interrupt to stop");
            await daemon.Completion;
            return (int)ExitCode.Conforms;
        }
        catch (SocketPathException unusable)
        {
            throw CommandException.BadUsage(unusable.Message);
        }
    }
}
