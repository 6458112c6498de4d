using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Conformance.Tests.Zoo.Strategies;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>The process of a reference that answers <see cref="ProbeRequest"/>s, one after the other.</summary>
public sealed class ProbeProcess : IDisposable
{
    /// <summary>
    /// How much of a processor's time a request gets, many times what the healthy reference needs: so a machine with
    /// much to do ends nobody. The clock ends who waits for nothing.
    /// </summary>
    private static readonly TimeSpan ProcessorLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClockLimit = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly Task<string> errors;

    internal ProbeProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Asks it.</summary>
    /// <returns>The answer; null when the process ended, or had to be ended (<see cref="DescribeEnd"/>). Nothing can be asked of it then.</returns>
    public ProbeAnswer? Ask(ProbeRequest request)
    {
        long begin = Stopwatch.GetTimestamp();
        var before = Time();
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended; there is no answer either.
        }

        var line = process.StandardOutput.ReadLineAsync();
        while (!line.Wait(Glance))
        {
            if (Stopwatch.GetElapsedTime(begin) > ClockLimit || Time() - before > ProcessorLimit)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return line.Result is { } answer ? JsonSerializer.Deserialize<ProbeAnswer>(answer) : null;
    }

    /// <summary>How the process ended that gave no answer.</summary>
    public string DescribeEnd()
    {
        process.WaitForExit();
        return $"the process ended with {process.ExitCode}: {errors.Result.ReplaceLineEndings(" ").Trim()}";
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(Glance))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private TimeSpan Time()
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }
}
