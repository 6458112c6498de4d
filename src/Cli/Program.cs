using System.Runtime.InteropServices;

namespace Conformance.Cli;

/// <summary>The program <c>xenconf</c>.</summary>
public static class Program
{
    /// <summary>Runs it as a process: interrupts stop it in an orderly way.</summary>
    public static int Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var output = new PipeWriter(Console.Out);
        using var error = new PipeWriter(Console.Error);
        return new Application(CliServices.OfThisMachine(output, error)).RunAsync(args, stop.Token).GetAwaiter().GetResult();

        void Stop(PosixSignalContext context)
        {
            // The second one ends the program the hard way.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>Runs it inside another program.</summary>
    /// <returns>The exit code (<see cref="ExitCode"/>).</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) =>
        new Application(CliServices.Plain(output, error)).RunAsync(args, CancellationToken.None).GetAwaiter().GetResult();
}
