using System.Diagnostics;

namespace Conformance.Benchmarks.Store;

/// <summary>Measures one workload against one daemon, once.</summary>
internal static class Measurement
{
    /// <summary>Operations per second over all clients, from the moment they start together until the last is done.</summary>
    public static double OperationsPerSecond(Workload workload, string socket)
    {
        using (var preparing = new LoadClient(socket))
        {
            workload.Prepare(preparing);
        }

        using var together = new Barrier(workload.Clients + 1);
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, workload.Clients)
            .Select(own => new Thread(() => RunOne(workload, socket, own, together, failures)))
            .ToList();
        threads.ForEach(thread => thread.Start());
        together.SignalAndWait();
        long started = Stopwatch.GetTimestamp();
        threads.ForEach(thread => thread.Join());
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using (var cleaning = new LoadClient(socket))
        {
            _ = cleaning.Request(Model.Protocol.XenStore.XsMessageType.Rm, "/bench\0"u8);
        }

        return failures.Count == 0
            ? workload.Clients * (double)workload.Operations / seconds
            : throw new InvalidOperationException($"{workload.Name} on {socket}: {failures[0].Message}", failures[0]);
    }

    private static void RunOne(Workload workload, string socket, int own, Barrier together, List<Exception> failures)
    {
        try
        {
            using var client = new LoadClient(socket);
            together.SignalAndWait();
            workload.Run(client, workload.Operations, own);
        }
        catch (Exception failure)
        {
            lock (failures)
            {
                failures.Add(failure);
            }
        }
    }
}
