using System.Diagnostics;
using System.Globalization;
using Conformance.Adapters;
using Conformance.Adapters.SoftwareXen;

namespace Conformance.Benchmarks.Store;

/// <summary>Starts the three daemons, each a process of its own, and has them measured side by side.</summary>
internal static class StoreComparison
{
    public static async Task<int> RunAsync(int rounds, string rows, FileInfo? report, CancellationToken stop)
    {
        var workloads = Workload.All.Where(workload => workload.Name.Contains(rows, StringComparison.OrdinalIgnoreCase)).ToList();
        if (rounds < 1 || workloads.Count == 0)
        {
            await Console.Error.WriteLineAsync($"expected at least one round and one row, came {rounds} rounds and rows that contain '{rows}'");
            return 5;
        }

        await using var reference = await ReferenceProcess.StartAsync(stop);
        var worlds = new List<SoftwareXenWorld>();
        try
        {
            foreach (var target in TargetCatalogue.RealDaemons)
            {
                if (target.Probe() is { IsAvailable: false } missing)
                {
                    await Console.Error.WriteLineAsync($"{target.Name} is not compared: {missing.Explanation}");
                    continue;
                }

                worlds.Add((SoftwareXenWorld)await target.StartAsync(stop));
            }

            var contestants = worlds
                .Select(world => new Contestant(world.Daemon.Program, world.Daemon.SocketPath, world.Daemon.ProcessId))
                .Prepend(new Contestant("reference", reference.Socket, reference.ProcessId))
                .ToList();
            string table = new SideBySide(contestants, rounds, name => Console.Error.WriteLine($"  {name}")).Run(workloads);
            await PublishAsync(table, rounds, report, stop);
            return 0;
        }
        finally
        {
            foreach (var world in worlds)
            {
                await world.DisposeAsync();
            }
        }
    }

    private static async Task PublishAsync(string table, int rounds, FileInfo? report, CancellationToken stop)
    {
        Console.Write(table);
        if (report is not null)
        {
            await File.WriteAllTextAsync(report.FullName, string.Create(CultureInfo.InvariantCulture, $"""
                # The reference store beside C xenstored and oxenstored

                Made by `dotnet run -c Release --project benchmarks -- store --rounds {rounds} --report reports/store-benchmark.md`
                on {Environment.ProcessorCount} cores, all daemons in one run, round by round. A cell is the reference's operations
                per second divided by the other daemon's in the same round: above 1 the reference is faster. The real daemons are the
                unmodified Debian programs under software Xen, asked over their Unix sockets by the same client. Memory is that of the
                whole process; most of the reference's is the .NET runtime, which is there before the first node.

                {table}
                """), stop);
        }
    }

    /// <summary><c>xenconf store serve</c> as a user starts it.</summary>
    private sealed class ReferenceProcess : IAsyncDisposable
    {
        private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("xenconf-bench-");
        private readonly Process process;

        private ReferenceProcess()
        {
            Socket = Path.Combine(directory.FullName, "socket");
            process = Process.Start(new ProcessStartInfo("dotnet")
            {
                ArgumentList = { Path.Combine(AppContext.BaseDirectory, "xenconf.dll"), "store", "serve", "--socket", Socket },
                RedirectStandardError = true,
            })!;
        }

        public string Socket { get; }

        public int ProcessId => process.Id;

        public static async Task<ReferenceProcess> StartAsync(CancellationToken stop)
        {
            var started = new ReferenceProcess();
            string? ready = await started.process.StandardError.ReadLineAsync(stop);
            return File.Exists(started.Socket) ? started : throw new IOException($"the reference daemon did not start: {ready}");
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            directory.Delete(recursive: true);
        }
    }
}
